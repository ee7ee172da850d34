"""Orders agree with the ledger, with their own history, and with what was told to others."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.core.i18n import N_
from app.journal.models import OutboxEvent
from app.ledger.models import Occurrence
from app.operations.queries.doctor.finding import Finding, fault
from app.workorders.models import Resolution, WorkOrder, WorkOrderEvent

ENTITY = "work_order"


def examine(session: Session) -> Iterator[Finding]:
    checks: tuple[tuple[str, str, Select[Any]], ...] = (
        ("order_missing", N_("%(count)s cycles are recorded as generated, but have no order."), _without_order()),
        ("order_doubled", N_("%(count)s cycles have more than one order in hand."), _with_two_orders()),
        ("fate_differs", N_("The fate of %(count)s cycles is not what became of their order."), _with_another_fate()),
        (
            "history_differs",
            N_("The history of %(count)s orders does not lead to their state."),
            _with_another_history(),
        ),
        ("event_missing", N_("%(count)s orders were never announced in the outbox."), _unannounced()),
        ("report_missing", N_("%(count)s orders are done, but have no report."), _without_report()),
    )
    for code, message, statement in checks:
        ids = tuple(session.scalars(statement))
        if ids:
            yield fault(code, message, ids, count=len(ids))


def _latest_order() -> ColumnElement[bool]:
    later = aliased(WorkOrder)
    return ~exists().where(later.occurrence_id == WorkOrder.occurrence_id, later.id > WorkOrder.id)


def _without_order() -> Select[int]:
    return select(Occurrence.id).where(
        Occurrence.fate == "generated", ~exists().where(WorkOrder.occurrence_id == Occurrence.id)
    )


def _with_two_orders() -> Select[int | None]:
    alive = WorkOrder.state.in_(("planned", "ready", "in_progress", "on_hold", "completed", "closed"))
    return (
        select(WorkOrder.occurrence_id.label("id"))
        .where(WorkOrder.occurrence_id.is_not(None), alive)
        .group_by(WorkOrder.occurrence_id)
        .having(func.count() > 1)
    )


def _with_another_fate() -> Select[int]:
    ended = case(
        *((WorkOrder.state == state, state) for state in ("cancelled", "skipped", "missed")), else_="generated"
    )
    came_back = and_(ended != "generated", Occurrence.fate.in_(("waiting", "suppressed")))
    return (
        select(Occurrence.id)
        .join(WorkOrder, WorkOrder.occurrence_id == Occurrence.id)
        .where(_latest_order(), Occurrence.fate != ended, ~came_back)
    )


def _with_another_history() -> Select[int]:
    later = aliased(WorkOrderEvent)
    last = (
        select(WorkOrderEvent.to_state)
        .where(
            WorkOrderEvent.order_id == WorkOrder.id,
            WorkOrderEvent.to_state.is_not(None),
            ~exists().where(
                later.order_id
                == WorkOrderEvent.order_id,  # of WorkOrder itself, the inner query would not be correlated
                later.to_state.is_not(None),
                later.id > WorkOrderEvent.id,
            ),
        )
        .scalar_subquery()
    )
    return select(WorkOrder.id).where(or_(last.is_(None), last != WorkOrder.state))


def _unannounced() -> Select[int]:
    told = exists().where(OutboxEvent.entity == ENTITY, OutboxEvent.entity_id == WorkOrder.id)
    return select(WorkOrder.id).where(~told)


def _without_report() -> Select[int]:
    reported = exists().where(Resolution.order_id == WorkOrder.id, Resolution.is_current)
    return select(WorkOrder.id).where(WorkOrder.state.in_(("completed", "closed")), ~reported)
