"""Customers of a service firm."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.orm import Session

from app.api.patching import Patch, merge_patch, merged
from app.http import CurrentActor, IfMatch, Now, Page, PageQuery, RondeRoute, cursor_after, page_of
from app.places.actions import customers as actions
from app.places.queries import calendars as queries
from app.places.schemas import CustomerInput, CustomerView

router = APIRouter(prefix="/customers", tags=["customers"], route_class=RondeRoute)


class CustomerQuery(PageQuery):
    q: Annotated[str, Field(max_length=200, description="Words in code or name.")] = ""
    archived: bool = False


@router.get("")
def list_customers(query: Annotated[CustomerQuery, Query()], session: Session, by: CurrentActor) -> Page[CustomerView]:
    """By code. Archived ones only where asked for."""
    after = cursor_after(query.cursor)
    rows = queries.customers(session, by=by, q=query.q, archived=query.archived, after=after, limit=query.limit)
    return page_of(rows, query.limit, lambda row: (row.code, row.id))


@router.post("", status_code=201)
def create_customer(data: CustomerInput, session: Session, by: CurrentActor, now: Now) -> CustomerView:
    return CustomerView.model_validate(actions.create_customer(session, data, by=by, now=now))


@router.get("/{customer_id}")
def get_customer(customer_id: int, session: Session, by: CurrentActor) -> CustomerView:
    return queries.get_customer(session, customer_id, by=by)


@router.patch("/{customer_id}", openapi_extra=merge_patch(CustomerInput))
def edit_customer(
    customer_id: int, patch: Patch, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> CustomerView:
    data = merged(CustomerInput, queries.get_customer(session, customer_id, by=by), patch)
    customer = actions.edit_customer(session, customer_id, data, version=version, by=by, now=now)
    return CustomerView.model_validate(customer)


@router.post("/{customer_id}/archive")
def archive_customer(customer_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> CustomerView:
    customer = actions.archive_customer(session, customer_id, version=version, by=by, now=now)
    return CustomerView.model_validate(customer)


@router.post("/{customer_id}/restore")
def restore_customer(customer_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> CustomerView:
    customer = actions.archive_customer(session, customer_id, is_archived=False, version=version, by=by, now=now)
    return CustomerView.model_validate(customer)
