"""Attention: all that stopped, or is about to, in one list."""

from app.reports.queries.attention.listing import COUNTED, KINDS, attention, count_attention

__all__ = ["COUNTED", "KINDS", "attention", "count_attention"]
