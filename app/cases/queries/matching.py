"""Cases that hold some words, by the full-text index of either database; the latest first."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, cast, column, literal, literal_column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from app.cases.models import CaseText
from app.cases.rules.filing import marks
from app.core.security import Actor

Groups = Sequence[Sequence[str]]  # a word at least of each

INDEX = table("case_words", column("rowid", Integer))
FTS5: ColumnElement[Any] = literal_column("case_words")
# As the index has it, word for word.
VECTOR: ColumnElement[Any] = literal_column("array_to_tsvector(string_to_array(case_texts.words, ' '))")


def seen_by(by: Actor) -> list[list[str]]:
    """The sites that the reader sees, as one more group; none where it is all of them."""
    return [] if by.site_ids is None else [[mark for key in sorted(by.site_ids) or (0,) for mark in marks(site_id=key)]]


def matching(session: Session, groups: Groups, most: int) -> Select[int]:
    """The ids of the latest `most` cases that hold a word of each group; words are stems or marks, and need no quotes.

    Both databases walk their index from the latest case on, and stop: very common words cost no more than rare ones.
    """
    if not groups:
        return select(CaseText.order_id).order_by(CaseText.order_id.desc()).limit(most)
    if session.get_bind().dialect.name == "sqlite":
        asked = " AND ".join("(" + " OR ".join(f'"{word}"' for word in group) + ")" for group in groups)
        found = select(INDEX.c.rowid.label("order_id")).where(FTS5.op("MATCH")(literal(asked)))
        return found.order_by(INDEX.c.rowid.desc()).limit(most)
    asked = " & ".join("(" + " | ".join(f"'{word}'" for word in group) + ")" for group in groups)
    found = select(CaseText.order_id).where(VECTOR.op("@@")(cast(asked, TSQUERY)))
    return found.order_by(CaseText.order_id.desc()).limit(most)
