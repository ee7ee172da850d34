"""Reads of the ladder, of proposals, and of a piece's reliability."""
