"""What work does to a piece's status, and when a piece that failed serves again (EN 13306, 2.2 and 6).

A retired piece stays retired, and one in stock in stock, whatever is done to it.
"""

from dataclasses import dataclass
from datetime import datetime

from app.equipment.rules.registry import Status

TAKES_DOWN = frozenset({"repair", "replacement", "upgrade"})  # kinds of work that a piece cannot serve during
CURES = frozenset({"repaired", "component_replaced", "equipment_replaced"})
IN_USE = (Status.IN_SERVICE.value, Status.IN_MAINTENANCE.value, Status.OUT_OF_ORDER.value)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a report says about the piece: did it fail, and does it serve again."""

    has_failed: bool
    is_restored: bool


def outcome(kind: str, finding: str, restoration: str | None) -> Outcome:
    """A failure is over where the report says so: a fix, lasting or for now, or a repair by its kind."""
    has_failed = finding == "failed"
    return Outcome(has_failed, kind != "not_done" and (not has_failed or restoration is not None or kind in CURES))


def status_when_begun(status: str, work: str) -> str:
    if work in TAKES_DOWN and status in (Status.IN_SERVICE, Status.OUT_OF_ORDER):
        return Status.IN_MAINTENANCE.value
    return status


def status_when_ended(status: str, *, is_down: bool, is_worked_on: bool, lifts: bool) -> str:
    """`is_down`: a failure is not over; `is_worked_on`: another order takes it down; `lifts`: this one cleared it.

    Without `lifts` a piece that a person set out of order stays so; maintenance ends with the order in any case.
    """
    if status not in IN_USE:
        return status
    if is_worked_on:
        return Status.IN_MAINTENANCE.value
    if is_down:
        return Status.OUT_OF_ORDER.value
    if status == Status.IN_MAINTENANCE or lifts:
        return Status.IN_SERVICE.value
    return status


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of an order's time. `is_down`: an earlier failure of the piece was not over."""

    told_from: datetime | None
    told_until: datetime | None
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime
    work: str
    is_down: bool


def stretch(record: Record, result: Outcome) -> tuple[datetime, datetime | None] | None:
    """From when to when the piece did not serve, by this order alone; no end: it still does not.

    What was told wins. A failure counts from when it was first asked about; other work that takes a piece down, from
    when it was begun. A failure that is open already goes on, or ends, on its own row.
    """
    is_over = result.is_restored or not result.has_failed
    until = (record.told_until or record.ended_at) if is_over else None
    since = record.told_from
    if since is None and not record.is_down:
        since = record.asked_at if result.has_failed else record.started_at if record.work in TAKES_DOWN else None
    if since is None or (record.is_down and until is None):
        return None
    if until is not None and until <= since:
        return (since, since) if record.told_from is not None else None
    return since, until
