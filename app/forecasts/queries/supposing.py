"""A plan as it would be: which items it would cover, and when each of them would be due (S24, S36, S39)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import CTE, func, literal, null, select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.i18n.folding import fold
from app.core.security import Actor, Permission, require
from app.enrolment.queries.metered import as_entering
from app.enrolment.rules import begin
from app.forecasts.queries.sources import AT_ONCE, Ahead, Version, ahead, versions_in_force
from app.forecasts.rules.expansion import Series
from app.forecasts.rules.loads import Source, Work
from app.forecasts.rules.scope import Coverage
from app.forecasts.schemas import PlanSupposed
from app.ledger.rules.facts import Facts, Gauged
from app.ledger.rules.metering import reading_of
from app.meters.models import Meter
from app.meters.queries import uses_of
from app.plans.models import PlanFamily, PlanTarget
from app.plans.queries.calendars import house_calendar, work_calendars
from app.plans.queries.plans import changed_fields, get_plan
from app.plans.queries.scope import covers, is_member, members
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.errors import RuleError
from app.plans.rules.policy import anchor_of, spread_of
from app.plans.schemas import AnchorChoice, dates_anew
from app.plans.schemas.schedule import invalid_rule
from app.procedures.queries.versions import current_version_id, estimate_of


@dataclass(frozen=True, slots=True)
class Plan:
    """As it is, or as it would be: as much of it as says when its items are due, and which they are."""

    version: Version
    anchor_policy: str
    anchor_on: date
    coverage: Coverage

    def begins(
        self, calendar: WorkCalendar, commissioned_on: date | None, on: date, meter: Gauged | None = None
    ) -> Series:
        """The dates of an item that enters on a day."""
        anchor = anchor_of(self.anchor_policy, self.anchor_on, commissioned_on, on)
        return self._from(Series(self.version.schedule, calendar, *anchor), on, meter, is_new=True)

    def goes_on(self, was: Series, choice: AnchorChoice | None, on: date) -> Series:
        """The dates of an item that it covers already, `was` under its new schedule (S36, S37).

        `choice` null: nothing about dates has changed.
        """
        if choice is None:
            return was
        is_anew = choice == "start" and self.anchor_policy == "plan" and not self._runs_on(was)
        return self._from(replace(was, anchor_on=self.anchor_on, is_anchor_due=True) if is_anew else was, on)

    @staticmethod
    def _runs_on(was: Series) -> bool:
        return was.schedule.mode == "floating" and bool(was.counter)

    def _from(self, was: Series, on: date, meter: Gauged | None = None, *, is_new: bool = False) -> Series:
        schedule, anchor = was.schedule, (was.anchor_on, was.is_anchor_due)
        own = was.settled_through, was.counter
        before = Facts(schedule, was.calendar, *anchor, *own, counted_after_on=was.counted_after_on)
        try:
            start = begin(schedule, was.calendar, anchor, on, None if is_new else before)
        except RuleError as error:
            raise invalid_rule(error) from None
        reading = was.reading
        if meter is not None:
            reading = reading_of(Facts(schedule, was.calendar, *anchor, meter=meter))
        next_total = reading.next_total(reading.base, reading.total) if reading else 0
        counter = was.counter
        if reading is not None and schedule.mode == "fixed":
            counter = max(reading.first_step, reading.step)
        return replace(
            was,
            settled_through=start.settled_through,
            counted_after_on=start.counted_after_on,
            counter=counter,
            reading=reading,
            next_total=next_total,
        )


def supposed_plan(session: Session, change: PlanSupposed, *, by: Actor) -> Plan:
    data = change.plan
    require(by, Permission.PLAN, site_id=data.site_id)
    if change.plan_id is not None:
        get_plan(session, change.plan_id, by=by)
    if (data.family_id is None) != (data.rank is None):
        missing = "rank" if data.rank is None else "family_id"
        raise InvalidInput.at(missing, "required", N_("A plan of a family has a rank in it, and the other way round."))
    family = session.get(PlanFamily, data.family_id) if data.family_id is not None else None
    if data.family_id is not None and (family is None or family.archived_at is not None):
        raise InvalidInput.at("family_id", "unknown", N_("This family of plans does not exist."))
    minutes = data.estimate_minutes or estimate_of(session, current_version_id(session, data.procedure_id))
    work = Work(change.plan_id, data.team_id, data.kind, minutes)
    return Plan(
        Version(data.schedule(), work, data.family_id, data.rank, family.tolerance_days if family else 0),
        data.anchor_policy,
        data.start_on,
        Coverage(
            frozenset(data.category_ids),
            frozenset(data.model_ids),
            frozenset(data.site_ids),
            bool(data.within_location_ids),
            data.site_id,
        ),
    )


def items_ahead(session: Session, change: PlanSupposed, plan: Plan, *, by: Actor, now: datetime) -> Ahead:
    """Items that it covers already go on, others enter today."""
    if not covers(change.plan):
        return Ahead()
    found = members(change.plan, change.plan.site_id)
    then = Ahead() if change.plan_id is None else _staying(session, change, plan, found, by=by, now=now)
    for item, source in _newcomers(session, change, plan, found, by=by, now=now):
        then.add(plan.version, item, source)
    return then


def _staying(session: Session, change: PlanSupposed, plan: Plan, found: CTE, *, by: Actor, now: datetime) -> Ahead:
    before = get_plan(session, change.plan_id or 0, by=by)
    choice = dates_anew(changed_fields(session, before, change.plan.plain()), None)
    on = today(now, house_calendar(session)[1])
    versions = versions_in_force(session) | {before.current.id: plan.version}
    was = ahead(session, versions, by=by, plan_id=before.id, among=is_member(found))
    known: dict[int, Series] = {}

    def then(source: Source) -> Source:
        key = id(source.series)
        if key not in known:
            known[key] = plan.goes_on(source.series, choice, on)
        return replace(source, series=known[key])

    return Ahead(
        [then(source) for source in was.alone],
        [replace(each, source=then(each.source)) for each in was.of_families],
    )


def _newcomers(
    session: Session, change: PlanSupposed, plan: Plan, found: CTE, *, by: Actor, now: datetime
) -> Iterator[tuple[tuple[Any, ...], Source]]:
    """Each alone where its other plans or its meter count, else counted by what their first dates depend on."""
    version = plan.version
    is_one_by_one = version.family_id is not None or version.is_by_counter
    rows = session.execute(_members(change, plan, found, by, is_one_by_one=is_one_by_one)).all()
    calendars = work_calendars(session, {row.calendar_id for row in rows})
    gauges: dict[int, Gauged] = {}
    if version.is_by_counter and version.schedule.trigger is not None:
        pieces = {row.equipment_id: row.time_zone for row in rows if row.equipment_id is not None}
        gauges = _gauges(session, pieces, version.schedule.trigger.meter)
    known: dict[tuple[Any, ...], Series] = {}
    for row in rows:
        meter, on = gauges.get(row.equipment_id), today(now, row.time_zone)
        key = row.calendar_id, row.commissioned_on, on, row.equipment_id if meter else None
        series = known.get(key)
        if series is None:
            series = known[key] = plan.begins(calendars[row.calendar_id], row.commissioned_on, on, meter)
        source = Source(series, version.work, row.site_id, row.items)
        item = (row.equipment_id, row.location_id)
        if not is_one_by_one:
            yield from ((item, each) for each in spread(source))
        elif version.schedule.spread_days > 1:
            own = spread_of(series.schedule, change.plan_id or 0, row.equipment_id or row.location_id)
            yield item, replace(source, series=replace(series, schedule=own))
        else:
            yield item, source


def _members(change: PlanSupposed, plan: Plan, found: CTE, by: Actor, *, is_one_by_one: bool) -> Any:
    keys: list[Any] = [found.c.site_id, found.c.time_zone, found.c.calendar_id]
    item: list[Any] = [found.c.equipment_id, found.c.location_id]
    nothing = [null().label("equipment_id"), null().label("location_id")]
    entered: list[Any] = [found.c.commissioned_on] if plan.anchor_policy == "commissioning" else []
    unknown: list[Any] = [] if entered else [null().label("commissioned_on")]
    if is_one_by_one:
        statement = select(*keys, *item, *entered, *unknown, literal(1).label("items"))
    else:
        counted = func.count().label("items")
        statement = select(*keys, *nothing, *entered, *unknown, counted).group_by(*keys, *entered)
    if change.plan_id is not None:
        own = select(PlanTarget.id).where(PlanTarget.plan_id == change.plan_id, PlanTarget.state != "ended")
        same = (PlanTarget.equipment_id == found.c.equipment_id) | (PlanTarget.location_id == found.c.location_id)
        statement = statement.where(~own.where(same).exists())
    if plan.version.schedule.when_idle == "skip":  # S41
        statement = statement.where(found.c.rests.is_not(True))
    if by.site_ids is not None:
        statement = statement.where(found.c.site_id.in_(by.site_ids))
    return statement


def _gauges(session: Session, zones: Mapping[int, str], name: str) -> dict[int, Gauged]:
    """By piece (`zones`: with their time zones) what its meter of that name shows."""
    found: dict[int, Gauged] = {}
    ids = iter(sorted(zones))
    while some := list(islice(ids, AT_ONCE)):
        of_pieces = select(Meter).where(Meter.equipment_id.in_(some), Meter.archived_at.is_(None))
        named = [meter for meter in session.scalars(of_pieces) if fold(meter.name) == fold(name)]
        uses = uses_of(session, named)
        for meter in named:
            found[meter.equipment_id] = as_entering(meter, uses.get(meter.id), zones[meter.equipment_id])
    return found


def spread(source: Source) -> Iterator[Source]:
    """S40: items dealt out evenly; which of them falls on which day does not matter to a week's work."""
    days = max(1, source.series.schedule.spread_days)
    for offset in range(days):
        items = source.items // days + (offset < source.items % days)
        if items:
            schedule = replace(source.series.schedule, offset_days=offset)
            yield replace(source, series=replace(source.series, schedule=schedule), items=items)
