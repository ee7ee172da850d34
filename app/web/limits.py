"""A step's limits as a rule: where the band lies, the former readings and today's, in per cent of its width."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core.i18n import gettext
from app.core.i18n.formats import number
from app.procedures.rules.steps import Step

EDGE = 1.5  # per cent: a reading far out still shows


@dataclass(frozen=True, slots=True)
class Rule:
    """`left` and `right` bound the band; a limit that is not set runs to the end."""

    left: float
    right: float
    low: str | None
    high: str | None
    former: list[float]
    now: float | None


def rule_of(step: Step, now: Decimal | None, former: Sequence[Decimal]) -> Rule | None:
    """None where the step has no limits. With both limits the band is the middle third, with one it begins or ends
    where all the readings leave room.
    """
    if not step.has_limits:
        return None
    low, high = step.minimum, step.maximum
    values = [*former, *([] if now is None else [now])]
    if low is not None and high is not None:
        span = (high - low) or Decimal(1)
        start, end = low - span, high + span
    else:
        limit = low if low is not None else high or Decimal(0)
        reach = max([abs(value - limit) for value in values] + [abs(limit) / 4, Decimal(1)]) * Decimal("1.4")
        start, end = limit - reach, limit + reach

    def place(value: Decimal) -> float:
        return round(min(max(float((value - start) / (end - start) * 100), EDGE), 100 - EDGE), 1)

    return Rule(
        0 if low is None else place(low),
        100 if high is None else place(high),
        None if low is None else number(low),
        None if high is None else number(high),
        [place(value) for value in former],
        None if now is None else place(now),
    )


def limit_words(step: Step) -> str:
    """20 to 24 °C; at least 12 min; at most 80 %."""
    unit = f"\N{NO-BREAK SPACE}{step.unit}" if step.unit else ""
    low, high = (None if edge is None else number(edge) for edge in (step.minimum, step.maximum))
    if low is not None and high is not None:
        return gettext("%(low)s to %(high)s") % {"low": low, "high": high} + unit
    if low is not None:
        return gettext("at least %(low)s") % {"low": low + unit}
    return gettext("at most %(high)s") % {"high": (high or "") + unit}


def side_of(step: Step, value: Decimal) -> str:
    """`low`, `high` or `in`."""
    if step.minimum is not None and value < step.minimum:
        return "low"
    return "high" if step.maximum is not None and value > step.maximum else "in"
