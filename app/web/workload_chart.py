"""Weeks as bars: where each rectangle stands. Widths and heights are SVG attributes, so that no style is needed."""

from dataclasses import dataclass
from datetime import date

from app.core.i18n import gettext
from app.core.i18n.formats import number, tiny_day
from app.forecasts.schemas import ForecastView, WeekLoad

TOP, FLOOR = 12, 24  # room for the scale's top label, and for the days below
GAP = 0.22  # of a bar's width
HOUR = 60
STEPS = (5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)


@dataclass(frozen=True, slots=True)
class Part:
    """One colour of a bar: `base` as today, `accent` added, `gone` taken away, `now` beyond what people can do."""

    css: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    width: int
    height: int
    left: int
    floor: float
    parts: list[Part]
    capacity: str  # an SVG path
    scale: list[tuple[float, str]]
    days: list[tuple[float, str]]


def chart(shown: ForecastView, before: ForecastView | None, *, width: int, height: int, labels: int) -> Chart:
    """`before`: the same weeks as they are, where `shown` is how they would be."""
    left = 44
    most = max(max(week.minutes, week.capacity_minutes) for week in shown.weeks + (before.weeks if before else []))
    step = next((each for each in STEPS if each * HOUR * 3 >= most), STEPS[-1]) * HOUR
    top = max(step, -(-most // step) * step)
    floor = height - FLOOR
    slot = (width - left) / len(shown.weeks)

    def y(minutes: float) -> float:
        return round(floor - (floor - TOP) * minutes / top, 1)

    parts = []
    for n, week in enumerate(shown.weeks):
        x, bar = round(left + slot * n + slot * GAP / 2, 1), round(slot * (1 - GAP), 1)
        was = before.weeks[n].minutes if before else week.minutes
        parts += [Part(css, x, y(end), bar, round(y(begin) - y(end), 1)) for css, begin, end in layers(week, was)]
    every = max(1, len(shown.weeks) // labels)
    return Chart(
        width, height, left, floor, parts,
        capacity=_line([y(week.capacity_minutes) for week in shown.weeks], left, slot),
        scale=[(y(at), gettext("%(n)s h") % {"n": number(at // HOUR)}) for at in range(0, top + 1, step)],
        days=[
            (round(left + slot * n, 1), tiny_day(week.first_on, year=False))
            for n, week in enumerate(shown.weeks) if n % every == 0 and n <= len(shown.weeks) - every / 2
        ],
    )  # fmt: skip


def layers(week: WeekLoad, was: int) -> list[tuple[str, int, int]]:
    """(colour, from, to) in minutes, from the floor up."""
    most, planned = week.capacity_minutes, week.minutes
    kept = min(was, planned)
    found = [
        ("base", 0, min(kept, most)),
        ("accent", min(kept, most), min(planned, most)),
        ("now", min(planned, most), planned),
        ("gone", planned, max(was, planned)),
    ]
    return [(css, begin, end) for css, begin, end in found if end > begin]


def _line(heights: list[float], left: float, slot: float) -> str:
    steps = [f"{'L' if n else 'M'}{left + slot * n:.1f} {y}H{left + slot * (n + 1):.1f}" for n, y in enumerate(heights)]
    return "".join(steps)


def beyond(shown: ForecastView) -> list[date]:
    """The Mondays of weeks with more work than hours."""
    return [week.first_on for week in shown.weeks if week.minutes > week.capacity_minutes]


def conclusion(shown: ForecastView) -> str:
    """What the picture says, for those who do not see it."""
    over = [tiny_day(day) for day in beyond(shown)]
    if not over:
        return gettext("Hours by week: no week holds more work than hours.")
    return gettext("Hours by week: more work than hours in the weeks of %(weeks)s.") % {"weeks": ", ".join(over)}
