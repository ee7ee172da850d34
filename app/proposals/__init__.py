"""What evidence suggests: the ladder from cleaning to replacement, and the tuning of plans. People decide."""
