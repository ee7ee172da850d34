"""Orders that follow from cycles: made by the database itself, closed or raised one by one (S15, S19, S20)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, insert, literal, null, or_, select, update
from sqlalchemy.orm import Session

from app.core.clock import start_of_day
from app.journal.models import OutboxEvent
from app.ledger.actions.families import give_back
from app.ledger.models import Occurrence
from app.places.models import Site
from app.plans.models import PlanTarget, PlanVersion
from app.procedures.models import Procedure, ProcedureVersion
from app.procedures.queries.versions import is_in_force
from app.workorders.models import WorkOrder, WorkOrderEvent

Key = tuple[int, str]  # target and cycle
PRIORITIES = ("low", "normal", "high", "urgent")
BY = "Ronde"


def make_orders(session: Session, *, batch: str, now: datetime) -> int:
    """An order, its first event and its outbox row for each cycle of the batch that is generated; answers how many.

    The order copies everything that it needs from the plan version (S19), and keeps the version of its procedure that
    is in force now. One whose window has begun is ready at once.
    """
    is_ready = or_(Occurrence.window_first_on <= literal(now.date()), Occurrence.scheduled_on <= literal(now.date()))
    values: dict[str, Any] = {
        "type": literal("preventive"),
        "kind": PlanVersion.kind,
        "title": PlanVersion.title,
        "search_text": null(),  # found by the version's
        "instructions": PlanVersion.instructions,
        "equipment_id": PlanTarget.equipment_id,
        "location_id": PlanTarget.location_id,
        "site_id": PlanTarget.site_id,
        "origin": literal("occurrence"),
        "plan_id": PlanTarget.plan_id,
        "plan_version_id": Occurrence.plan_version_id,
        "target_id": Occurrence.target_id,
        "occurrence_id": Occurrence.id,
        "procedure_version_id": ProcedureVersion.id,
        "priority": PlanVersion.priority,
        "state": case((is_ready, "ready"), else_="planned"),
        "due_on": Occurrence.due_on,
        "window_first_on": Occurrence.window_first_on,
        "window_last_on": Occurrence.window_last_on,
        "team_id": PlanVersion.team_id,
        "assignee_id": PlanVersion.assignee_id,
        "estimate_minutes": func.coalesce(PlanVersion.estimate_minutes, ProcedureVersion.estimate_minutes),
        "requires_photo": PlanVersion.requires_photo,
        "requires_signature": PlanVersion.requires_signature,
        "created_at": literal(now, WorkOrder.created_at.type),
        "released_at": case((is_ready, literal(now, WorkOrder.created_at.type)), else_=null()),
    }
    made = (
        select(*values.values())
        .select_from(Occurrence)
        .join(PlanTarget, PlanTarget.id == Occurrence.target_id)
        .join(PlanVersion, PlanVersion.id == Occurrence.plan_version_id)
        .outerjoin(Procedure, Procedure.id == PlanVersion.procedure_id)
        .outerjoin(ProcedureVersion, is_in_force())
        .where(Occurrence.batch == batch, Occurrence.fate == "generated")
        .order_by(Occurrence.due_on, Occurrence.id)
    )
    orders = insert(WorkOrder).from_select(list(values), made).execution_options(preserve_rowcount=True)
    count = session.connection().execute(orders).rowcount
    _schedule(session, batch)
    _tell(session, batch, now)
    return count


def _schedule(session: Session, batch: str) -> None:
    """S30: an order whose cycle a person moved is scheduled for that day, as it begins at its site."""
    moved = (
        select(WorkOrder.id, Occurrence.scheduled_on, Site.time_zone)
        .join(Occurrence, Occurrence.id == WorkOrder.occurrence_id)
        .join(Site, Site.id == WorkOrder.site_id)
        .where(Occurrence.batch == batch, Occurrence.scheduled_on.is_not(None))
    )
    starts = [
        {"id": row.id, "scheduled_start_at": start_of_day(row.scheduled_on, row.time_zone)}
        for row in session.execute(moved)
    ]
    if starts:
        session.execute(update(WorkOrder), starts)


def _tell(session: Session, batch: str, now: datetime) -> None:
    at = literal(now, WorkOrder.created_at.type)
    orders = (
        select(WorkOrder)
        .join(Occurrence, Occurrence.id == WorkOrder.occurrence_id)
        .where(Occurrence.batch == batch, Occurrence.fate == "generated", WorkOrder.is_open)
        .order_by(WorkOrder.id)
    )
    event = {
        "order_id": WorkOrder.id,
        "at": at,
        "user_name": literal(BY),
        "kind": literal("created"),
        "to_state": WorkOrder.state,
    }
    message = {
        "kind": literal("work_order.created"),
        "entity": literal("work_order"),
        "entity_id": WorkOrder.id,
        "site_id": WorkOrder.site_id,
        "created_at": at,
    }
    for model, values in ((WorkOrderEvent, event), (OutboxEvent, message)):
        session.execute(insert(model).from_select(list(values), orders.with_only_columns(*values.values())))


def replace_orders(session: Session, replaced: Sequence[tuple[Key, str]], *, now: datetime) -> None:
    """S20, `replace`: orders that nobody started end as missed, naming the cycle that takes their place."""
    for (target_id, key), by_key in replaced:
        order = _open_order(session, target_id, key)
        occurrence = session.get_one(Occurrence, order.occurrence_id, populate_existing=True)
        occurrence.fate, occurrence.reason, occurrence.because_key = "missed", "replaced", by_key
        occurrence.decided_at = now
        _change(session, order, "missed", {"state": [order.state, "missed"]}, now=now, to_state="missed")
        order.state, order.ended_reason = "missed", "replaced"
        give_back(session, target_id, key, now=now)
    session.flush()


def raise_priorities(session: Session, keys: Sequence[Key], *, now: datetime) -> None:
    """S20, `remind`: the open order's priority rises by a step for each cycle that it suppresses."""
    for target_id, key in keys:
        order = _open_order(session, target_id, key)
        higher = PRIORITIES[min(PRIORITIES.index(order.priority) + 1, len(PRIORITIES) - 1)]
        if higher != order.priority:
            _change(session, order, "reminded", {"priority": [order.priority, higher]}, now=now)
            order.priority = higher
    session.flush()


def _open_order(session: Session, target_id: int, key: str) -> WorkOrder:
    order = find_open_order(session, target_id, key)
    if order is None:
        raise LookupError(f"no open order of {key}")
    return order


def find_open_order(session: Session, target_id: int, key: str) -> WorkOrder | None:
    found = select(WorkOrder).join(Occurrence, Occurrence.id == WorkOrder.occurrence_id)
    found = found.where(Occurrence.target_id == target_id, Occurrence.cycle_key == key, WorkOrder.is_open)
    return session.scalars(found.with_for_update().execution_options(populate_existing=True)).one_or_none()


def _change(
    session: Session,
    order: WorkOrder,
    kind: str,
    changes: dict[str, Any],
    *,
    now: datetime,
    to_state: str | None = None,
) -> None:
    order.version += 1
    session.add(
        WorkOrderEvent(
            order_id=order.id,
            at=now,
            user_name=BY,
            kind=kind,
            from_state=order.state if to_state else None,
            to_state=to_state,
            reason="replaced" if to_state else None,
            changes=changes,
        )
    )
    session.add(
        OutboxEvent(
            kind=f"work_order.{kind}",
            entity="work_order",
            entity_id=order.id,
            site_id=order.site_id,
            created_at=now,
        )
    )
