"""The library, and what was loaded from it."""

from app.library.queries.entries import category_names, list_entries, show_entry
from app.library.queries.loading import plan_inputs, preview_load
from app.library.queries.shelf import catalogue, get_entry

__all__ = [
    "catalogue",
    "category_names",
    "get_entry",
    "list_entries",
    "plan_inputs",
    "preview_load",
    "show_entry",
]
