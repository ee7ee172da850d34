"""The work of the coming weeks, by team, site and kind, against the hours that the people have (S18: reads alone)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.forecasts.queries.sources import Ahead, ahead, versions_in_force
from app.forecasts.queries.work import absences, decided, open_work, workers
from app.forecasts.rules.loads import (
    Absence,
    Expansions,
    Horizon,
    OpenWork,
    Source,
    Worker,
    capacity,
    grouped,
    loads,
    summed,
)
from app.forecasts.schemas import ForecastQuery, ForecastView, GroupLoad, WeekLoad
from app.people.models import Team
from app.places.models import Site
from app.plans.queries.calendars import house_calendar
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.policy import days_from

AHEAD_MAX = 3_653  # days
PARTS = {"team": 0, "site": 1, "kind": 2}


@dataclass(frozen=True, slots=True)
class Parts:
    """What a forecast is put together from: a house as it is, or as it would be."""

    ahead: Ahead
    open_work: Sequence[OpenWork]
    decided: Sequence[OpenWork]
    people: Sequence[Worker]
    calendar: WorkCalendar
    absences: tuple[Absence, ...] = ()


def forecast(session: Session, asked: ForecastQuery, *, by: Actor, now: datetime) -> ForecastView:
    require(by, Permission.PLAN, site_id=asked.site_id)
    parts, horizon = as_it_is(session, asked, by=by, now=now)
    return told(session, asked, parts, Expansions(horizon))


def as_it_is(session: Session, asked: ForecastQuery, *, by: Actor, now: datetime) -> tuple[Parts, Horizon]:
    calendar, time_zone = house_calendar(session)
    on = today(now, time_zone)
    if asked.first_on and asked.first_on > days_from(on, AHEAD_MAX):
        raise InvalidInput.at("from", "too_far_ahead", N_("A forecast begins within ten years."))
    found = ahead(session, versions_in_force(session), by=by)
    orders = open_work(session, by=by), decided(session, on, by=by)
    horizon = Horizon.of(asked.first_on or on, asked.weeks, on)
    away = tuple(absences(session, horizon))
    return Parts(found, *orders, workers(session), calendar or WorkCalendar(), away), horizon


def told(session: Session, asked: ForecastQuery, parts: Parts, expansions: Expansions) -> ForecastView:
    horizon = expansions.horizon
    found = loads(
        [source for source in parts.ahead.sources() if _is_asked(asked, source)],
        [each for each in (*parts.open_work, *parts.decided) if _is_asked(asked, each)],
        expansions,
    )
    at_work = [worker for worker in parts.people if asked.team_id is None or asked.team_id in worker.team_ids]
    minutes = capacity(at_work, parts.absences, parts.calendar, horizon)
    total = summed(found.values(), horizon.weeks)
    groups = grouped(found, PARTS[asked.group_by], horizon.weeks)
    names = _names(session, asked, [key for key, _ in groups])
    return ForecastView(
        first_on=horizon.first_on,
        group_by=asked.group_by,
        people=len(at_work),
        weeks=[
            WeekLoad(first_on=monday, orders=orders, minutes=planned, unestimated=unknown, capacity_minutes=most)
            for monday, orders, planned, unknown, most in zip(
                horizon.mondays(), total.orders, total.minutes, total.unestimated, minutes, strict=True
            )
        ],
        groups=[
            GroupLoad(key=key, name=names.get(key), orders=load.orders, minutes=load.minutes) for key, load in groups
        ],
    )


def _is_asked(asked: ForecastQuery, some: Source | OpenWork) -> bool:
    wanted = (asked.site_id, asked.team_id, asked.kind)
    there = (some.site_id, some.work.team_id, some.work.kind)
    return all(one is None or one == other for one, other in zip(wanted, there, strict=True))


def _names(session: Session, asked: ForecastQuery, keys: list[Any]) -> dict[Any, str]:
    if asked.group_by == "kind":
        return {key: key for key in keys}
    table: Any = Team if asked.group_by == "team" else Site
    rows = session.execute(select(table.id, table.name).where(table.id.in_([key for key in keys if key is not None])))
    return {row.id: row.name for row in rows}
