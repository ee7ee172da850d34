"""Resolved orders are filed as cases, and all orders by their words."""

from app.cases.actions.filing import BATCH, file_cases, follow_pieces
from app.cases.actions.order_words import enter_orders, write_words

__all__ = ["BATCH", "enter_orders", "file_cases", "follow_pieces", "write_words"]
