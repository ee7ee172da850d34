"""Visits, their stops, and how far they have come."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.core.db import Order, one_page
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment
from app.equipment.queries import location_and_below
from app.people.models import Person, TeamMember
from app.places.models import Location, Site
from app.visits.models import BundledTeam, Visit, VisitOrder
from app.visits.rules import Stop
from app.visits.schemas import StopView, VisitRow, VisitView
from app.workorders.models import WorkOrder
from app.workorders.rules.states import order_number

Sort = Literal["day_on", "-day_on"]
VISIT_ORDERS = {"day_on": Order((Visit.day_on, Visit.id), lambda row: (row.day_on, row.id))}
SHOWN = 20


def visit_row(session: Session, visit_id: int, *, by: Actor, is_locked: bool = False) -> Visit:
    require(by, Permission.READ)
    statement = select(Visit).where(Visit.id == visit_id)
    if is_locked:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    visit = session.scalar(statement)
    if visit is None or not by.sees_site(visit.site_id):
        raise NotFound("not_found", N_("This does not exist, or you have no access to it."))
    return visit


def _rows() -> Select[Any]:
    """With how many orders it has, and how many of them are no longer open."""
    inside = select(func.count()).where(VisitOrder.visit_id == Visit.id)
    total = inside.select_from(VisitOrder).scalar_subquery()
    ended = inside.join_from(VisitOrder, WorkOrder, WorkOrder.id == VisitOrder.order_id).where(~WorkOrder.is_open)
    own = (Visit.id, Visit.title, Visit.site_id, Visit.day_on, Visit.team_id, Visit.person_id, Visit.state)
    told: tuple[Any, ...] = (*own, Visit.origin, Visit.version, Visit.started_at, Visit.stopped_at)
    named = (Site.name.label("site"), Person.name.label("person"))
    return (
        select(*told, *named, total.label("total"), ended.scalar_subquery().label("done"))
        .join(Site, Site.id == Visit.site_id)
        .outerjoin(Person, Person.id == Visit.person_id)
    )


def visits(
    session: Session,
    *,
    by: Actor,
    site_id: int | None = None,
    person_id: int | None = None,
    is_open: bool | None = None,
    day_on: date | None = None,
    sort: Sort = "day_on",
    after: Sequence[Any] | None = None,
    limit: int = 50,
) -> Sequence[VisitRow]:
    require(by, Permission.READ)
    statement = _rows()
    if by.site_ids is not None:
        statement = statement.where(Visit.site_id.in_(by.site_ids))
    wanted = {Visit.site_id: site_id, Visit.person_id: person_id, Visit.day_on: day_on}
    for column, value in wanted.items():
        if value is not None:
            statement = statement.where(column == value)
    if is_open is not None:
        statement = statement.where((Visit.state != "ended") if is_open else (Visit.state == "ended"))
    page = one_page(statement, VISIT_ORDERS, sort, after=after, limit=limit)
    return [VisitRow.model_validate(row) for row in session.execute(page)]


def visits_of_day(session: Session, *, by: Actor, today: date) -> Sequence[VisitRow]:
    """What somebody has to walk today: their own visits, and those of their teams that nobody has taken."""
    require(by, Permission.READ)
    teams = select(TeamMember.team_id).where(TeamMember.person_id == by.person_id)
    free = and_(Visit.person_id.is_(None), or_(Visit.team_id.is_(None), Visit.team_id.in_(teams)))
    mine = or_(Visit.person_id == by.person_id, free)
    statement = _rows().where(Visit.state != "ended", Visit.day_on <= today, mine)
    if by.site_ids is not None:
        statement = statement.where(Visit.site_id.in_(by.site_ids))
    rows = session.execute(statement.order_by(Visit.day_on, Visit.id).limit(SHOWN))
    return [VisitRow.model_validate(row) for row in rows]


def get_visit(session: Session, visit_id: int, *, by: Actor) -> VisitView:
    visit_row(session, visit_id, by=by)
    row = session.execute(_rows().where(Visit.id == visit_id)).one()
    return VisitView(**row._mapping, orders=stops_of(session, visit_id))  # noqa: SLF001 - a row's own dictionary


def stops_of(session: Session, visit_id: int) -> list[StopView]:
    statement = (
        _placed(
            VisitOrder.position,
            WorkOrder.title,
            WorkOrder.kind,
            WorkOrder.type,
            WorkOrder.state,
            WorkOrder.priority,
            WorkOrder.due_on,
            WorkOrder.estimate_minutes,
            WorkOrder.is_open,
            Equipment.name.label("item"),
        )
        .join(VisitOrder, VisitOrder.order_id == WorkOrder.id)
        .where(VisitOrder.visit_id == visit_id)
        .order_by(VisitOrder.position, WorkOrder.id)
    )
    return [
        StopView(**row._mapping, number=order_number(row.order_id))  # noqa: SLF001
        for row in session.execute(statement)
    ]


def _placed(*columns: Any) -> Any:
    place = func.coalesce(WorkOrder.location_id, Equipment.location_id)
    where = (Location.path.label("place"), Equipment.rack, Equipment.tag)
    return (
        select(WorkOrder.id.label("order_id"), *where, *columns)
        .outerjoin(Equipment, Equipment.id == WorkOrder.equipment_id)
        .outerjoin(Location, Location.id == place)
    )


def places_of(session: Session, order_ids: Sequence[int]) -> list[Stop]:
    rows = session.execute(_placed().where(WorkOrder.id.in_(order_ids)))
    return [Stop(row.order_id, row.place or "", row.rack or "", row.tag or "") for row in rows]


def free_orders(session: Session, *, site_id: int, location_id: int | None, day_on: date, limit: int) -> Sequence[Any]:
    """Open orders of a site, or of a place there and below, that are due by then and in no visit that goes on."""
    statement = (
        _placed(WorkOrder.site_id)
        .where(WorkOrder.is_open, WorkOrder.site_id == site_id, WorkOrder.due_on <= day_on, ~in_open_visit())
        .order_by(WorkOrder.due_on, WorkOrder.id)
        .limit(limit)
    )
    if location_id is not None:
        statement = statement.where(Location.id.in_(location_and_below(location_id)))
    return session.execute(statement).all()


def in_open_visit(but: int | None = None) -> Any:
    inside = (
        select(VisitOrder.order_id)
        .join(Visit, Visit.id == VisitOrder.visit_id)
        .where(VisitOrder.order_id == WorkOrder.id, Visit.state != "ended")
    )
    return (inside.where(Visit.id != but) if but is not None else inside).exists()


def walked(limit: int) -> Select[int]:
    """Visits that go on although none of their orders is open any more."""
    inside = select(VisitOrder.order_id).where(VisitOrder.visit_id == Visit.id)
    is_open = inside.join(WorkOrder, WorkOrder.id == VisitOrder.order_id).where(WorkOrder.is_open)
    left = select(Visit.id).where(Visit.state != "ended", inside.exists(), ~is_open.exists())
    return left.order_by(Visit.id).limit(limit)


def bundled_teams(session: Session, *, by: Actor) -> list[int]:
    require(by, Permission.READ)
    return list(session.scalars(select(BundledTeam.team_id).order_by(BundledTeam.team_id)))
