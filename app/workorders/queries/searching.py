"""What finds an order: its number; or words, each in its title, its piece, its place or its site."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, or_, select, union_all
from sqlalchemy.orm import Session

from app.core.i18n.folding import like_patterns
from app.equipment.queries import has_word as piece_has
from app.equipment.queries import pieces_with
from app.places.models import Location, Site
from app.plans.models import PlanVersion
from app.workorders.models import WorkOrder
from app.workorders.rules.states import order_id_of

MOST_WORDS = 10
RARE = 2_000  # orders
LOOKED_UP = 30_000  # orders with one of several words: together they may be rare


def found_by(session: Session, query: str) -> ColumnElement[bool]:
    """For a statement that has joined the order's piece, its place and its site (`rows_statement`).

    What is rare is looked up first: a list that is walked through in its own order, until a page is full, would be
    walked to its end for words that stand nowhere together. What is not rare is met soon.
    """
    patterns = like_patterns(query)[:MOST_WORDS]
    found = [_has(pattern) for pattern in patterns]
    if (ids := _rare(session, patterns)) is not None:
        found.append(WorkOrder.id.in_(ids))
    order_id = order_id_of(query)
    return and_(*found) if order_id is None else or_(WorkOrder.id == order_id, and_(*found))


def _rare(session: Session, patterns: list[str]) -> set[int] | None:
    """All orders with a word that few have, or with words that few have together; None where they are many."""
    for pattern in patterns:
        if (ids := _orders_with(session, pattern, RARE)) is not None:
            return ids
    if len(patterns) == 1:
        return None
    sets = [ids for pattern in patterns if (ids := _orders_with(session, pattern, LOOKED_UP)) is not None]
    together = set.intersection(*sets) if sets else set()
    return together if sets and len(together) <= RARE else None


def _orders_with(session: Session, pattern: str, most: int) -> set[int] | None:
    """From indexes alone; None where there are more, or more pieces with it than that."""
    pieces = session.scalars(pieces_with(pattern).limit(most + 1)).all()
    if len(pieces) > most:
        return None
    found = session.scalars(_with(pattern, pieces).limit(most + 1)).all()
    return None if len(found) > most else set(found)


def _has(pattern: str) -> ColumnElement[bool]:
    versions = select(PlanVersion.id).where(PlanVersion.search_text.like(pattern, escape="\\"))
    return or_(
        WorkOrder.search_text.like(pattern, escape="\\"),
        WorkOrder.search_text.is_(None) & WorkOrder.plan_version_id.in_(versions),
        piece_has(pattern),
        Location.search_text.like(pattern, escape="\\"),
        Site.sort_name.like(pattern, escape="\\"),
    )


def _with(pattern: str, pieces: Sequence[int]) -> CompoundSelect[Any]:
    places = select(Location.id).where(Location.search_text.like(pattern, escape="\\"))
    sites = select(Site.id).where(Site.sort_name.like(pattern, escape="\\"))
    of_plan = (PlanVersion.id == WorkOrder.plan_version_id) & (PlanVersion.plan_id == WorkOrder.plan_id)
    titled = PlanVersion.search_text.like(pattern, escape="\\") & WorkOrder.search_text.is_(None)
    own_title = WorkOrder.search_text.is_not(None) & WorkOrder.search_text.like(pattern, escape="\\")
    return union_all(
        select(WorkOrder.id).where(WorkOrder.site_id.in_(sites)),
        select(WorkOrder.id).join(PlanVersion, of_plan).where(titled),
        select(WorkOrder.id).where(WorkOrder.location_id.in_(places)),
        select(WorkOrder.id).where(WorkOrder.equipment_id.in_(pieces if len(pieces) <= RARE else pieces_with(pattern))),
        select(WorkOrder.id).where(own_title),
    )
