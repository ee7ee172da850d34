"""Work by week: how many orders, how many minutes, and how much the people can do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.forecasts.rules.expansion import Series, due_days
from app.plans.rules.calendar import WorkCalendar

WEEK = 7
WEEKLY_MINUTES = 35 * 60  # of a person of whom nothing else is known


@dataclass(frozen=True, slots=True)
class Horizon:
    """Whole weeks, from a Monday on; `today` is where the past ends."""

    first_on: date
    weeks: int
    today: date

    @classmethod
    def of(cls, day: date, weeks: int, today: date) -> Horizon:
        day = max(day, today)
        return cls(day - timedelta(days=day.weekday()), weeks, today)

    @property
    def last_on(self) -> date:
        return self.first_on + timedelta(days=WEEK * self.weeks - 1)

    def mondays(self) -> list[date]:
        return [self.first_on + timedelta(days=WEEK * n) for n in range(self.weeks)]

    def week_of(self, day: date) -> int | None:
        """What is late is work of the week that today lies in."""
        week = (max(day, self.today) - self.first_on).days // WEEK
        return week if 0 <= week < self.weeks else None


@dataclass(frozen=True, slots=True)
class Work:
    """What an order of a plan says of itself, as far as a forecast asks."""

    plan_id: int | None
    team_id: int | None
    kind: str
    minutes: int | None  # None: nobody has said


@dataclass(frozen=True, slots=True)
class Source:
    """`items` targets of one site whose dates are alike."""

    series: Series
    work: Work
    site_id: int
    items: int


@dataclass(frozen=True, slots=True)
class OpenWork:
    """Orders that exist already."""

    work: Work
    site_id: int
    due_on: date
    orders: int
    minutes: int
    unestimated: int


@dataclass(slots=True)
class Load:
    """By week."""

    orders: list[int]
    minutes: list[int]
    unestimated: list[int]

    @classmethod
    def none(cls, weeks: int) -> Load:
        return cls([0] * weeks, [0] * weeks, [0] * weeks)

    def add(self, week: int, orders: int, minutes: int, unestimated: int) -> None:
        self.orders[week] += orders
        self.minutes[week] += minutes
        self.unestimated[week] += unestimated


@dataclass(slots=True)
class Expansions:
    """Orders of one target by week, for each series; kept, so that looking again with something changed is cheap."""

    horizon: Horizon
    _known: dict[int, tuple[Series, list[tuple[int, int]]]] = field(default_factory=dict)

    def weeks_of(self, series: Series) -> list[tuple[int, int]]:
        """(week, orders), weeks without any left out."""
        known = self._known.get(id(series))
        if known is None:
            counts: defaultdict[int, int] = defaultdict(int)
            first = self.horizon.first_on.toordinal()
            for day in due_days(series, self.horizon.today, self.horizon.last_on):
                counts[(day.toordinal() - first) // WEEK] += 1
            ahead = [(week, orders) for week, orders in counts.items() if week >= 0]
            known = self._known[id(series)] = (series, ahead)
        return known[1]


def loads(
    sources: Iterable[Source], open_work: Iterable[OpenWork], expansions: Expansions
) -> dict[tuple[int | None, int, str], Load]:
    """By (team, site, kind)."""
    horizon = expansions.horizon
    found: defaultdict[tuple[int | None, int, str], Load] = defaultdict(lambda: Load.none(horizon.weeks))
    for source in sources:
        work, load = source.work, found[source.work.team_id, source.site_id, source.work.kind]
        each = work.minutes or 0
        for week, orders in expansions.weeks_of(source.series):
            made = orders * source.items
            load.add(week, made, made * each, 0 if work.minutes else made)
    for open_ in open_work:
        in_week = horizon.week_of(open_.due_on)
        if in_week is not None:
            load = found[open_.work.team_id, open_.site_id, open_.work.kind]
            load.add(in_week, open_.orders, open_.minutes, open_.unestimated)
    return found


def summed(every: Iterable[Load], weeks: int) -> Load:
    total = Load.none(weeks)
    for load in every:
        for week in range(weeks):
            total.add(week, load.orders[week], load.minutes[week], load.unestimated[week])
    return total


@dataclass(frozen=True, slots=True)
class Worker:
    person_id: int
    team_ids: frozenset[int]
    weekly_minutes: int


@dataclass(frozen=True, slots=True)
class Absence:
    """`minutes_per_day` None: the whole day. Of a person, or of everybody in a team."""

    first_on: date
    last_on: date
    person_id: int | None = None
    team_id: int | None = None
    minutes_per_day: int | None = None

    def concerns(self, worker: Worker) -> bool:
        return worker.person_id == self.person_id or self.team_id in worker.team_ids


def capacity(
    workers: Iterable[Worker], absences: Iterable[Absence], calendar: WorkCalendar, horizon: Horizon
) -> list[int]:
    """Minutes by week: a holiday takes a day off, and who is away is missed on the days that are worked."""
    away = list(absences)
    per_week = max(1, len(calendar.weekdays))
    found = [0] * horizon.weeks
    worked = [[day for day in _days(monday) if calendar.is_working(day)] for monday in horizon.mondays()]
    for worker in workers:
        daily = worker.weekly_minutes / per_week
        own = [absence for absence in away if absence.concerns(worker)]
        for week, days in enumerate(worked):
            lost = sum(_lost(day, own, daily) for day in days) if own else 0
            found[week] += max(0, round(daily * len(days) - lost))
    return found


def _lost(day: date, absences: list[Absence], daily: float) -> float:
    on_day = [each for each in absences if each.first_on <= day <= each.last_on]
    return min(daily, sum(daily if each.minutes_per_day is None else each.minutes_per_day for each in on_day))


def _days(monday: date) -> Iterator[date]:
    return (monday + timedelta(days=n) for n in range(WEEK))


def grouped(found: dict[tuple[int | None, int, str], Load], by: int, weeks: int) -> list[tuple[Hashable, Load]]:
    """By one part of the key (0 team, 1 site, 2 kind), the most work first."""
    parts: defaultdict[Hashable, list[Load]] = defaultdict(list)
    for key, load in found.items():
        parts[key[by]].append(load)
    every = [(key, summed(some, weeks)) for key, some in parts.items()]
    return sorted(every, key=lambda each: (-sum(each[1].minutes), -sum(each[1].orders), str(each[0])))
