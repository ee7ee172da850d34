"""Writes of plans and of what they cover."""
