"""What was reported of pieces: one line for each order that was done, with what it cost."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.proposals.queries.components import components_of
from app.proposals.rules.measuring import Report
from app.proposals.rules.reliability import Failure
from app.resources.queries import costs_of, house_currency
from app.workorders.models import Resolution, WorkOrder
from app.workorders.rules.states import DONE


@dataclass(frozen=True, slots=True)
class Told:
    """`failed_at`: when it went down or, where that was not said, when the order was made.

    `costs`: minor units by currency, of labour, parts and outside work together.
    """

    row: Any
    failed_at: datetime
    failed_on: date
    costs: Mapping[str, int]
    components: tuple[str, ...]

    @property
    def order_id(self) -> int:
        number: int = self.row.order_id
        return number

    def as_report(self, currency: str | None) -> Report:
        row = self.row
        return Report(
            order_id=row.order_id,
            type=row.type,
            origin=row.origin,
            kind=row.kind,
            finding=row.finding,
            done_on=row.done_on,
            failed_on=self.failed_on,
            mode=row.failure_mode,
            restoration=row.restoration,
            components=self.components,
            cost_minor=self.costs.get(currency, 0) if currency else 0,
            other_costs={key: minor for key, minor in self.costs.items() if key != currency},
        )

    def as_failure(self, restored_at: datetime | None) -> Failure:
        return Failure(self.failed_at, self.row.failure_mode, restored_at, self.row.minutes_spent)


def reports_of(session: Session, zones: Mapping[int, str]) -> dict[int, list[Told]]:
    """By piece, the oldest order first; visits that found nothing, which are most, tell nothing here.

    `zones`: each piece's time zone.
    """
    rows = session.execute(
        select(
            WorkOrder.equipment_id,
            WorkOrder.id.label("order_id"),
            WorkOrder.title,
            WorkOrder.type,
            WorkOrder.origin,
            WorkOrder.created_at,
            WorkOrder.asked_at,
            Resolution.kind,
            Resolution.finding,
            Resolution.done_on,
            Resolution.down_from,
            Resolution.minutes_spent,
            Resolution.failure_mode,
            Resolution.restoration,
        )
        .join(Resolution, (Resolution.order_id == WorkOrder.id) & Resolution.is_current)
        .where(
            WorkOrder.equipment_id.in_(zones),
            WorkOrder.state.in_(DONE),
            or_(WorkOrder.type == "corrective", Resolution.finding != "none"),
        )
        .order_by(WorkOrder.id)
    ).all()
    costs, currency = costs_of(session, [row.order_id for row in rows]), house_currency(session)
    components = components_of(session, [row.order_id for row in rows])
    found: dict[int, list[Told]] = defaultdict(list)
    for row in rows:
        failed_at = row.down_from or row.asked_at or row.created_at
        told_on = failed_at.astimezone(ZoneInfo(zones[row.equipment_id])).date()
        failed_on = told_on if row.down_from else min(told_on, row.done_on)
        paid = costs[row.order_id].by_currency(currency) if row.order_id in costs else {}
        parts = components.get(row.order_id, ())
        found[row.equipment_id].append(Told(row, failed_at, failed_on, paid, parts))
    return found
