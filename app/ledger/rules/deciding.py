"""What one tick decides about one target: pure, bounded, and the same however often it is asked."""

from __future__ import annotations

from datetime import date

from app.ledger.rules.facts import Decision, Facts
from app.ledger.rules.generation import CYCLES_PER_DECISION, fixed, floating
from app.ledger.rules.metering import episodes, floating_or_meter, steps


def decide(facts: Facts, today: date, limit: int = CYCLES_PER_DECISION) -> Decision:
    """By its dates (S13 to S23), or by its meter (S25, S26, S29). `today` is the site's."""
    is_floating = facts.schedule.mode == "floating"
    if facts.schedule.trigger is not None:
        if facts.schedule.trigger.kind == "condition":
            return episodes(facts, today)
        return floating_or_meter(facts, today) if is_floating else steps(facts, today, limit)
    return floating(facts, today) if is_floating else fixed(facts, today, limit)
