"""Why somebody got an order, in the reader's language."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assignments.models import Assignment
from app.core.i18n import gettext
from app.core.i18n.formats import duration, short_day

MINUTES, DAY = "_minutes", "_on"


def sentences(why: Sequence[Any]) -> list[str]:
    """A msgid and what is put into it: minutes as a duration, a day as one says it."""
    return [gettext(text) % dict(_said(key, value) for key, value in params.items()) for text, params in why]


def _said(key: str, value: Any) -> tuple[str, Any]:
    if key.endswith(MINUTES):
        return key.removesuffix(MINUTES), duration(value)
    if key.endswith(DAY):
        return key.removesuffix(DAY), short_day(date.fromisoformat(value))
    return key, value


def in_one_line(why: Sequence[Any]) -> str:
    head, *rest = sentences(why)
    return gettext("%(head)s: %(rest)s") % {"head": head, "rest": ", ".join(rest)} if rest else head


def find_reasons(session: Session, order_id: int, person_id: int | None) -> str | None:
    """Why the order has the person that it has; None where somebody chose them."""
    kept = session.execute(
        select(Assignment.person_id, Assignment.explanation).where(Assignment.order_id == order_id)
    ).first()
    return in_one_line(kept.explanation) if kept is not None and kept.person_id == person_id else None
