"""Reads of the ledger, and of what is to come."""
