"""Cases that hold some words, by the full-text index of either database; the latest first."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.cases.models import CaseText
from app.cases.rules.filing import marks
from app.core.db.fulltext import FullText, Groups
from app.core.security import Actor

INDEX = FullText(CaseText.order_id, CaseText.words, "case_words")


def seen_by(by: Actor) -> list[list[str]]:
    """The sites that the reader sees, as one more group; none where it is all of them."""
    return [] if by.site_ids is None else [[mark for key in sorted(by.site_ids) or (0,) for mark in marks(site_id=key)]]


def matching(session: Session, groups: Groups, most: int) -> Select[int]:
    """The ids of the latest `most` cases that hold a word of each group; words are stems or marks, and need no quotes.

    Both databases walk their index from the latest case on, and stop: very common words cost no more than rare ones.
    """
    if not groups:
        return select(CaseText.order_id).order_by(CaseText.order_id.desc()).limit(most)
    found, key = INDEX.holding(session, groups)
    return found.order_by(key.desc()).limit(most)
