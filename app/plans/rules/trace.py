"""How a date came about, step by step: machine-readable, stored with the occurrence, said by `words` (S44)."""

from __future__ import annotations

from typing import Any, Literal, TypedDict


class TraceStep(TypedDict, total=False):
    """Days are ISO strings, so that a trace is JSON as it stands."""

    step: Literal["rule", "clamp", "season", "shift", "skip", "flag", "lead"]
    on: str  # the date after this step
    was: str  # the date before it
    anchor: str
    days: int
    shift: str
    why: dict[str, Any]  # calendar.Reason as a dict: kind, and the names of a holiday, closure or blackout
    passed: list[dict[str, Any]]  # named reasons of the days jumped over
