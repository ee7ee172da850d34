"""A person starts and stops their timer, enters time, or corrects it."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.i18n import N_
from app.core.security import Actor
from app.journal import actions as journal
from app.resources.actions.opening import lock_for_record, lock_for_work
from app.resources.actions.timing import add_entry, end_timers, start_own_timer
from app.resources.models import TimeEntry
from app.resources.queries import entry_row
from app.resources.schemas import TimeCorrection, TimeInput
from app.workorders.actions.life import pass_to
from app.workorders.actions.telling import tell
from app.workorders.rules.states import State


def start_timer(session: Session, order_id: int, *, by: Actor, now: datetime) -> TimeEntry:
    """Begins the order, or takes it up again, where that was not done."""
    order = lock_for_work(session, order_id, by=by, now=now)
    if State(order.state) is State.ON_HOLD:
        pass_to(session, order, "resume", by=by, now=now)
    entry = start_own_timer(session, order, by=by, now=now)
    if entry is None:
        raise Conflict("no_person", N_("Only a person has time of their own. Enter the time instead."))
    tell(session, order, "timer_started", by=by, now=now)
    return entry


def stop_timer(session: Session, order_id: int, *, by: Actor, now: datetime) -> None:
    """One's own; stopped already is fine."""
    order = lock_for_record(session, order_id, by=by)
    if by.person_id is not None and end_timers(session, order, now=now, person_id=by.person_id):
        tell(session, order, "timer_stopped", by=by, now=now)


def enter_time(session: Session, order_id: int, data: TimeInput, *, by: Actor, now: datetime) -> TimeEntry:
    order = lock_for_record(session, order_id, by=by)
    said = data.model_dump(exclude={"minutes", "person_id"})
    entry = add_entry(session, order, data.minutes, person_id=data.person_id, by=by, now=now, **said)
    tell(session, order, "time_entered", by=by, now=now, changes={"minutes": [None, entry.minutes]})
    return entry


def correct_time(
    session: Session,
    order_id: int,
    entry_id: int,
    data: TimeCorrection,
    *,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> TimeEntry:
    """A timer that runs is ended by it."""
    order = lock_for_record(session, order_id, by=by)
    entry = entry_row(session, order.id, entry_id)
    journal.refuse_stale(entry, version)
    before = entry.minutes
    entry.minutes, entry.note = data.minutes, data.note or entry.note
    entry.ended_at = entry.ended_at or (now if entry.source == "timer" else None)
    entry.version += 1
    session.flush()
    tell(session, order, "time_corrected", by=by, now=now, changes={"minutes": [before, data.minutes]})
    return entry
