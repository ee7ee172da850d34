"""Reads of procedures, their versions and steps."""
