"""What one tick decides about one target: pure, bounded, and the same however often it is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.ledger.rules.facts import Decision, Facts
from app.ledger.rules.generation import CYCLES_PER_DECISION, fixed, floating
from app.ledger.rules.metering import episodes, floating_or_meter, steps


def decide(facts: Facts, today: date, limit: int = CYCLES_PER_DECISION) -> Decision:
    """By its dates (S13 to S23), or by its meter (S25, S26, S29). `today` is the site's."""
    is_floating, trigger, until = facts.schedule.mode == "floating", facts.schedule.trigger, facts.schedule.rule.until
    if trigger is None:
        return floating(facts, today) if is_floating else fixed(facts, today, limit)
    if until is not None and today > until:  # the plan's last day is over: what is read brings nothing any more
        facts = replace(facts, meter=None)
    if trigger.kind == "condition":
        return episodes(facts, today)
    return floating_or_meter(facts, today) if is_floating else steps(facts, today, limit)
