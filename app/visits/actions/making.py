"""A visit is made from orders, changed, put in another order."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.journal import actions as journal
from app.people.models import Person, Team
from app.places.models import Location, Site
from app.visits.models import Visit, VisitOrder
from app.visits.queries.visits import free_orders, in_open_visit, places_of, stops_of, visit_row
from app.visits.rules import moved, walking_order
from app.visits.schemas import MOST_ORDERS, OrdersInput, StopMove, VisitEdit, VisitInput
from app.workorders.models import WorkOrder
from app.workorders.rules.states import order_number

ENTITY = "visit"


def make_visit(session: Session, data: VisitInput, *, by: Actor, now: datetime) -> Visit:
    """Walked by place at first; the orders themselves stay whose they are."""
    site_id, order_ids = _chosen(session, data, by)
    require(by, Permission.WORK, site_id=site_id)
    check_who(session, team_id=data.team_id, person_id=data.person_id)
    title = data.title or session.scalars(select(Site.name).where(Site.id == site_id)).one()
    said = data.model_dump(include={"day_on", "team_id", "person_id"})
    visit = Visit(**said, title=title, site_id=site_id, created_at=now, created_by=by.user_id)
    session.add(visit)
    session.flush()
    set_stops(session, visit, walking_order(places_of(session, order_ids)))
    changes = {"title": [None, title], "order_ids": [[], order_ids]}
    journal.record_change(session, "created", ENTITY, visit.id, changes, by=by, now=now, site_id=site_id)
    return visit


def edit_visit(
    session: Session, visit_id: int, data: VisitEdit, *, version: int | None = None, by: Actor, now: datetime
) -> Visit:
    visit = open_visit(session, visit_id, version=version, by=by)
    check_who(session, team_id=data.team_id, person_id=data.person_id)
    journal.edit_row(session, visit, data.model_dump(), entity=ENTITY, by=by, now=now, site_id=visit.site_id)
    return visit


def add_orders(
    session: Session, visit_id: int, data: OrdersInput, *, version: int | None = None, by: Actor, now: datetime
) -> Visit:
    """Behind the others; those that are in it already stay where they are."""
    visit = open_visit(session, visit_id, version=version, by=by)
    kept = [stop.order_id for stop in stops_of(session, visit_id)]
    new = [order_id for order_id in dict.fromkeys(data.order_ids) if order_id not in kept]
    if len(kept) + len(new) > MOST_ORDERS:
        raise InvalidInput.at("order_ids", "too_many", N_("A visit has at most %(most)s orders."), most=MOST_ORDERS)
    if _checked(session, new, by, but=visit.id) not in (set(), {visit.site_id}):
        raise InvalidInput.at("order_ids", "other_site", N_("The orders of a visit are at one site."))
    return _restop(session, visit, kept, [*kept, *walking_order(places_of(session, new))], by=by, now=now)


def remove_orders(
    session: Session, visit_id: int, data: OrdersInput, *, version: int | None = None, by: Actor, now: datetime
) -> Visit:
    """They stay open, for another day."""
    visit = open_visit(session, visit_id, version=version, by=by)
    before = [stop.order_id for stop in stops_of(session, visit_id)]
    after = [order_id for order_id in before if order_id not in set(data.order_ids)]
    return _restop(session, visit, before, after, by=by, now=now)


def move_stop(
    session: Session, visit_id: int, data: StopMove, *, version: int | None = None, by: Actor, now: datetime
) -> Visit:
    visit = open_visit(session, visit_id, version=version, by=by)
    before = [stop.order_id for stop in stops_of(session, visit_id)]
    if data.order_id not in before:
        raise InvalidInput.at("order_id", "not_in_visit", N_("This order is not in the visit."))
    return _restop(session, visit, before, moved(before, data.order_id, data.direction), by=by, now=now)


def sort_stops(session: Session, visit_id: int, *, version: int | None = None, by: Actor, now: datetime) -> Visit:
    """By place again."""
    visit = open_visit(session, visit_id, version=version, by=by)
    before = [stop.order_id for stop in stops_of(session, visit_id)]
    return _restop(session, visit, before, walking_order(places_of(session, before)), by=by, now=now)


def open_visit(session: Session, visit_id: int, *, version: int | None, by: Actor) -> Visit:
    """Locked, for a change; one that has ended stays as it is."""
    visit = visit_row(session, visit_id, by=by, is_locked=True)
    require(by, Permission.WORK, site_id=visit.site_id)
    journal.refuse_stale(visit, version)
    if visit.state == "ended":
        raise Conflict("ended", N_("This visit is over."))
    return visit


def set_stops(session: Session, visit: Visit, order_ids: Sequence[int]) -> None:
    session.execute(delete(VisitOrder).where(VisitOrder.visit_id == visit.id))
    session.add_all(
        [VisitOrder(visit_id=visit.id, order_id=key, position=n) for n, key in enumerate(order_ids, start=1)]
    )
    session.flush()


def check_who(session: Session, *, team_id: int | None, person_id: int | None) -> None:
    if person_id is not None and session.get(Person, person_id) is None:
        raise InvalidInput.at("person_id", "unknown_person", N_("This person does not exist."))
    if team_id is not None and session.get(Team, team_id) is None:
        raise InvalidInput.at("team_id", "unknown_team", N_("This team does not exist."))


def _restop(session: Session, visit: Visit, before: list[int], after: list[int], *, by: Actor, now: datetime) -> Visit:
    if before != after:
        set_stops(session, visit, after)
        visit.version += 1
        session.flush()
        changes = {"order_ids": [before, after]}
        journal.record_change(session, "changed", ENTITY, visit.id, changes, by=by, now=now, site_id=visit.site_id)
    return visit


def _chosen(session: Session, data: VisitInput, by: Actor) -> tuple[int, list[int]]:
    """The site, and the orders that are named or found there."""
    if data.order_ids:
        order_ids = list(dict.fromkeys(data.order_ids))
        sites = _checked(session, order_ids, by)
        if len(sites) != 1:
            raise InvalidInput.at("order_ids", "other_site", N_("The orders of a visit are at one site."))
        return sites.pop(), order_ids
    site_id = data.site_id
    if data.location_id is not None:
        site_id = session.scalar(select(Location.site_id).where(Location.id == data.location_id))
    if site_id is None or not by.sees_site(site_id) or session.get(Site, site_id) is None:
        field = "location_id" if data.location_id is not None else "site_id"
        raise InvalidInput.at(field, "unknown", N_("This does not exist, or you have no access to it."))
    rows = free_orders(session, site_id=site_id, location_id=data.location_id, day_on=data.day_on, limit=MOST_ORDERS)
    if not rows:
        raise InvalidInput.at("order_ids", "none", N_("No open order there is due by that day and free."))
    return site_id, [row.order_id for row in rows]


def _checked(session: Session, order_ids: list[int], by: Actor, *, but: int | None = None) -> set[int]:
    """Their sites. Each must be seen, open, and in no other visit that goes on.

    They are locked by their ids before they are looked at: what others have taken meanwhile is seen then.
    """
    wanted = WorkOrder.id.in_(order_ids)
    session.execute(select(WorkOrder.id).where(wanted).order_by(WorkOrder.id).with_for_update())
    statement = select(WorkOrder.id, WorkOrder.site_id, WorkOrder.is_open, in_open_visit(but).label("is_taken"))
    rows = [row for row in session.execute(statement.where(wanted).order_by(WorkOrder.id)) if by.sees_site(row.site_id)]
    if len(rows) != len(order_ids):
        raise InvalidInput.at("order_ids", "unknown", N_("This does not exist, or you have no access to it."))
    for row in rows:
        number = order_number(row.id)
        if not row.is_open:
            raise InvalidInput.at("order_ids", "ended", N_("%(number)s has ended."), number=number)
        if row.is_taken:
            raise InvalidInput.at("order_ids", "taken", N_("%(number)s is part of another visit."), number=number)
    return {row.site_id for row in rows}
