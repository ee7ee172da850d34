"""Reads of plans, what they cover, and their ledger."""
