"""S23: what a run that is withdrawn had added to a row of an earlier one is taken off it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.ledger.rules.facts import Facts
from app.ledger.rules.rows import Row, fold, members
from app.plans.rules.policy import days_from


def as_left_on(row: Row, facts: Facts, looked_on: date) -> list[Row]:
    """A run of cycles as the last look before that run, on `looked_on`, had left it.

    A cycle whose lead date had not come was none yet; one that is suppressed and whose date was not over then still
    waited. Empty where nothing of it is newer, or where its cycles can't be told apart any more.
    """
    cycles = members(row, facts)
    known = [cycle for cycle in cycles if days_from(cycle.due_on, -facts.schedule.lead_days) <= looked_on]
    rows = [_as_it_waited(cycle, looked_on) for cycle in known]
    return [] if rows == cycles else fold(rows)


def _as_it_waited(cycle: Row, looked_on: date) -> Row:
    is_later = cycle.kind == ("suppressed", "open_order") and cycle.due_on >= looked_on
    return replace(cycle, fate="waiting") if is_later else cycle
