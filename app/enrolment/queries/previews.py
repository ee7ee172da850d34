"""What a plan's form would make: dates, words, warnings. Nothing is written."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.i18n import gettext, ngettext
from app.core.security import Actor, Permission, require
from app.enrolment.queries.metered import about_meters, covered_meters, gauged
from app.enrolment.rules import begin
from app.ledger.queries.upcoming import SHOWN
from app.ledger.rules.coming import coming_cycles
from app.ledger.rules.facts import Facts, Gauged
from app.ledger.schemas import Preview
from app.plans.models import MaintenancePlan, PlanFamily, PlanTarget, PlanVersion
from app.plans.queries.calendars import house_calendar, work_calendars
from app.plans.queries.families import in_families
from app.plans.queries.scope import covers, members
from app.plans.queries.wording import cycle_view, plain, rrule_of, words_of
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.errors import RuleError
from app.plans.rules.policy import anchor_of
from app.plans.rules.schedule import Cycle, Schedule
from app.plans.schemas import PlanInput
from app.plans.schemas.schedule import invalid_rule


def preview_plan(session: Session, data: PlanInput, *, by: Actor, now: datetime, plan_id: int | None = None) -> Preview:
    """The next dates by the calendar of most of what it covers, for an item that enters today.

    Raises InvalidInput where the schedule cannot be, also where no date ever satisfies it (S15).
    """
    require(by, Permission.PLAN, site_id=data.site_id)
    return dates_of(session, data, now=now, plan_id=plan_id)


def dates_of(session: Session, data: PlanInput, *, now: datetime, plan_id: int | None = None) -> Preview:
    """The same for whoever may see the plan."""
    schedule = data.schedule()
    calendar, time_zone, count, others = _surroundings(session, data)
    on = today(now, time_zone)
    covered = covered_meters(session, data, schedule)
    meter = gauged(session, covered, time_zone)
    anchor = anchor_of(data.anchor_policy, data.start_on, None, on)
    cycles = first_cycles(schedule, calendar, anchor, on, meter=meter)
    warnings = [
        *about_meters(schedule, covered),
        *_about_dates(data, schedule, cycles, on, is_new=plan_id is None),
        *_about_items(session, data, count, others, plan_id),
    ]
    return Preview(
        words=words_of(schedule, data.start_on),
        rrule=rrule_of(schedule, data.start_on),
        cycles=[cycle_view(cycle) for cycle in cycles],
        warnings=warnings,
        target_count=count,
    )


def first_cycles(
    schedule: Schedule,
    calendar: WorkCalendar | None,
    anchor: tuple[date, bool],
    on: date,
    count: int = SHOWN,
    meter: Gauged | None = None,
) -> list[Cycle]:
    """With a meter, as of the piece that it is on (S27)."""
    try:
        start = begin(schedule, calendar, anchor, on)
        after = start.counted_after_on
        facts = Facts(schedule, calendar, *anchor, start.settled_through, counted_after_on=after, meter=meter)
        return list(islice(coming_cycles(facts, on), count))
    except RuleError as error:
        raise invalid_rule(error) from None


def _surroundings(session: Session, data: PlanInput) -> tuple[WorkCalendar | None, str, int, int]:
    """The calendar and zone of most items, how many items there are, and how many other calendars."""
    rows: Sequence[Any] = ()
    if covers(data):
        found = members(data, data.site_id)
        rows = session.execute(
            select(found.c.calendar_id, found.c.time_zone, func.count().label("items"))
            .group_by(found.c.calendar_id, found.c.time_zone)
            .order_by(func.count().desc(), found.c.calendar_id)
        ).all()
    if not rows:
        site_ids = [data.site_id] if data.site_id else data.site_ids
        return *house_calendar(session, site_ids[0] if site_ids else None), 0, 0
    calendars = work_calendars(session, [rows[0].calendar_id])
    others = len({row.calendar_id for row in rows}) - 1
    return calendars[rows[0].calendar_id], rows[0].time_zone, sum(row.items for row in rows), others


def _about_dates(data: PlanInput, schedule: Schedule, cycles: list[Cycle], on: date, *, is_new: bool) -> list[str]:
    said = []
    if not cycles and schedule.trigger is None:
        said.append(gettext("No date is left: the rule has ended."))
    if schedule.lead_days and any(schedule.lead_days >= cycle.interval for cycle in cycles):  # S20
        said.append(
            gettext(
                "Orders appear as long before their date as the dates lie apart, or longer: "
                "an order that is still open delays or absorbs the next one."
            )
        )
    if is_new and data.anchor_policy == "plan" and data.start_on < on:  # S22
        start = plain(data.start_on)
        said.append(gettext("The start, %(day)s, lies in the past: nothing is made up for.") % {"day": start})
    if schedule.mode == "floating" and data.start_on < on:
        said.append(
            gettext("Each item counts from the day its work was done: these dates are those of one done today.")
        )
    if any(cycle.is_flagged for cycle in cycles):
        said.append(gettext("Around some dates no day is worked within 31 days: they stay as they are."))
    return said


def _about_items(session: Session, data: PlanInput, count: int, others: int, plan_id: int | None) -> list[str]:
    said = []
    if not count:
        said.append(gettext("The plan covers no item yet."))
    if others:
        text = ngettext(
            "Some items follow %(n)d other calendar: their dates may differ.",
            "Some items follow %(n)d other calendars: their dates may differ.",
            others,
        )
        said.append(text % {"n": others})
    said += _about_family(session, data, plan_id)
    doubled = _same_kind(session, data, plan_id) if count else 0
    if doubled:  # S25
        text = ngettext(
            "%(n)d item is already covered by another plan of this kind.",
            "%(n)d items are already covered by another plan of this kind.",
            doubled,
        )
        said.append(text % {"n": doubled})
    return said


def _about_family(session: Session, data: PlanInput, plan_id: int | None) -> list[str]:
    """S24: whose dates are merged into whose."""
    family = session.get(PlanFamily, data.family_id) if data.family_id is not None else None
    if family is None or data.rank is None:
        return []
    said = []
    for plan in session.execute(in_families([family.id]).order_by(PlanVersion.rank.desc())):
        names = {"plan": plan.title, "days": family.tolerance_days}
        if plan.id == plan_id or plan.rank == data.rank:
            continue
        if plan.rank > data.rank:
            text = gettext("Dates within %(days)d days of “%(plan)s” are merged into its orders.")
        else:
            text = gettext("Its orders take in the dates of “%(plan)s” that lie within %(days)d days.")
        said.append(text % names)
    return said


def _same_kind(session: Session, data: PlanInput, plan_id: int | None) -> int:
    found = members(data, data.site_id)
    other = (
        select(PlanTarget.id)
        .join(MaintenancePlan, MaintenancePlan.id == PlanTarget.plan_id)
        .where(
            PlanTarget.equipment_id == found.c.equipment_id,
            PlanTarget.state != "ended",
            PlanTarget.family_id.is_distinct_from(data.family_id) if data.family_id else true(),
            MaintenancePlan.kind == data.kind,
            MaintenancePlan.archived_at.is_(None),
            MaintenancePlan.id != (plan_id or 0),
        )
    )
    return session.scalar(select(func.count()).select_from(found).where(other.exists())) or 0
