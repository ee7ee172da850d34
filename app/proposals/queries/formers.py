"""The last proposal of each kind for pieces: what hysteresis and cool-down look at."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.places.models import Site
from app.proposals.models import Proposal
from app.proposals.rules.deciding import Former, Settled
from app.proposals.rules.ladder import Kind
from app.workorders.models import WorkOrder
from app.workorders.rules.states import OPEN

LADDER_KINDS = (Kind.INSPECT, Kind.REPAIR, Kind.REPLACE)


@dataclass(frozen=True, slots=True)
class LastProposal:
    row: Proposal
    former: Former


def last_proposals(session: Session, equipment_ids: Collection[int]) -> dict[tuple[int, Kind], LastProposal]:
    newest = (
        select(func.max(Proposal.id))
        .where(Proposal.equipment_id.in_(equipment_ids), Proposal.kind.in_(LADDER_KINDS))
        .group_by(Proposal.equipment_id, Proposal.kind)
    )
    rows = session.execute(
        select(Proposal, WorkOrder.state, WorkOrder.done_on, Site.time_zone)
        .outerjoin(WorkOrder, WorkOrder.id == Proposal.order_id)
        .join(Site, Site.id == Proposal.site_id)
        .where(Proposal.id.in_(newest))
    )
    found: dict[tuple[int, Kind], LastProposal] = {}
    for row, order_state, done_on, zone in rows:
        decided_on = today(row.decided_at, zone) if row.decided_at else None
        settled: Settled = "open"
        if row.state in ("accepted", "refused"):
            settled = "pending" if order_state in OPEN else "decided"
            decided_on = done_on or decided_on
        rules = row.evidence.get("rules", [])
        former = Former(
            settled,
            decided_on,
            keys=frozenset(rule["key"] for rule in rules),
            order_ids=frozenset(order["id"] for rule in rules for order in rule["orders"]) | {row.order_id or 0},
            is_rearmed=row.is_rearmed,
        )
        found[row.equipment_id or 0, Kind(row.kind)] = LastProposal(row, former)
    return found
