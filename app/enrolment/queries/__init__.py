"""What an item that enters would meet."""
