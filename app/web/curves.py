"""A line through what was read, as an SVG path: a picture for the phone, one for the desktop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import ceil, floor, log10

from app.core.i18n.formats import number, tiny_day

HEIGHT, TOP, BOTTOM, RIGHT = 190, 12, 26, 10
CHAR = 7  # pixels of a digit of the scale
LINES = 4
Point = tuple[datetime, Decimal]


@dataclass(frozen=True, slots=True)
class Curve:
    width: int
    height: int
    left: int
    line: str
    area: str
    last: tuple[float, float]
    scale: list[tuple[float, str]]
    days: list[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Spark:
    """A line without a scale, for a list: what it says in words stands with it."""

    line: str
    last: tuple[float, float]
    first_value: Decimal
    last_value: Decimal
    since: datetime


SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 480, 56, 5


def spark(points: Sequence[Point]) -> Spark | None:
    if len(points) < 2 or points[0][0] == points[-1][0]:
        return None
    first, span = points[0][0], points[-1][0] - points[0][0]
    least = min(value for _, value in points)
    room = max(value for _, value in points) - least or Decimal(1)
    places = [
        (
            round(SPARK_EDGE + (SPARK_WIDTH - 2 * SPARK_EDGE) * ((at - first) / span), 1),
            round(SPARK_EDGE + (SPARK_HEIGHT - 2 * SPARK_EDGE) * float(1 - (value - least) / room), 1),
        )
        for at, value in points
    ]
    line = "M" + "L".join(f"{across} {down}" for across, down in places)
    return Spark(line, places[-1], points[0][1], points[-1][1], first)


def curves(points: Sequence[Point]) -> list[tuple[str, Curve]]:
    """With the class that shows each where it fits; nothing for fewer than two instants."""
    if len(points) < 2 or points[0][0] == points[-1][0]:
        return []
    return [("d-sm-none", curve(points, 350)), ("d-none d-sm-block", curve(points, 720))]


def curve(points: Sequence[Point], width: int) -> Curve:
    """`points` in the order of time."""
    steps = _steps(min(value for _, value in points), max(value for _, value in points))
    labels = [number(step) for step in steps]
    left = 8 + CHAR * max(map(len, labels))
    first, span = points[0][0], points[-1][0] - points[0][0]
    height = HEIGHT - TOP - BOTTOM

    def x(at: datetime) -> float:
        return round(left + (width - left - RIGHT) * ((at - first) / span), 1)

    def y(value: Decimal) -> float:
        share = float((value - steps[0]) / (steps[-1] - steps[0]))
        return round(TOP + height * (1 - share), 1)

    places = [(x(at), y(value)) for at, value in points]
    line = "M" + "L".join(f"{across} {down}" for across, down in places)
    base = HEIGHT - BOTTOM
    shown = points if len(points) < 3 else (points[0], points[-1])
    return Curve(
        width=width,
        height=HEIGHT,
        left=left,
        line=line,
        area=f"{line}L{places[-1][0]} {base}L{places[0][0]} {base}Z",
        last=places[-1],
        scale=[(y(step), label) for step, label in zip(steps, labels, strict=True)],
        days=[(x(at), tiny_day(at)) for at, _ in shown],
    )


def _steps(least: Decimal, most: Decimal) -> list[Decimal]:
    """Round values from at or below the least to at or above the most."""
    room = float(most - least) or max(1.0, abs(float(most)) / 10)
    size = 10 ** floor(log10(room / LINES))
    step = Decimal(repr(next(size * n for n in (1, 2, 5, 10) if size * n * LINES >= room * 0.999)))
    low = floor(least / step)
    high = max(low + 1, ceil(most / step))
    return [n * step for n in range(low, high + 1)]
