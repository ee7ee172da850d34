"""What a family on one item has to know of one another (S24)."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from app.core.db.bulk import one_of
from app.ledger.models import Occurrence
from app.ledger.rules.facts import OpenOrder
from app.plans.models import PlanFamily, PlanTarget

_ORDER = ("cycle_key", "raw_due_on", "due_on", "scheduled_on")


def together(session: Session, target_ids: Collection[int]) -> list[int]:
    """All targets that are decided together with one of these, themselves included, by id; none without a family."""
    one = aliased(PlanTarget)
    is_same_item = or_(one.equipment_id == PlanTarget.equipment_id, one.location_id == PlanTarget.location_id)
    statement = (
        select(PlanTarget.id)
        .join(one, (one.family_id == PlanTarget.family_id) & is_same_item)
        .where(one_of(one.id, target_ids), one.family_id.is_not(None), PlanTarget.state != "ended")
    )
    return list(session.scalars(statement.distinct().order_by(PlanTarget.id)))


def groups_of(session: Session, target_ids: Collection[int]) -> list[list[int]]:
    """The same, item by item."""
    rows = session.execute(
        select(PlanTarget.id, PlanTarget.family_id, PlanTarget.equipment_id, PlanTarget.location_id)
        .where(one_of(PlanTarget.id, together(session, target_ids)))
        .order_by(PlanTarget.id)
    )
    groups: defaultdict[tuple[int | None, ...], list[int]] = defaultdict(list)
    for target_id, *item in rows:
        groups[tuple(item)].append(target_id)
    return list(groups.values())


def lock_together(session: Session, target_ids: Collection[int]) -> list[int]:
    """S16: whoever locks one of a family locks all of it on that item, the lowest id first, as a claim does.

    So nobody waits for a second one while holding a first that another waits for.
    """
    ids = together(session, target_ids)
    if ids:
        locked = select(PlanTarget.id).where(one_of(PlanTarget.id, ids)).order_by(PlanTarget.id)
        session.execute(locked.with_for_update())
    return ids


def tolerances(session: Session, family_ids: Collection[int]) -> dict[int, int]:
    rows = session.execute(select(PlanFamily.id, PlanFamily.tolerance_days).where(PlanFamily.id.in_(family_ids)))
    return {row[0]: row[1] for row in rows}


def done_cycles(session: Session, target_ids: Collection[int]) -> dict[int, OpenOrder]:
    """By target, the cycle whose order was done last."""
    rows = session.execute(
        select(Occurrence.target_id, *(getattr(Occurrence, name) for name in _ORDER))
        .join(PlanTarget, PlanTarget.id == Occurrence.target_id)
        .where(
            one_of(Occurrence.target_id, target_ids),
            Occurrence.due_on == PlanTarget.last_done_due_on,
            Occurrence.fate == "generated",
        )
        .order_by(Occurrence.raw_due_on)
    )
    return {
        row.target_id: OpenOrder(row.cycle_key, row.raw_due_on, row.due_on, scheduled_on=row.scheduled_on)
        for row in rows
    }
