"""What if: a plan changed or added, equipment that enters, people who are away. Nothing is written."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime
from math import lcm

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment.models import EquipmentCategory
from app.equipment.queries import get_category, get_model
from app.forecasts.queries.forecast import as_it_is, told
from app.forecasts.queries.sources import Ahead, versions_in_force
from app.forecasts.queries.supposing import Plan, items_ahead, spread, supposed_plan
from app.forecasts.rules.expansion import Series
from app.forecasts.rules.loads import Absence, Expansions, Source
from app.forecasts.rules.scope import Coverage, Piece
from app.forecasts.schemas import AbsenceSupposed, EquipmentSupposed, Simulation, SimulationView
from app.people.models import Person, Team
from app.places.queries.sites import site_row
from app.plans.models import MaintenancePlan, PlanScope, PlanVersion
from app.plans.queries.calendars import work_calendars


def simulate(session: Session, data: Simulation, *, by: Actor, now: datetime) -> SimulationView:
    """Plans of one family are decided together, as they would be (S24)."""
    require(by, Permission.PLAN, site_id=data.forecast.site_id)
    parts, horizon = as_it_is(session, data.forecast, by=by, now=now)
    replaced = {change.plan_id for change in data.plans if change.plan_id is not None}
    supposed = [(change, supposed_plan(session, change, by=by)) for change in data.plans]
    plans = [
        *(plan for plan in _plans(session) if plan.version.work.plan_id not in replaced),
        *(plan for _, plan in supposed),
    ]
    _refuse_equals(plans)
    then = parts.ahead.without(replaced)
    for change, plan in supposed:
        then.join(items_ahead(session, change, plan, by=by, now=now))
    covered = [_enter(session, then, entry, n, plans, by=by, now=now) for n, entry in enumerate(data.equipment)]
    decided = [each for each in parts.decided if each.work.plan_id not in replaced]
    absences = (*parts.absences, *(_absence(session, each) for each in data.absences))
    expansions = Expansions(horizon)
    return SimulationView(
        today=told(session, data.forecast, parts, expansions),
        then=told(session, data.forecast, replace(parts, ahead=then, decided=decided, absences=absences), expansions),
        covered=covered,
    )


def _refuse_equals(plans: list[Plan]) -> None:
    """No cycle is merged into its equal: in a family each plan has a rank of its own."""
    ranks = Counter((plan.version.family_id, plan.version.rank) for plan in plans if plan.version.family_id is not None)
    if any(count > 1 for count in ranks.values()):
        raise InvalidInput.at("rank", "taken", N_("Two plans would have the same rank in a family: give each its own."))


def _enter(
    session: Session, then: Ahead, entry: EquipmentSupposed, number: int, plans: list[Plan], *, by: Actor, now: datetime
) -> int:
    """Dates of such pieces join those of all; answers how many plans would cover them."""
    site, piece = site_row(session, entry.site_id, by=by), _piece(session, entry, by)
    on, calendar = today(now, site.time_zone), work_calendars(session, [site.calendar_id])[site.calendar_id]
    covering = [plan for plan in plans if plan.coverage.takes(piece)]
    families: defaultdict[int | None, list[Plan]] = defaultdict(list)
    for plan in covering:
        families[plan.version.family_id].append(plan)
    for family_id, members in families.items():
        for plan in members if family_id is None else ():
            source = Source(plan.begins(calendar, on, on), plan.version.work, entry.site_id, entry.count)
            then.alone.extend(spread(source))
        if family_id is not None:
            _enter_family(then, entry, number, [(plan, plan.begins(calendar, on, on)) for plan in members])
    return len(covering)


def _enter_family(then: Ahead, entry: EquipmentSupposed, number: int, plans: list[tuple[Plan, Series]]) -> None:
    """S24, S40: pieces with the same share of each plan's spread are alike."""
    days = [max(1, series.schedule.spread_days) for _, series in plans]
    period = min(lcm(*days), entry.count)
    for turn in range(period):
        items = entry.count // period + (turn < entry.count % period)
        for (plan, series), most in zip(plans, days, strict=True):
            own = replace(series, schedule=replace(series.schedule, offset_days=turn % most)) if most > 1 else series
            then.add(plan.version, ("entering", number, turn), Source(own, plan.version.work, entry.site_id, items))


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
    of_plans = select(PlanVersion.id, PlanVersion.anchor_policy, PlanVersion.anchor_on, MaintenancePlan.site_id)
    rows = session.execute(of_plans.join(MaintenancePlan, current).where(*active)).all()
    lines: defaultdict[int, list[PlanScope]] = defaultdict(list)
    of_current = select(PlanScope).join(PlanVersion, PlanVersion.id == PlanScope.plan_version_id)
    for line in session.scalars(of_current.join(MaintenancePlan, current).where(*active)):
        lines[line.plan_version_id].append(line)
    versions = versions_in_force(session)
    return [
        Plan(versions[row.id], row.anchor_policy, row.anchor_on, _coverage(lines[row.id], row.site_id)) for row in rows
    ]


def _coverage(lines: list[PlanScope], site_id: int | None) -> Coverage:
    def ids(column: str) -> frozenset[int]:
        return frozenset(value for line in lines if (value := getattr(line, column)) is not None)

    return Coverage(ids("category_id"), ids("model_id"), ids("site_id"), bool(ids("within_location_id")), site_id)
