"""Customers of a service firm."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.http import CurrentActor, Listing, Now, RondeRoute, slow
from app.http.downloads import FileKind, list_file
from app.operations.rules import columns
from app.places.actions import customers as actions
from app.places.queries import calendars as queries
from app.places.rules import require_whole_house
from app.places.schemas import CustomerInput, CustomerView
from app.web.forms import Form, messages, parse, parse_edit
from app.web.lists import ListQuery
from app.web.pages import page, see_other
from app.web.sites import may_plan_everywhere
from app.web.stale import REFUSED, refused, status_of

router = APIRouter(route_class=RondeRoute, prefix="/sites/customers")


class CustomersQuery(ListQuery):
    PATH: ClassVar = "/sites/customers"
    sort: queries.Sort = "name"

    def listing(self, by: Actor) -> Listing[CustomerView]:
        asked = {"by": by, "q": self.q, "archived": self.archived}
        return Listing.sorted_by(self.sort, queries.CUSTOMER_ORDERS, queries.customers, **asked)


Asked = Annotated[CustomersQuery, Query()]


@router.get("")
def customers_page(request: Request, asked: Asked, session: Session, by: CurrentActor) -> Response:
    shown = asked.shown(session, asked.listing(by))
    return page(request, "places/customers.html", by=by, may_add=may_plan_everywhere(by), **shown)


@router.get("/export.{kind}")
@slow
def export_customers(request: Request, kind: FileKind, asked: Asked, session: Session, by: CurrentActor) -> Response:
    return list_file(request, session, "customers", kind, asked.listing(by), columns.CUSTOMERS, words={})


def customer_form(
    request: Request, *, by: Actor, customer: CustomerView | None, values: Any, errors: Mapping[str, Any] | None = None
) -> Response:
    require_whole_house(by, Permission.PLAN)
    status = status_of(errors)
    shown = {"customer": customer, "values": values, "errors": errors or {}}
    return page(request, "places/customer_form.html", by=by, status=status, **shown)


@router.get("/new")
def new_customer(request: Request, by: CurrentActor) -> Response:
    return customer_form(request, by=by, customer=None, values={})


@router.post("")
def create_customer(request: Request, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        customer = actions.create_customer(session, parse(CustomerInput, form), by=by, now=now)
    except InvalidInput as error:
        return customer_form(request, by=by, customer=None, values=dict(form), errors=messages(error))
    return see_other("/sites/customers", message=N_("%(name)s is added."), name=customer.name)


@router.get("/{customer_id:int}")
def show_customer(request: Request, customer_id: int, session: Session, by: CurrentActor) -> Response:
    customer = queries.get_customer(session, customer_id, by=by)
    return customer_form(request, by=by, customer=customer, values=customer.model_dump())


@router.post("/{customer_id:int}")
def edit_customer(
    request: Request, customer_id: int, session: Session, form: Form, by: CurrentActor, now: Now
) -> Response:
    try:
        data, version = parse_edit(CustomerInput, form)
        actions.edit_customer(session, customer_id, data, version=version, by=by, now=now)
    except REFUSED as error:
        customer = queries.get_customer(session, customer_id, by=by)
        saved_url, fields = f"/sites/customers/{customer_id}", CustomerInput.model_fields
        errors = refused(error, dict(form), customer.model_dump(), fields, saved_url)
        return customer_form(request, by=by, customer=customer, values=errors.typed, errors=errors)
    return see_other("/sites/customers", message=N_("Saved."))


@router.post("/{customer_id:int}/archive")
def archive_customer(customer_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_customer(session, customer_id, by=by, now=now)
    return see_other("/sites/customers", message=N_("Archived."))


@router.post("/{customer_id:int}/restore")
def restore_customer(customer_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_customer(session, customer_id, is_archived=False, by=by, now=now)
    return see_other("/sites/customers", message=N_("Restored."))
