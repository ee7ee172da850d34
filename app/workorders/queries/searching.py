"""What finds an order: its number; or words, each in its title, its piece, its place or its site (decision 0012).

Whether an order has a word is said by LIKE alone. What the full-text index adds is where to look: a list that is
walked through in its own order, until a page is full, would be walked to its end for words that stand nowhere together.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, func, or_, select, union_all
from sqlalchemy.orm import Session

from app.core.db.bulk import listed
from app.core.db.fulltext import FullText
from app.core.i18n.folding import fold, like_patterns, runs
from app.equipment.queries import has_word as piece_has
from app.equipment.queries import pieces_with
from app.places.models import Location, Site
from app.plans.models import PlanVersion
from app.workorders.models import OrderTerm, OrderText, WorkOrder
from app.workorders.rules.states import order_id_of
from app.workorders.rules.words import site_mark

MOST_WORDS = 10
FEW = 5_000  # orders that are sorted for a page; of more, a page is soon full
RARE = 2_000  # orders with a word that the index has in parts, or not at all
SPREAD = 16  # words that one asked for is a part of; PostgreSQL takes seconds for an OR of 200
INDEX = FullText(OrderText.order_id, OrderText.words, "order_words")


def found_by(session: Session, query: str, site_ids: Collection[int] | None) -> ColumnElement[bool]:
    """For a statement that has joined the order's words, its piece, its place and its site.

    `site_ids`: all that the list is narrowed to, so that the index need not find others.
    """
    asked = fold(query).split()[:MOST_WORDS]
    patterns = dict(zip(asked, like_patterns(query), strict=False))
    found = [_has_all(session, {word: pattern for word, pattern in patterns.items() if is_entered(word)})]
    found += [_has(pattern) for word, pattern in patterns.items() if not is_entered(word)]
    terms = {part: _terms(session, part) for word in asked for part in runs(word)}
    if (ids := _few(session, [group for group in terms.values() if len(group) <= SPREAD], site_ids)) is None:
        wide = [word for word in asked if word not in terms or len(terms[word]) > SPREAD]
        ids = _rare(session, [patterns[word] for word in wide])
    if ids is not None:
        # As a table: against an array PostgreSQL walks all dates, for the sake of their order.
        found.append(WorkOrder.id.in_(select(listed(session, WorkOrder.id, sorted(ids)).c.value)))
    order_id = order_id_of(query)
    return and_(*found) if order_id is None else or_(WorkOrder.id == order_id, and_(*found))


def is_entered(word: str) -> bool:
    """Whether all orders that have it, or a longer word with it inside, have it among their words."""
    return runs(word) == [word]


def _few(session: Session, groups: Sequence[Sequence[str]], site_ids: Collection[int] | None) -> set[int] | None:
    """All orders that can have a word of each group, the stale ones among them; None where they are many."""
    waiting = set(session.scalars(_waiting()))
    if not groups or len(waiting) > FEW:
        return None
    if not all(groups):
        return waiting
    if site_ids is not None and len(site_ids) <= SPREAD:
        groups = [*groups, [site_mark(site_id) for site_id in sorted(site_ids) or (0,)]]
    ids = session.scalars(INDEX.holding(session, groups)[0].limit(FEW + 1)).all()
    return waiting.union(ids) if len(ids) <= FEW else None


def _terms(session: Session, part: str) -> Sequence[str]:
    """Letters and digits stand apart in the index, and no run has both."""
    alike = OrderTerm.term < ":" if part.isdecimal() else OrderTerm.term >= ":"
    found = select(OrderTerm.term).where(alike, OrderTerm.term.like(f"%{part}%")).limit(SPREAD + 1)
    return session.scalars(found).all()


def _waiting() -> CompoundSelect[Any]:
    """Orders whose words the clock has not written yet."""
    last = select(func.coalesce(func.max(OrderText.order_id), 0)).scalar_subquery()
    return union_all(
        select(OrderText.order_id).where(OrderText.is_stale), select(WorkOrder.id).where(WorkOrder.id > last)
    ).limit(FEW + 1)


def _has_all(session: Session, patterns: Mapping[str, str]) -> ColumnElement[bool]:
    """Words stand apart among an order's words, so that none matches across two of them.

    By a function: of LIKE PostgreSQL believes that few rows have it, and reads all of them rather than walk to a few.
    """
    place = func.instr if session.get_bind().dialect.name == "sqlite" else func.strpos
    is_written = and_(OrderText.order_id.is_not(None), ~OrderText.is_stale)
    written = (place(OrderText.words, word) > 0 for word in patterns)
    return or_(and_(is_written, *written), and_(~is_written, *map(_has, patterns.values())))


def _rare(session: Session, patterns: Sequence[str]) -> set[int] | None:
    """All orders with a word that few have; None where there is none."""
    for pattern in patterns:
        if (ids := _orders_with(session, pattern)) is not None:
            return ids
    return None


def _orders_with(session: Session, pattern: str) -> set[int] | None:
    """From indexes alone; None where there are more than are rare, or more pieces with it."""
    pieces = session.scalars(pieces_with(pattern).limit(RARE + 1)).all()
    if len(pieces) > RARE:
        return None
    found = session.scalars(_with(pattern, pieces).limit(RARE + 1)).all()
    return None if len(found) > RARE else set(found)


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
        select(WorkOrder.id).where(WorkOrder.equipment_id.in_(pieces)),
        select(WorkOrder.id).where(own_title),
    )
