"""Writes of procedures: drafts, publishing, suggestions."""
