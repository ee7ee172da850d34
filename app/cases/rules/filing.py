"""Which resolved orders are worth finding again, and which of them tell of a failure."""

import re
from datetime import date
from typing import Protocol

DUE_BY_ITSELF = frozenset({"follow_up", "escalation"})  # the lasting fix of an earlier failure, not another one
NO_FAILURE = frozenset({"no_fault_found", "inspected_ok", "user_assisted", "installed", "upgraded"})


class Order(Protocol):
    @property
    def type(self) -> str: ...
    @property
    def origin(self) -> str: ...


class Report(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def finding(self) -> str: ...
    @property
    def failure_mode(self) -> str | None: ...
    @property
    def observed(self) -> str | None: ...
    @property
    def explanation(self) -> str | None: ...
    @property
    def method_note(self) -> str | None: ...


def is_case(order: Order, report: Report) -> bool:
    """A routine visit that found nothing, and says nothing, helps nobody."""
    if report.kind == "not_done":
        return False
    says = report.failure_mode or report.observed or report.explanation or report.method_note
    return order.type == "corrective" or report.finding != "none" or bool(says)


def is_failure(order: Order, report: Report) -> bool:
    """The piece had failed: somebody asked for its repair, or whoever looked found it so."""
    if report.finding == "failed":
        return True
    asked_for = order.type == "corrective" and order.origin not in DUE_BY_ITSELF
    return asked_for and report.kind not in NO_FAILURE


def failed_on(*, asked_on: date, down_on: date | None, done_on: date, is_corrective: bool) -> date:
    """The day on which it failed: as the report says, else when the repair was asked for, else when it was seen."""
    day = down_on or (asked_on if is_corrective else done_on)
    return min(day, done_on)


def marks(
    *,
    site_id: int | None = None,
    model_id: int | None = None,
    category_id: int | None = None,
    failure_mode: str | None = None,
) -> list[str]:
    """What stands among a case's words for where, on what and how it failed; no word of a person's holds `_`."""
    found = {"s": site_id, "m": model_id, "c": category_id, "f": re.sub(r"\W", "_", failure_mode or "") or None}
    return [f"_{letter}{key}" for letter, key in found.items() if key is not None]
