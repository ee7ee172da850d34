"""What if: a plan changed or added, equipment that enters, people who are away. Nothing is written."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, null, select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.enrolment.rules import begin
from app.equipment.models import EquipmentCategory
from app.equipment.queries import get_category, get_model
from app.forecasts.queries.forecast import as_it_is, told
from app.forecasts.queries.sources import Ahead
from app.forecasts.rules.expansion import Series
from app.forecasts.rules.loads import Absence, Expansions, Source, Work
from app.forecasts.rules.scope import Coverage, Piece
from app.forecasts.schemas import AbsenceSupposed, EquipmentSupposed, PlanSupposed, Simulation, SimulationView
from app.people.models import Person, Team
from app.places.queries.sites import site_row
from app.plans.models import MaintenancePlan, PlanScope, PlanVersion
from app.plans.queries.calendars import house_calendar, work_calendars
from app.plans.queries.plans import get_plan, input_of
from app.plans.queries.scope import covers, members
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.errors import RuleError
from app.plans.rules.policy import Schedule, anchor_of
from app.plans.schemas import PlanInput, Scope
from app.plans.schemas.schedule import invalid_rule


@dataclass(frozen=True, slots=True)
class Plan:
    """As it is, or as it would be: as much of it as says when its items are due, and which they are."""

    work: Work
    schedule: Schedule
    anchor_policy: str
    anchor_on: date
    coverage: Coverage

    def begins(self, calendar: WorkCalendar, commissioned_on: date | None, on: date) -> Series:
        """The dates of an item that enters on a day."""
        return self._from(calendar, anchor_of(self.anchor_policy, self.anchor_on, commissioned_on, on), on)

    def goes_on(self, was: Series, on: date) -> Series:
        """The dates of an item that it covers already: what is settled stays so, a floating clock runs on (S36)."""
        is_spread_alike = self.schedule.spread_days == was.schedule.spread_days
        schedule = replace(self.schedule, offset_days=was.schedule.offset_days if is_spread_alike else 0)
        if schedule.mode == "floating":
            return replace(was, schedule=schedule)
        is_plans = self.anchor_policy == "plan"
        anchor = (self.anchor_on, True) if is_plans else (was.anchor_on, was.is_anchor_due)
        settled = (was.settled_through, self._from(was.calendar, anchor, on).settled_through)
        through = max((day for day in settled if day is not None), default=None)
        return replace(was, schedule=schedule, anchor_on=anchor[0], is_anchor_due=anchor[1], settled_through=through)

    def _from(self, calendar: WorkCalendar, anchor: tuple[date, bool], on: date) -> Series:
        try:
            start = begin(self.schedule, calendar, anchor, on)
        except RuleError as error:
            raise invalid_rule(error) from None
        return Series(self.schedule, calendar, *anchor, start.settled_through, 0, start.counted_after_on)


def simulate(session: Session, data: Simulation, *, by: Actor, now: datetime) -> SimulationView:
    require(by, Permission.PLAN, site_id=data.forecast.site_id)
    parts, horizon = as_it_is(session, data.forecast, by=by, now=now)
    replaced = {change.plan_id for change in data.plans if change.plan_id is not None}
    supposed = [(change, _supposed(session, change, by)) for change in data.plans]
    plans = [*(plan for plan in _plans(session) if plan.work.plan_id not in replaced), *(plan for _, plan in supposed)]
    entering = [list(_entering(session, entry, plans, by=by, now=now)) for entry in data.equipment]
    then = [source for source in parts.ahead.sources() if source.work.plan_id not in replaced]
    for change, plan in supposed:
        then += _items_of(session, change, plan, list(parts.ahead.sources()), by=by, now=now)
    for some in entering:
        then += some
    decided = [each for each in parts.decided if each.work.plan_id not in replaced]
    absences = (*parts.absences, *(_absence(session, each) for each in data.absences))
    expansions = Expansions(horizon)
    return SimulationView(
        today=told(session, data.forecast, parts, expansions),
        then=told(
            session,
            data.forecast,
            replace(parts, ahead=Ahead(then, []), decided=decided, absences=absences),
            expansions,
        ),
        covered=[len({source.work for source in some}) for some in entering],
    )


def _supposed(session: Session, change: PlanSupposed, by: Actor) -> Plan:
    data = change.plan
    require(by, Permission.PLAN, site_id=data.site_id)
    if change.plan_id is not None:
        get_plan(session, change.plan_id, by=by)
    return Plan(
        Work(change.plan_id, data.team_id, data.kind, data.estimate_minutes),
        data.schedule(),
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


def _items_of(
    session: Session, change: PlanSupposed, plan: Plan, was: list[Source], *, by: Actor, now: datetime
) -> Iterator[Source]:
    """Its items go on, as long as what it covers stays the same; else as if all of them entered today."""
    if change.plan_id is not None and _covers_the_same(session, change, by):
        on = today(now, house_calendar(session)[1])
        for source in was:
            if source.work.plan_id == change.plan_id:
                then = replace(source, series=plan.goes_on(source.series, on), work=plan.work)
                is_spread_alike = source.series.schedule.spread_days == plan.schedule.spread_days
                yield from [then] if is_spread_alike else _spread(then)
        return
    rows = _members(session, change.plan, by) if covers(change.plan) else []
    calendars = work_calendars(session, {row.calendar_id for row in rows})
    for row in rows:
        series = plan.begins(calendars[row.calendar_id], row.commissioned_on, today(now, row.time_zone))
        yield from _spread(Source(series, plan.work, row.site_id, row.items))


def _covers_the_same(session: Session, change: PlanSupposed, by: Actor) -> bool:
    before = input_of(session, get_plan(session, change.plan_id or 0, by=by))
    said = {"site_id", *Scope.model_fields}
    return before.model_dump(include=said) == change.plan.plain().model_dump(include=said)


def _members(session: Session, data: PlanInput, by: Actor) -> list[Any]:
    """Items counted by what their first dates depend on."""
    found = members(data, data.site_id)
    keys: list[Any] = [found.c.site_id, found.c.time_zone, found.c.calendar_id]
    if data.anchor_policy == "commissioning":
        keys.append(found.c.commissioned_on)
    statement = select(*keys, func.count().label("items")).group_by(*keys)
    if data.anchor_policy != "commissioning":
        statement = statement.add_columns(null().label("commissioned_on"))
    if by.site_ids is not None:
        statement = statement.where(found.c.site_id.in_(by.site_ids))
    return list(session.execute(statement))


def _entering(
    session: Session, entry: EquipmentSupposed, plans: list[Plan], *, by: Actor, now: datetime
) -> Iterator[Source]:
    """One source for each plan that would cover such pieces."""
    site, piece = site_row(session, entry.site_id, by=by), _piece(session, entry, by)
    on, calendar = today(now, site.time_zone), work_calendars(session, [site.calendar_id])[site.calendar_id]
    for plan in plans:
        if plan.coverage.takes(piece):
            yield from _spread(Source(plan.begins(calendar, on, on), plan.work, entry.site_id, entry.count))


def _spread(source: Source) -> Iterator[Source]:
    """S40: items dealt out evenly; which of them falls on which day does not matter to a week's work."""
    days = max(1, source.series.schedule.spread_days)
    for offset in range(days):
        items = source.items // days + (offset < source.items % days)
        if items:
            schedule = replace(source.series.schedule, offset_days=offset)
            yield replace(source, series=replace(source.series, schedule=schedule), items=items)


