"""An order moves through its states: the table decides, the ledger is told, history is written."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import Conflict
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment
from app.journal.actions import refuse_stale
from app.ledger.actions import outcomes as ledger
from app.places.models import Site
from app.workorders.actions.availability import follow_begun_work, follow_ended_work
from app.workorders.actions.telling import tell
from app.workorders.models import Hold, Resolution, WorkOrder
from app.workorders.queries.orders import has_photo, lock_order
from app.workorders.rules.states import BY_NAME, DONE, OPEN, Facts, State, move
from app.workorders.schemas import HoldInput

STOPS_CLOCK = frozenset({"parts", "vendor", "change_window", "user_absent"})
FATES = {State.CANCELLED: "person", State.SKIPPED: "person", State.MISSED: "not_done"}


def open_for_change(session: Session, order_id: int, *, version: int | None, by: Actor) -> WorkOrder:
    """The order, locked behind its target (S16), as the caller knows it."""
    target_id = session.scalar(select(WorkOrder.target_id).where(WorkOrder.id == order_id))
    if target_id is not None:
        ledger.lock_target(session, target_id)
    order = lock_order(session, order_id, by=by)
    refuse_stale(order, version)
    return order


def open_for_work(session: Session, order_id: int, *, version: int | None, by: Actor) -> WorkOrder:
    """The same for whoever works there, and only while it goes on."""
    order = open_for_change(session, order_id, version=version, by=by)
    require(by, Permission.WORK, site_id=order.site_id)
    if State(order.state) not in OPEN:
        raise Conflict("ended", N_("This order has ended. Reopen it to change it."))
    return order


def pass_to(
    session: Session,
    order: WorkOrder,
    name: str,
    *,
    reason: str | None = None,
    has_resolution: bool = False,
    is_signed: bool = False,
    by: Actor,
    now: datetime,
) -> None:
    """One transition of the table, with its permission, guards, timestamps and history."""
    require(by, BY_NAME[name].permission, site_id=order.site_id)
    state = State(order.state)
    facts = Facts(
        is_equipment_retired=name == "start" and _is_retired(session, order),
        has_resolution=has_resolution,
        lacks_photo=name == "complete" and order.requires_photo and not has_photo(session, order.id),
        lacks_signature=name == "complete" and order.requires_signature and not is_signed,
        reopen_count=order.reopen_count,
        reason=reason,
    )
    order.state = move(state, name, facts).value
    STAMPS.get(name, _no_stamp)(order, by, now)
    if state is State.ON_HOLD:
        _end_hold(session, order, now)
    order.version += 1
    session.flush()
    tell(session, order, name, by=by, now=now, from_state=state.value, to_state=order.state, reason=reason)


def _is_retired(session: Session, order: WorkOrder) -> bool:
    status = session.scalar(select(Equipment.status).where(Equipment.id == order.equipment_id))
    return status == "retired"


def _no_stamp(order: WorkOrder, by: Actor, now: datetime) -> None:
    """Most transitions leave their time in the history alone."""


def _released(order: WorkOrder, _by: Actor, now: datetime) -> None:
    order.released_at = now


def _started(order: WorkOrder, by: Actor, now: datetime) -> None:
    order.released_at = order.released_at or now
    order.started_at = order.started_at or now
    order.started_by = order.started_by or by.user_id


def _closed(order: WorkOrder, _by: Actor, now: datetime) -> None:
    order.closed_at = now


def _reopened(order: WorkOrder, _by: Actor, _now: datetime) -> None:
    order.reopen_count += 1
    order.completed_at = order.closed_at = order.done_on = None


STAMPS: dict[str, Callable[[WorkOrder, Actor, datetime], None]] = {
    "release": _released,
    "start": _started,
    "close": _closed,
    "reopen": _reopened,
}


def _end_hold(session: Session, order: WorkOrder, now: datetime) -> None:
    hold = session.scalar(select(Hold).where(Hold.order_id == order.id, Hold.ended_at.is_(None)))
    if hold is not None:
        hold.ended_at = now
    order.hold_reason = order.hold_until = None


def site_today(session: Session, order: WorkOrder, now: datetime) -> Any:
    return today(now, session.scalars(select(Site.time_zone).where(Site.id == order.site_id)).one())


def release_work_order(
    session: Session, order_id: int, *, version: int | None = None, by: Actor, now: datetime
) -> WorkOrder:
    order = open_for_change(session, order_id, version=version, by=by)
    pass_to(session, order, "release", by=by, now=now)
    return order


def start_work_order(
    session: Session, order_id: int, *, version: int | None = None, by: Actor, now: datetime
) -> WorkOrder:
    order = open_for_change(session, order_id, version=version, by=by)
    begin(session, order, by=by, now=now)
    return order


def begin(session: Session, order: WorkOrder, *, by: Actor, now: datetime) -> None:
    """Whoever starts an order that nobody has takes it; what is repaired does not serve meanwhile."""
    if order.assignee_id is None and order.supplier_id is None:
        order.assignee_id = by.person_id
    pass_to(session, order, "start", by=by, now=now)
    follow_begun_work(session, order, by=by, now=now)


def hold_work_order(
    session: Session, order_id: int, data: HoldInput, *, version: int | None = None, by: Actor, now: datetime
) -> WorkOrder:
    order = open_for_change(session, order_id, version=version, by=by)
    pass_to(session, order, "hold", reason=data.reason, by=by, now=now)
    order.hold_reason, order.hold_until = data.reason, data.until
    hold = Hold(
        order_id=order.id, reason=data.reason, note=data.note, stops_clock=data.reason in STOPS_CLOCK, started_at=now
    )
    session.add(hold)
    session.flush()
    return order


def resume_work_order(
    session: Session, order_id: int, *, version: int | None = None, by: Actor, now: datetime
) -> WorkOrder:
    order = open_for_change(session, order_id, version=version, by=by)
    pass_to(session, order, "resume", by=by, now=now)
    return order


def close_work_order(
    session: Session, order_id: int, *, version: int | None = None, by: Actor, now: datetime
) -> WorkOrder:
    order = open_for_change(session, order_id, version=version, by=by)
    pass_to(session, order, "close", by=by, now=now)
    return order


def reopen_work_order(
    session: Session, order_id: int, reason: str | None, *, version: int | None = None, by: Actor, now: datetime
) -> WorkOrder:
    """The report stays in the history; a new one replaces it. A floating clock waits again (S11b)."""
    order = open_for_change(session, order_id, version=version, by=by)
    was_done = State(order.state) in DONE
    pass_to(session, order, "reopen", reason=reason, by=by, now=now)
    current = update(Resolution).where(Resolution.order_id == order.id, Resolution.is_current)
    session.execute(current.values(is_current=False, is_filed=False))
    if order.occurrence_id is not None and was_done:
        ledger.record_reopening(session, order.occurrence_id, now=now)
    session.flush()
    follow_begun_work(session, order, by=by, now=now)
    return order


def cancel_work_order(
    session: Session, order_id: int, reason: str | None, *, version: int | None = None, by: Actor, now: datetime
) -> WorkOrder:
    return end_work_order(session, order_id, "cancel", reason, version=version, by=by, now=now)


def skip_work_order(
    session: Session, order_id: int, reason: str | None, *, version: int | None = None, by: Actor, now: datetime
) -> WorkOrder:
    return end_work_order(session, order_id, "skip", reason, version=version, by=by, now=now)


def end_work_order(
    session: Session, order_id: int, name: str, reason: str | None, *, version: int | None, by: Actor, now: datetime
) -> WorkOrder:
    """An end otherwise than by work: the cycle's fate follows its order (S12, S20)."""
    order = open_for_change(session, order_id, version=version, by=by)
    pass_to(session, order, name, reason=reason, by=by, now=now)
    order.ended_reason = reason
    tell_ledger_of_ending(session, order, now=now)
    follow_ended_work(session, order, by=by, now=now)
    return order


def tell_ledger_of_ending(session: Session, order: WorkOrder, *, now: datetime) -> None:
    if order.occurrence_id is None:
        return
    state = State(order.state)
    ledger.record_ending(
        session,
        order.occurrence_id,
        fate=state.value,
        reason=FATES[state],
        ended_on=site_today(session, order, now),
        now=now,
    )
