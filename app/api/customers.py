"""Customers of a service firm."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.api.patching import Patch, merge_patch, merged
from app.core.security import Actor
from app.http import CurrentActor, IfMatch, ListFilter, Listing, Now, Page, PageQuery, RondeRoute, slow
from app.http.downloads import FILES, FileKind, list_file
from app.operations.rules import columns
from app.places.actions import customers as actions
from app.places.queries import calendars as queries
from app.places.schemas import CustomerInput, CustomerView

router = APIRouter(prefix="/customers", tags=["customers"], route_class=RondeRoute)


class CustomerFilter(ListFilter):
    q: Annotated[str, Field(max_length=200, description="Words in code or name.")] = ""
    archived: bool = False
    sort: queries.Sort = "name"

    def listing(self, by: Actor) -> Listing[CustomerView]:
        asked = self.model_dump(exclude={"sort", "limit", "cursor"})
        return Listing.sorted_by(self.sort, queries.CUSTOMER_ORDERS, queries.customers, by=by, **asked)


class CustomerQuery(PageQuery, CustomerFilter):
    pass


@router.get("")
def list_customers(query: Annotated[CustomerQuery, Query()], session: Session, by: CurrentActor) -> Page[CustomerView]:
    """By name, or by code. Archived ones only where asked for."""
    return query.listing(by).page(session, limit=query.limit, cursor=query.cursor)


@router.get("/export.{kind}", response_class=Response, responses=FILES)
@slow
def export_customers(
    request: Request, kind: FileKind, query: Annotated[CustomerFilter, Query()], session: Session, by: CurrentActor
) -> Response:
    """The whole list as a file, with the filters of the list."""
    return list_file(request, session, "customers", kind, query.listing(by), columns.CUSTOMERS)


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
