"""Making the firm, and living through its year."""