def _absence(session: Session, away: AbsenceSupposed) -> Absence:
    table, key = (Person, away.person_id) if away.person_id is not None else (Team, away.team_id)
    if not session.scalar(select(func.count()).select_from(table).where(table.id == key)):
        raise InvalidInput.at("person_id", "unknown", N_("There is no such person or team."))
    return Absence(**away.model_dump())


def _piece(session: Session, entry: EquipmentSupposed, by: Actor) -> Piece:
    category_id = entry.category_id
    if entry.model_id is not None:
        category_id = get_model(session, entry.model_id, by=by).category_id or category_id
    if category_id is None:
        raise InvalidInput.at("category_id", "required", N_("Say of which category or model the pieces would be."))
    get_category(session, category_id, by=by)
    above = {
        row.id: row.parent_id for row in session.execute(select(EquipmentCategory.id, EquipmentCategory.parent_id))
    }
    ids: list[int] = []
    at: int | None = category_id
    while at is not None and at not in ids:
        ids.append(at)
        at = above.get(at)
    return Piece(frozenset(ids), entry.model_id, entry.site_id)


def _plans(session: Session) -> list[Plan]:
    """Active plans, with what they cover by description."""
    current = (PlanVersion.plan_id == MaintenancePlan.id) & (PlanVersion.number == MaintenancePlan.current_number)
    active = (MaintenancePlan.archived_at.is_(None), MaintenancePlan.state == "active")
    versions = session.execute(
        select(PlanVersion, MaintenancePlan.site_id).join(MaintenancePlan, current).where(*active)
    ).all()
    lines: defaultdict[int, list[PlanScope]] = defaultdict(list)
    of_current = select(PlanScope).join(PlanVersion, PlanVersion.id == PlanScope.plan_version_id)
    for line in session.scalars(of_current.join(MaintenancePlan, current).where(*active)):
        lines[line.plan_version_id].append(line)
    return [
        Plan(
            Work(version.plan_id, version.team_id, version.kind, version.estimate_minutes),
            Schedule.from_dict(version.schedule),
            version.anchor_policy,
            version.anchor_on,
            _coverage(lines[version.id], site_id),
        )
        for version, site_id in versions
    ]


def _coverage(lines: list[PlanScope], site_id: int | None) -> Coverage:
    def ids(column: str) -> frozenset[int]:
        return frozenset(value for line in lines if (value := getattr(line, column)) is not None)

    return Coverage(ids("category_id"), ids("model_id"), ids("site_id"), bool(ids("within_location_id")), site_id)
