"""Reads of what people decided about pieces."""
