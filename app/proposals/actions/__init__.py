"""Pieces climb their ladders; people accept or refuse; rules are set."""
