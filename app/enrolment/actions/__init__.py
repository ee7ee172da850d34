"""Writes of targets."""
