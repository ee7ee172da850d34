"""Customers of a service firm."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.journal import actions as journal
from app.places.models import Calendar, Customer, Site
from app.places.queries.calendars import customer_row
from app.places.rules import require_whole_house
from app.places.schemas import CustomerInput


def create_customer(session: Session, data: CustomerInput, *, by: Actor, now: datetime) -> Customer:
    require_whole_house(by, Permission.PLAN)
    refuse_taken_code(session, Customer, data.code)
    customer = Customer(**data.model_dump(), created_at=now)
    session.add(customer)
    session.flush()
    journal.record_change(session, "created", "customer", customer.id, {"code": [None, data.code]}, by=by, now=now)
    return customer


def edit_customer(
    session: Session, customer_id: int, data: CustomerInput, *, version: int | None = None, by: Actor, now: datetime
) -> Customer:
    require_whole_house(by, Permission.PLAN)
    customer = customer_row(session, customer_id, by=by)
    refuse_taken_code(session, Customer, data.code, own_id=customer_id)
    journal.edit_row(session, customer, data.model_dump(), entity="customer", by=by, now=now, version=version)
    return customer


def archive_customer(
    session: Session,
    customer_id: int,
    *,
    is_archived: bool = True,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> Customer:
    require_whole_house(by, Permission.PLAN)
    customer = customer_row(session, customer_id, by=by)
    if is_archived == (customer.archived_at is None):
        values = {"archived_at": now if is_archived else None}
        journal.edit_row(session, customer, values, entity="customer", by=by, now=now, version=version)
    return customer


def refuse_taken_code(
    session: Session, model: type[Customer | Calendar | Site], code: str, *, own_id: int | None = None
) -> None:
    """Archived ones keep theirs: history is read by code."""
    holder = session.scalar(select(model.id).where(model.code == code))
    if holder is not None and holder != own_id:
        raise InvalidInput.at("code", "taken", N_("This code is taken."))
