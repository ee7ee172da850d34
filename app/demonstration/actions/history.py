"""A year of the demonstration's work, day by day: the real tick, then what technicians did and wrote."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, joinedload

from app.core.clock import fixed_clock
from app.core.db import Database
from app.core.security import Actor
from app.demonstration.actions.deciding import decide_proposals
from app.demonstration.actions.firm import Firm
from app.demonstration.actions.meters import MONDAY, read_meters
from app.demonstration.actions.stores import take_part_for
from app.demonstration.rules.firm import STAFF
from app.demonstration.rules.library import LIBRARY
from app.demonstration.rules.outcomes import INCIDENTS, Incident, Outcome, outcome
from app.interventions.actions.completing import complete_work_order
from app.interventions.actions.past_work import log_work
from app.interventions.schemas import CompletionInput, LogInput
from app.operations.actions.tick import tick
from app.people.models import User
from app.places.queries.actors import actor_of
from app.plans.models import MaintenancePlan
from app.plans.queries.calendars import house_calendar
from app.plans.rules.calendar import WorkCalendar
from app.workorders.actions.clockwork import close_reviewed_orders, release_due_orders
from app.workorders.actions.life import hold_work_order, start_work_order
from app.workorders.models import WorkOrder
from app.workorders.schemas import HoldInput

MORNING = time(3, tzinfo=UTC)  # before any of the sites opens, La Réunion included
OPENS, LATE = time(8, 30), time(16, 10)  # at the site
INCIDENTS_A_DAY = 0.15  # per site
ROUND = LIBRARY[0].code
PART = "Pièce commandée, livraison annoncée."


def live_through(database: Database, firm: Firm, *, seed: int, first_on: date, last_on: date) -> Iterator[date]:
    """Day by day; each is yielded when it is over. On the last one nobody has come yet: its orders wait to be done."""
    year = _Year(firm, seed, last_on)
    for number in range((last_on - first_on).days + 1):
        day = first_on + timedelta(days=number)
        now = datetime.combine(day, MORNING)
        tick(database, clock=fixed_clock(now), instance="demonstration")
        with database.writing() as session:
            release_due_orders(session, now=now)
            close_reviewed_orders(session, now=now)
            if day.weekday() == MONDAY:
                decide_proposals(session, firm, seed=seed, now=now)
            if day < last_on:
                year.work(session, day)
        yield day


class _Year:
    """What is decided once: who works where, and how lucky each order will be."""

    def __init__(self, firm: Firm, seed: int, last_on: date) -> None:
        self._firm = firm
        self._seed = seed
        self._last_on = last_on
        self._outcomes: dict[int, Outcome] = {}
        self._sites: list[tuple[int, Actor, WorkCalendar | None, str]] = []

    def work(self, session: Session, day: date) -> None:
        """At each site that works on this day: orders whose time has come, then a call that nobody planned.

        On the last day of work the two oldest are only begun: one waits for a part, one is in somebody's hands.
        """
        for site_id, by, calendar, zone in self._working(session, day):
            random = Random(f"{self._seed} {site_id} {day}")
            at = datetime.combine(day, OPENS, ZoneInfo(zone))
            read_meters(session, self._firm, site_id, by=by, at=at, luck=Random(f"{self._seed} {site_id} {day} meters"))
            orders = open_orders(session, site_id)
            if self._is_last(day, calendar):
                begin(
                    session, [order.id for order in orders[:2]], by=by, at=datetime.combine(day, LATE, ZoneInfo(zone))
                )
                orders = orders[2:]
            for order in orders:
                chance = self._outcome(order)
                if day >= order.due_on + timedelta(days=chance.delay_days):
                    at += timedelta(minutes=random.randrange(3, 12))
                    complete_work_order(session, order.id, CompletionInput(**chance.report), by=by, now=at)
            if random.random() < INCIDENTS_A_DAY:
                at += timedelta(minutes=40)
                called = log_work(session, self._incident(random, site_id, day), by=by, now=at)
                take_part_for(session, self._firm, called.order, by=by, now=at)

    def _working(self, session: Session, day: date) -> list[tuple[int, Actor, WorkCalendar | None, str]]:
        if not self._sites:
            staff = technicians(session, self._firm)
            self._sites = [(site_id, by, *house_calendar(session, site_id)) for site_id, by in staff.items()]
        return [site for site in self._sites if site[2] is None or site[2].is_working(day)]

    def _is_last(self, day: date, calendar: WorkCalendar | None) -> bool:
        left = (self._last_on - day).days
        return not any(calendar is None or calendar.is_working(day + timedelta(days=n)) for n in range(1, left))

    def _outcome(self, order: Row[Any]) -> Outcome:
        """By the order's own number: what becomes of one does not hang on what became of others."""
        if order.id not in self._outcomes:
            random = Random(f"{self._seed} {order.id}")
            is_daily = order.code == ROUND
            self._outcomes[order.id] = outcome(random, order.kind, order.estimate_minutes or 20, is_daily=is_daily)
        return self._outcomes[order.id]

    def _incident(self, random: Random, site_id: int, day: date) -> LogInput:
        incident = random.choice([one for one in INCIDENTS if (site_id, one.category) in self._firm.pieces])
        return logged(incident, random.choice(self._firm.pieces[site_id, incident.category]), day)


def begin(session: Session, order_ids: list[int], *, by: Actor, at: datetime) -> None:
    """The first waits for a part, the second is in somebody's hands."""
    for order_id in order_ids:
        start_work_order(session, order_id, by=by, now=at)
    if order_ids:
        until = at.date() + timedelta(days=6)
        hold_work_order(session, order_ids[0], HoldInput(reason="parts", note=PART, until=until), by=by, now=at)


def technicians(session: Session, firm: Firm) -> dict[int, Actor]:
    """By the site that is theirs."""
    staff = [person for person in STAFF if person.role == "technician" and person.site]
    sites = {firm.persons[person.name]: firm.sites[person.site] for person in staff if person.site}
    users = session.scalars(select(User).where(User.person_id.in_(sites)).options(joinedload(User.person)))
    return {sites[user.person_id]: actor_of(session, user, language="fr") for user in users}


def open_orders(session: Session, site_id: int) -> list[Row[Any]]:
    return list(
        session.execute(
            select(WorkOrder.id, WorkOrder.kind, WorkOrder.due_on, WorkOrder.estimate_minutes, MaintenancePlan.code)
            .outerjoin(MaintenancePlan, MaintenancePlan.id == WorkOrder.plan_id)
            .where(WorkOrder.is_open, WorkOrder.site_id == site_id)
            .order_by(WorkOrder.due_on, WorkOrder.id)
        )
    )


def logged(incident: Incident, equipment_id: int, day: date) -> LogInput:
    curative_due_on = day + timedelta(days=14) if incident.restoration == "palliative" else None
    return LogInput.model_validate({
        "title": incident.title, "work_kind": "repair", "equipment_id": equipment_id, "kind": incident.kind,
        "finding": "failed", "failure_mode": incident.mode, "failure_mechanism": incident.mechanism,
        "failure_cause": incident.cause, "detection": incident.detection, "diagnosis": incident.diagnosis,
        "restoration": incident.restoration, "curative_due_on": curative_due_on, "minutes_spent": incident.minutes,
        "explanation": incident.explanation,
    })  # fmt: skip
