"""Writes of targets and of their ledger."""
