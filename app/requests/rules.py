"""What becomes of a request: decided by people, followed by its order; when it should have been answered. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.core.errors import Conflict
from app.core.i18n import N_

TITLE_MOST = 100
FOLLOW_UPS_MOST = 3
# A request waits too long after a working day: hours from 8 to 18 on days that are worked at its site.
ANSWER_HOURS = 8
DAY_BEGINS, DAY_ENDS = time(8), time(18)


class State(StrEnum):
    """What was decided about a request, and is kept."""

    NEW = "new"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"


class Status(StrEnum):
    """How far it is, read from the decision and from the order: never kept."""

    NEW = "new"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    DONE = "done"
    NOT_DONE = "not_done"
    REJECTED = "rejected"


class Urgency(StrEnum):
    """As the person says it."""

    CAN_WAIT = "can_wait"
    HINDERS = "hinders"
    BLOCKS = "blocks"


class Feedback(StrEnum):
    SOLVED = "solved"
    NOT_SOLVED = "not_solved"


BY_ORDER = {
    "planned": Status.ACCEPTED,
    "ready": Status.ACCEPTED,
    "in_progress": Status.IN_PROGRESS,
    "on_hold": Status.ON_HOLD,
    "completed": Status.DONE,
    "closed": Status.DONE,
    "cancelled": Status.NOT_DONE,
    "skipped": Status.NOT_DONE,
    "missed": Status.NOT_DONE,
}
UNDER_WAY = (Status.ACCEPTED, Status.IN_PROGRESS, Status.ON_HOLD)
URGENCY_RANK = {Urgency.BLOCKS: 0, Urgency.HINDERS: 1, Urgency.CAN_WAIT: 2}
# What is offered when a request is accepted: a priority, and days until it is due.
OFFERED = {Urgency.BLOCKS: ("high", 0), Urgency.HINDERS: ("normal", 2), Urgency.CAN_WAIT: ("normal", 7)}


def status_of(state: str, order_state: str | None) -> Status:
    """`state` and the order are those of the original where the request is a duplicate of another."""
    if order_state is not None:
        return BY_ORDER[order_state]
    return Status(state) if state in (State.NEW, State.REJECTED) else Status.ACCEPTED


def refuse_unless_new(state: str) -> None:
    if state != State.NEW:
        raise Conflict("already_decided", N_("This request was answered already. Take it up again to decide anew."))


def refuse_unless_reopenable(state: str, order_state: str | None) -> None:
    """A mistake is taken back; what is being worked on is not."""
    if state == State.NEW:
        raise Conflict("not_decided", N_("Nothing was decided about this request yet."))
    if state == State.ACCEPTED and status_of(state, order_state) is not Status.NOT_DONE:
        raise Conflict("has_order", N_("This request has a work order: cancel that one first."))


def request_number(request_id: int) -> str:
    return f"DI-{request_id:06d}"


def request_id_of(number: str) -> int | None:
    """The key behind DI-000123, di 123 or 123; None where it is none."""
    digits = number.strip().upper().removeprefix("DI").lstrip("- ")
    return int(digits) if digits.isdecimal() and len(digits) < 16 else None


def title_of(text: str) -> str:
    """The first line, cut at a word."""
    first = " ".join(text.strip().partition("\n")[0].split())
    if len(first) <= TITLE_MOST:
        return first
    cut = first[: TITLE_MOST - 1]
    return (cut.rpartition(" ")[0] or cut) + "…"


@dataclass(frozen=True, slots=True)
class Offer:
    priority: str
    due_on: date


def offer_for(urgency: str, today: date) -> Offer:
    priority, days = OFFERED[Urgency(urgency)]
    return Offer(priority, today + timedelta(days=days))


def has_waited(since: datetime, now: datetime, zone: str, is_worked: Callable[[date], bool]) -> bool:
    """Whether `ANSWER_HOURS` working hours have passed."""
    here = ZoneInfo(zone)
    start, end, left = since.astimezone(here), now.astimezone(here), timedelta(hours=ANSWER_HOURS)
    day = start.date()
    while day <= end.date():
        if is_worked(day):
            begins = max(start, datetime.combine(day, DAY_BEGINS, here))
            ends = min(end, datetime.combine(day, DAY_ENDS, here))
            left -= max(ends - begins, timedelta())
            if left <= timedelta():
                return True
        day += timedelta(days=1)
    return False


@dataclass(frozen=True, slots=True)
class Work:
    """What is told of an order to the person who asked."""

    state: str
    created_at: datetime
    due_on: date
    planned_on: date | None = None
    started_at: datetime | None = None
    hold_reason: str | None = None
    hold_until: date | None = None
    held_at: datetime | None = None
    ended_at: datetime | None = None
    explanation: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A message, or the answer of the person afterwards."""

    at: datetime
    who: str
    text: str
    is_from_person: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of what happened to a request. `at` is null for what lies ahead, on `day`."""

    kind: str
    at: datetime | None = None
    day: date | None = None
    text: str | None = None
    who: str | None = None


def thread_of(
    received_at: datetime,
    state: str,
    reason: str | None,
    decided_at: datetime | None,
    work: Work | None,
    said: Sequence[Said],
) -> list[Stop]:
    """What happened, the oldest first, and last what is to come."""
    stops = [Stop("received", received_at)]
    if state == State.REJECTED:
        stops.append(Stop("rejected", decided_at, text=reason))
    if work is not None:
        stops.append(Stop("accepted", max(decided_at or work.created_at, received_at)))
        stops += _of_work(work)
    stops += [Stop("asked" if one.is_from_person else "answered", one.at, None, one.text, one.who) for one in said]
    past = sorted((stop for stop in stops if stop.at), key=lambda stop: stop.at or received_at)
    return past + [stop for stop in stops if stop.at is None]


def _of_work(work: Work) -> list[Stop]:
    stops = [Stop("started", work.started_at)] if work.started_at else []
    status = BY_ORDER[work.state]
    if status is Status.ACCEPTED:
        stops.append(Stop("planned", None, work.planned_on) if work.planned_on else Stop("due", None, work.due_on))
    elif status is Status.ON_HOLD:
        stops.append(Stop("on_hold", work.held_at, work.hold_until, work.hold_reason))
    elif status in (Status.DONE, Status.NOT_DONE):
        stops.append(Stop(status.value, work.ended_at or work.started_at or work.created_at, text=work.explanation))
    return stops
