"""Writes of procedures: drafts, publishing, suggestions."""

from app.procedures.actions.drafts import (
    archive_procedure,
    create_procedure,
    discard_draft,
    edit_procedure,
    publish_draft,
    save_draft,
    start_draft,
)
from app.procedures.actions.suggestions import (
    refuse_suggestion,
    suggest,
    suggest_on_procedure,
    suggest_once,
    take_suggestion,
)

__all__ = [
    "archive_procedure",
    "create_procedure",
    "discard_draft",
    "edit_procedure",
    "publish_draft",
    "refuse_suggestion",
    "save_draft",
    "start_draft",
    "suggest",
    "suggest_on_procedure",
    "suggest_once",
    "take_suggestion",
]
