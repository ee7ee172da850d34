"""The life of a work order: one table, from which everything else is read (EN 13306; domain page)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_
from app.core.security import Permission


class State(StrEnum):
    PLANNED = "planned"
    READY = "ready"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    MISSED = "missed"


OPEN = (State.PLANNED, State.READY, State.IN_PROGRESS, State.ON_HOLD)
DONE = (State.COMPLETED, State.CLOSED)
REOPEN_LIMIT = 3


@dataclass(frozen=True, slots=True)
class Transition:
    name: str
    sources: tuple[State, ...]
    target: State
    permission: Permission
    needs_reason: bool = False


_S = State
TABLE: tuple[Transition, ...] = (
    Transition("release", (_S.PLANNED,), _S.READY, Permission.WORK),
    Transition("start", (_S.PLANNED, _S.READY), _S.IN_PROGRESS, Permission.WORK),
    Transition("hold", (_S.IN_PROGRESS,), _S.ON_HOLD, Permission.WORK, needs_reason=True),
    Transition("resume", (_S.ON_HOLD,), _S.IN_PROGRESS, Permission.WORK),
    Transition("complete", (_S.IN_PROGRESS,), _S.COMPLETED, Permission.WORK),
    Transition("close", (_S.COMPLETED,), _S.CLOSED, Permission.PLAN),
    Transition("reopen", (_S.COMPLETED, _S.CLOSED), _S.IN_PROGRESS, Permission.WORK, needs_reason=True),
    Transition("cancel", (_S.PLANNED, _S.READY, _S.ON_HOLD), _S.CANCELLED, Permission.PLAN, needs_reason=True),
    Transition("skip", (_S.PLANNED, _S.READY), _S.SKIPPED, Permission.PLAN, needs_reason=True),
    Transition(
        "miss", (_S.PLANNED, _S.READY, _S.ON_HOLD, _S.IN_PROGRESS), _S.MISSED, Permission.WORK, needs_reason=True
    ),
)
BY_NAME = {transition.name: transition for transition in TABLE}
# What is done on the way, so that "nothing to report" is one answer: the order is begun, or taken up again.
ON_THE_WAY = {State.PLANNED: "start", State.READY: "start", State.ON_HOLD: "resume"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards ask about an order."""

    is_equipment_retired: bool = False
    has_resolution: bool = False
    lacks_photo: bool = False
    lacks_signature: bool = False
    reopen_count: int = 0
    reason: str | None = None


def move(state: State, name: str, facts: Facts) -> State:
    """The state after a transition. Raises Conflict where the table or a guard forbids it."""
    transition = BY_NAME[name]
    if state not in transition.sources:
        raise Conflict("wrong_state", N_("This cannot be done to the order as it stands now."))
    if transition.needs_reason and not facts.reason:
        raise InvalidInput.at("reason", "required", N_("Say why."))
    if name == "start" and facts.is_equipment_retired:
        raise Conflict("retired", N_("The equipment is retired: cancel the order, or put it back into service."))
    if name == "complete" and not facts.has_resolution:
        raise InvalidInput.at("kind", "required", N_("Say how the work was resolved."))
    if name == "complete" and facts.lacks_photo:
        raise InvalidInput.at("file", "photo_needed", N_("This work is proved by a photo: attach one."))
    if name == "complete" and facts.lacks_signature:
        raise InvalidInput.at(
            "signature/name", "signature_needed", N_("This work is signed for: ask the person concerned to sign.")
        )
    if name == "reopen" and facts.reopen_count >= REOPEN_LIMIT:
        raise Conflict("reopen_limit", N_("It was reopened %(limit)s times. Make a new order."), limit=REOPEN_LIMIT)
    return transition.target


def way_to(state: State, name: str) -> tuple[str, ...]:
    """The transitions that `name` takes: to complete an order that is ready is to start it first."""
    first = ON_THE_WAY.get(state)
    return (first, name) if name == "complete" and first else (name,)


def allowed_transitions(state: State) -> list[str]:
    """Names that `move` would not refuse for the state alone; roles and guards may."""
    names = [transition.name for transition in TABLE if state in transition.sources]
    return [*names, "complete"] if state in ON_THE_WAY else names


class Timing(StrEnum):
    """Where today stands in an order's dates: derived, never stored."""

    UPCOMING = "upcoming"
    DUE = "due"
    OVERDUE = "overdue"
    OUT_OF_TOLERANCE = "out_of_tolerance"
    ENDED = "ended"


def timing(state: str, due_on: date, window_last_on: date | None, today: date) -> Timing:
    """Lateness counts from `due_on`; past the window's last day the work no longer counts as in time."""
    if state not in OPEN:
        return Timing.ENDED
    if window_last_on is not None and today > window_last_on:
        return Timing.OUT_OF_TOLERANCE
    if today > due_on:
        return Timing.OVERDUE
    return Timing.DUE if today == due_on else Timing.UPCOMING


def order_number(order_id: int) -> str:
    return f"OT-{order_id:06d}"


def order_id_of(number: str) -> int | None:
    """The key behind OT-000123, ot 123 or 123; None where it is none."""
    digits = number.strip().upper().removeprefix("OT").lstrip("- ")
    return int(digits) if digits.isdecimal() and len(digits) < 16 else None


def transitions_table() -> list[dict[str, Any]]:
    """The table as data, for programs."""
    return [
        {
            "name": transition.name,
            "from": [source.value for source in transition.sources],
            "to": transition.target.value,
            "permission": transition.permission.value,
            "needs_reason": transition.needs_reason,
        }
        for transition in TABLE
    ]
