"""Calendars and customers: known to everybody who may read, since sites share them."""

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.core.db import Order, one_page
from app.core.security import Actor, Permission, require
from app.people.queries import by_name, matches, not_found
from app.places.models import Calendar, CalendarDays, Customer, Site
from app.places.schemas import CalendarView, CustomerView

Sort = Literal["name", "-name", "code", "-code"]


def by_code(model: type[Any]) -> Order:
    return Order((model.code, model.id), lambda row: (row.code, row.id))


CALENDAR_ORDERS = {"name": by_name(Calendar), "code": by_code(Calendar)}
CUSTOMER_ORDERS = {"name": by_name(Customer), "code": by_code(Customer)}


def calendar_row(session: Session, calendar_id: int) -> Calendar:
    calendar = session.scalar(select(Calendar).where(Calendar.id == calendar_id).options(selectinload(Calendar.days)))
    if calendar is None:
        raise not_found()
    return calendar


def days_row(session: Session, calendar_id: int, days_id: int) -> CalendarDays:
    days = session.get(CalendarDays, days_id)
    if days is None or days.calendar_id != calendar_id:
        raise not_found()
    return days


def get_calendar(session: Session, calendar_id: int, *, by: Actor) -> CalendarView:
    require(by, Permission.READ)
    return CalendarView.model_validate(calendar_row(session, calendar_id))


def calendars(
    session: Session,
    *,
    by: Actor,
    q: str = "",
    archived: bool = False,
    sort: Sort = "name",
    after: Sequence[Any] | None = None,
    limit: int = 50,
) -> Sequence[CalendarView]:
    require(by, Permission.READ)
    statement = select(Calendar).where(matches(q, Calendar.search_text)).options(selectinload(Calendar.days))
    if not archived:
        statement = statement.where(Calendar.archived_at.is_(None))
    rows = session.scalars(one_page(statement, CALENDAR_ORDERS, sort, after=after, limit=limit))
    return [CalendarView.model_validate(calendar) for calendar in rows]


def customer_row(session: Session, customer_id: int, *, by: Actor) -> Customer:
    """Who is limited to some sites knows their customers alone."""
    statement = select(Customer).where(Customer.id == customer_id)
    if by.site_ids is not None:
        statement = statement.where(Customer.id.in_(select(Site.customer_id).where(Site.id.in_(by.site_ids))))
    customer = session.scalar(statement)
    if customer is None:
        raise not_found()
    return customer


def get_customer(session: Session, customer_id: int, *, by: Actor) -> CustomerView:
    require(by, Permission.READ)
    return CustomerView.model_validate(customer_row(session, customer_id, by=by))


def customers(
    session: Session,
    *,
    by: Actor,
    q: str = "",
    archived: bool = False,
    sort: Sort = "name",
    after: Sequence[Any] | None = None,
    limit: int = 50,
) -> Sequence[CustomerView]:
    require(by, Permission.READ)
    statement = select(Customer).where(matches(q, Customer.search_text))
    if by.site_ids is not None:
        statement = statement.where(Customer.id.in_(select(Site.customer_id).where(Site.id.in_(by.site_ids))))
    if not archived:
        statement = statement.where(Customer.archived_at.is_(None))
    rows = session.scalars(one_page(statement, CUSTOMER_ORDERS, sort, after=after, limit=limit))
    return [CustomerView.model_validate(row) for row in rows]
