"""Why an item has work on a day, or none (S44)."""

from datetime import date, datetime
from itertools import islice

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from app.core.i18n import gettext
from app.core.security import Actor
from app.journal import queries as journal
from app.ledger.models import Occurrence
from app.ledger.queries.explaining import explain_target
from app.ledger.queries.facts import facts_of_target
from app.ledger.rules.coming import foreseen
from app.ledger.schemas import Explanation
from app.plans.queries.plans import get_plan
from app.plans.queries.targets import find_target_of, get_target
from app.plans.queries.wording import sentences_of, with_weekday
from app.plans.rules.schedule import Cycle
from app.workorders.models import WorkOrder
from app.workorders.queries.by_cycle import explain_cycle
from app.workorders.rules.states import order_number

LOOKED_AT = 4_000  # cycles ahead: ten years of every day


def explain_day(
    session: Session, plan_id: int, *, on: date, equipment_id: int | None, location_id: int | None, by: Actor
) -> Explanation:
    """The story of the date that lies on a day, recorded or to come; else that there is none, and which lie around."""
    get_plan(session, plan_id, by=by)
    target_id = find_target_of(session, plan_id, equipment_id=equipment_id, location_id=location_id)
    if target_id is None:
        return explain_target(session, plan_id, equipment_id=equipment_id, location_id=location_id, by=by)
    get_target(session, target_id, by=by)
    occurrence_id = _recorded(session, target_id, on)
    if occurrence_id is not None:
        return explain_cycle(session, occurrence_id, by=by)
    ahead = explain_target(session, plan_id, equipment_id=equipment_id, location_id=location_id, by=by)
    cycles = _ahead(session, target_id, on, ahead.due_on) if ahead.cycle_key else []
    found = next((cycle for cycle in cycles if on in _days(cycle)), None)
    if found is not None:
        trace = list(found.trace)
        return Explanation(
            cycle_key=found.key, due_on=found.due_on, fate=None, trace=trace, sentences=sentences_of(trace)
        )
    said = [gettext("No date of this plan falls on %(day)s.") % {"day": with_weekday(on)}]
    said += _around(session, target_id, on, cycles) or ahead.sentences
    return Explanation(cycle_key=None, due_on=None, fate=None, trace=[], sentences=said)


def explain_next(
    session: Session, plan_id: int, *, equipment_id: int | None, location_id: int | None, by: Actor, now: datetime
) -> Explanation:
    """The next date of an item, or why there is none, with the order that is in its way named; and whether the clock
    that is to make its order runs at all.
    """
    item = {"equipment_id": equipment_id, "location_id": location_id}
    target_id = find_target_of(session, plan_id, **item)
    order_id = _order_in_the_way(session, target_id) if target_id is not None else None
    told = explain_target(
        session, plan_id, **item, by=by, open_order=order_number(order_id) if order_id is not None else None
    )
    if told.due_on is not None and journal.is_scheduler_silent(session, now=now):
        told.sentences.append(gettext("No scheduler is running: its order is not made until one does."))
    return told


def _order_in_the_way(session: Session, target_id: int) -> int | None:
    """The open one of its own or, where its last date was merged into another plan's, that one (S24)."""
    named = aliased(Occurrence)
    is_named = (named.target_id == Occurrence.because_target_id) & (named.cycle_key == Occurrence.because_key)
    taken_in = (
        select(named.id)
        .join(Occurrence, is_named)
        .where(Occurrence.target_id == target_id, Occurrence.fate == "merged")
    )
    own = select(func.max(WorkOrder.id)).where(WorkOrder.target_id == target_id, WorkOrder.is_open)
    higher = select(func.max(WorkOrder.id)).where(WorkOrder.occurrence_id.in_(taken_in), WorkOrder.is_open)
    return session.scalar(own) or session.scalar(higher)


def _recorded(session: Session, target_id: int, on: date) -> int | None:
    """The row of the day; a row of several dates stands for all days between its first and its last."""
    is_its_day = or_(Occurrence.due_on == on, Occurrence.scheduled_on == on, Occurrence.raw_due_on == on)
    is_within = (Occurrence.count > 1) & (Occurrence.due_on <= on) & (Occurrence.last_due_on >= on)
    rows = select(Occurrence.id).where(Occurrence.target_id == target_id, is_its_day | is_within)
    return session.scalar(rows.order_by((Occurrence.due_on == on).desc(), is_within, Occurrence.id).limit(1))


def _ahead(session: Session, target_id: int, on: date, next_on: date | None) -> list[Cycle]:
    """Those to come, up to the first one past the day."""
    found = []
    for cycle in islice(foreseen(facts_of_target(session, target_id), next_on), LOOKED_AT):
        found.append(cycle)
        if min(_days(cycle)) > on:
            break
    return found


def _days(cycle: Cycle) -> tuple[date, date, date]:
    return cycle.comes_on, cycle.due_on, cycle.raw_due_on


def _around(session: Session, target_id: int, on: date, ahead: list[Cycle]) -> list[str]:
    last = select(func.max(Occurrence.last_due_on)).where(
        Occurrence.target_id == target_id, Occurrence.last_due_on < on
    )
    first = select(func.min(Occurrence.due_on)).where(Occurrence.target_id == target_id, Occurrence.due_on > on)
    come = [cycle.comes_on for cycle in ahead]
    before = max([day for day in (session.scalar(last), *come) if day and day < on], default=None)
    after = min([day for day in (session.scalar(first), *come) if day and day > on], default=None)
    said = []
    if before:
        said.append(gettext("The one before lies on %(day)s.") % {"day": with_weekday(before)})
    if after:
        said.append(gettext("The next one lies on %(day)s.") % {"day": with_weekday(after)})
    return said
