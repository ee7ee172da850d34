"""Reads of parts: one stock for the whole house, known to everybody who may read."""

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import Order, beyond, one_page
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.i18n.folding import fold
from app.core.security import Actor, Permission, require
from app.parts.models import Part, StockMovement
from app.parts.schemas import MovementView, PartView
from app.people.queries import by_name, matches

Sort = Literal["name", "-name", "reference", "-reference"]
ORDERS = {
    "name": by_name(Part),
    "reference": Order((Part.reference, Part.id), lambda row: (row.reference, row.id)),
}
IS_LOW = Part.threshold.is_not(None) & (Part.stock <= Part.threshold)


def no_such_part() -> NotFound:
    return NotFound("not_found", N_("This part does not exist."))


def part_row(session: Session, part_id: int) -> Part:
    part = session.get(Part, part_id)
    if part is None:
        raise no_such_part()
    return part


def lock_part(session: Session, part_id: int) -> Part:
    """The part as it lies there now, for a change of its stock."""
    part = session.scalar(
        select(Part).where(Part.id == part_id).with_for_update().execution_options(populate_existing=True)
    )
    if part is None:
        raise no_such_part()
    return part


def get_part(session: Session, part_id: int, *, by: Actor) -> PartView:
    require(by, Permission.READ)
    return PartView.model_validate(part_row(session, part_id))


def parts(
    session: Session,
    *,
    by: Actor,
    q: str = "",
    low: bool = False,
    archived: bool = False,
    sort: Sort = "name",
    after: Sequence[Any] | None = None,
    limit: int = 50,
) -> Sequence[PartView]:
    require(by, Permission.READ)
    statement = select(Part).where(matches(q, Part.search_text))
    if low:
        statement = statement.where(IS_LOW)
    if not archived:
        statement = statement.where(Part.archived_at.is_(None))
    rows = session.scalars(one_page(statement, ORDERS, sort, after=after, limit=limit))
    return [PartView.model_validate(part) for part in rows]


def part_choices(session: Session, *, by: Actor, limit: int = 500) -> Sequence[Any]:
    """For pickers: id, reference, name, unit and what lies there."""
    require(by, Permission.READ)
    columns = (Part.id, Part.reference, Part.name, Part.unit, Part.stock)
    statement = select(*columns).where(Part.archived_at.is_(None)).order_by(Part.sort_name, Part.id)
    return session.execute(statement.limit(limit)).all()


def find_part(session: Session, said: str, *, by: Actor) -> int | None:
    """By its reference, however its letters are written, or by its whole name; None where no part, or several."""
    require(by, Permission.READ)
    said = said.strip()
    ways = (Part.reference == said, func.lower(Part.reference) == said.lower(), Part.sort_name == fold(said))
    for way in ways:
        if found := session.scalars(select(Part.id).where(way, Part.archived_at.is_(None)).limit(2)).all():
            return found[0] if len(found) == 1 else None
    return None


def movements(
    session: Session, part_id: int, *, by: Actor, after: Sequence[Any] | None = None, limit: int = 50
) -> Sequence[MovementView]:
    """What came and went, the newest first."""
    require(by, Permission.READ)
    part_row(session, part_id)
    statement = (
        select(StockMovement)
        .where(StockMovement.part_id == part_id, beyond(after, StockMovement.id, descending=True))
        .order_by(StockMovement.id.desc())
        .limit(limit + 1)
    )
    return [MovementView.model_validate(row) for row in session.scalars(statement)]
