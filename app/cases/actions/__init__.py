"""Resolved orders are filed as cases."""

from app.cases.actions.filing import BATCH, file_cases, follow_pieces

__all__ = ["BATCH", "file_cases", "follow_pieces"]
