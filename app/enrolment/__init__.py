"""Items enter plans, leave them, and count their dates anew."""
