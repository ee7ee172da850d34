"""Reads of what is done on orders."""
