"""What orders cost, by currency: labour at the rate of that day, parts at theirs, and what was paid beside."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.interventions.models import CostLine, PartUsage, TimeEntry
from app.parts.models import Part
from app.places.queries import find_organisation
from app.proposals.rules.reliability import labour_minor

Costs = dict[int, dict[str, int]]  # order -> currency -> minor units


def costs_of(session: Session, order_ids: Collection[int]) -> Costs:
    found: Costs = defaultdict(lambda: defaultdict(int))
    organisation = find_organisation(session)
    labour = select(TimeEntry.order_id, TimeEntry.minutes, TimeEntry.rate_minor).where(
        TimeEntry.order_id.in_(order_ids), TimeEntry.minutes.is_not(None), TimeEntry.rate_minor.is_not(None)
    )
    for order_id, minutes, rate in session.execute(labour):
        if organisation is not None:
            found[order_id][organisation.currency] += labour_minor(minutes or 0, rate or 0)
    used = PartUsage.quantity - PartUsage.returned
    parts = select(PartUsage.order_id, PartUsage.currency, (used * PartUsage.unit_cost_minor)).where(
        PartUsage.order_id.in_(order_ids), PartUsage.unit_cost_minor.is_not(None)
    )
    lines = select(CostLine.order_id, CostLine.currency, CostLine.amount_minor).where(CostLine.order_id.in_(order_ids))
    for statement in (parts, lines):
        for order_id, currency, amount in session.execute(statement):
            found[order_id][currency] += amount
    return found


def components_of(session: Session, order_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The parts that each order took and kept, by their references."""
    rows = session.execute(
        select(PartUsage.order_id, Part.reference)
        .join(Part, Part.id == PartUsage.part_id)
        .where(PartUsage.order_id.in_(order_ids), PartUsage.quantity > PartUsage.returned)
        .distinct()
        .order_by(PartUsage.order_id, Part.reference)
    )
    found: dict[int, tuple[str, ...]] = {}
    for order_id, reference in rows:
        found[order_id] = (*found.get(order_id, ()), f"part:{reference}")
    return found
