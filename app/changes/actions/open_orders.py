"""S36: what becomes of open orders that nobody has started when their plan has a new version."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.i18n import N_
from app.core.security import Actor
from app.engine.actions.families import restore_parts
from app.journal.actions import record_change
from app.ledger.actions.moving import move_cycles
from app.ledger.models import Occurrence
from app.plans.models import MaintenancePlan, PlanTarget, PlanVersion
from app.plans.schemas import OpenOrdersChoice
from app.procedures.queries.versions import current_version_id, estimate_of
from app.workorders.models import WorkOrder, WorkOrderEvent

# What an order copies from its plan version (S19).
COPIED = (
    "title", "kind", "instructions", "estimate_minutes", "priority", "team_id", "assignee_id", "requires_photo",
    "requires_signature",
)  # fmt: skip
KEPT = (
    "type",
    "equipment_id",
    "location_id",
    "site_id",
    "origin",
    "plan_id",
    "target_id",
    "occurrence_id",
    "parent_id",
)
REASON = N_("The plan has a new version.")


def treat_open_orders(
    session: Session, plan: MaintenancePlan, choice: OpenOrdersChoice, *, by: Actor, now: datetime
) -> int:
    """Bring them up to date, or cancel them and make them anew on the same ledger row; how many."""
    if choice == "keep":
        return 0
    by_target: defaultdict[int, dict[int, WorkOrder]] = defaultdict(dict)
    for order in _not_started(session, plan.id):
        if order.target_id is not None and order.occurrence_id is not None:
            by_target[order.target_id][order.occurrence_id] = order
    procedure: dict[str, int | None] = {"procedure_version_id": current_version_id(session, plan.current.procedure_id)}
    if plan.current.estimate_minutes is None:
        procedure["estimate_minutes"] = estimate_of(session, procedure["procedure_version_id"])
    for target_id, orders in by_target.items():
        move_cycles(session, target_id, list(orders), now=now)
        for occurrence_id, order in orders.items():
            occurrence = session.get_one(Occurrence, occurrence_id)
            values = _values(plan.current, occurrence) | procedure
            if choice == "update":
                _update(session, order, values, by=by, now=now)
                current = order
            else:
                current = _regenerate(session, order, values, by=by, now=now)
            restore_parts(session, current, occurrence.cycle_key, now=now)
    session.flush()
    return sum(map(len, by_target.values()))


def _not_started(session: Session, plan_id: int) -> list[WorkOrder]:
    statement = (
        select(WorkOrder)
        .join(PlanTarget, PlanTarget.id == WorkOrder.target_id)
        .where(
            WorkOrder.plan_id == plan_id,
            WorkOrder.state.in_(("planned", "ready")),
            WorkOrder.started_at.is_(None),
            PlanTarget.state == "active",
        )
        .order_by(WorkOrder.target_id, WorkOrder.due_on, WorkOrder.id)
        .with_for_update(of=WorkOrder)
    )
    return list(session.scalars(statement, execution_options={"populate_existing": True}))


def _values(version: PlanVersion, occurrence: Occurrence) -> dict[str, Any]:
    dates = {name: getattr(occurrence, name) for name in ("due_on", "window_first_on", "window_last_on")}
    return {name: getattr(version, name) for name in COPIED} | dates | {"plan_version_id": version.id}


def _update(session: Session, order: WorkOrder, values: dict[str, Any], *, by: Actor, now: datetime) -> None:
    changes = {
        name: [to_jsonable_python(getattr(order, name)), to_jsonable_python(value)]
        for name, value in values.items()
        if getattr(order, name) != value
    }
    for name, value in values.items():
        setattr(order, name, value)
    _tell(session, order, "changed", changes, by=by, now=now)


def _regenerate(session: Session, order: WorkOrder, values: dict[str, Any], *, by: Actor, now: datetime) -> WorkOrder:
    was = order.state
    order.state, order.ended_reason = "cancelled", REASON
    _tell(session, order, "cancelled", {"state": [was, "cancelled"]}, by=by, now=now, to_state=(was, "cancelled"))
    fresh = WorkOrder(
        state="planned",
        created_at=now,
        created_by=by.user_id,
        **values,
        **{name: getattr(order, name) for name in KEPT},
    )
    session.add(fresh)
    session.flush()
    _tell(session, fresh, "created", {}, by=by, now=now, to_state=(None, "planned"))
    return fresh


def _tell(
    session: Session,
    order: WorkOrder,
    kind: str,
    changes: dict[str, Any],
    *,
    by: Actor,
    now: datetime,
    to_state: tuple[str | None, str] | None = None,
) -> None:
    if kind != "created":
        order.version += 1
    from_state, to = to_state or (None, None)
    session.add(
        WorkOrderEvent(
            order_id=order.id,
            at=now,
            user_id=by.user_id,
            user_name=by.name,
            kind=kind,
            from_state=from_state,
            to_state=to,
            reason=REASON,
            changes=changes,
        )
    )
    record_change(session, kind, "work_order", order.id, changes, by=by, now=now, site_id=order.site_id)
