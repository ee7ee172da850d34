"""Who and what the firm is, and how its work turns out: tables, and chance with a seed."""
