"""Suppliers on one page: who answers for a warranty, and does outside work."""

from functools import partial
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.equipment import actions, queries
from app.equipment.schemas import SupplierInput
from app.http import CurrentActor, Listing, Now, RondeRoute
from app.web.forms import Form, parse, parse_edit, values_of
from app.web.lists import ListQuery
from app.web.pages import page, see_other
from app.web.stale import REFUSED, Refusal, refused, status_of, wrong

routes = APIRouter(route_class=RondeRoute, prefix="/equipment")
PAGE = "/equipment/suppliers"


class SuppliersQuery(ListQuery):
    PATH: ClassVar = PAGE
    sort: Literal["name", "-name"] = "name"

    def listing(self, by: Actor) -> Listing[Any]:
        fetch = partial(queries.suppliers, by=by, q=self.q, archived=self.archived)
        return Listing.sorted_by(self.sort, queries.SUPPLIER_ORDERS, fetch)


def shown(
    request: Request,
    session: Session,
    asked: SuppliersQuery,
    *,
    by: Actor,
    edited_id: int | None = None,
    errors: Refusal | None = None,
) -> Response:
    """`errors` are of the supplier `edited_id`, or of a new one."""
    return page(
        request,
        "equipment/suppliers.html",
        by=by,
        status=status_of(errors),
        v=errors.typed if errors is not None else {},
        edited_id=edited_id,
        errors=errors or {},
        may_add=by.has(Permission.PLAN),
        may_change=by.has(Permission.PLAN) and by.site_ids is None,
        **asked.shown(session, asked.listing(by)),
    )


@routes.get("/suppliers")
def suppliers_page(
    request: Request, asked: Annotated[SuppliersQuery, Query()], session: Session, by: CurrentActor
) -> Response:
    return shown(request, session, asked, by=by)


@routes.post("/suppliers")
def create_supplier(request: Request, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        supplier = actions.add_supplier(session, parse(SupplierInput, form), by=by, now=now)
    except InvalidInput as error:
        return shown(request, session, SuppliersQuery(), by=by, errors=wrong(error, values_of(form)))
    return see_other(PAGE, message=N_("%(name)s is added."), name=supplier.name)


@routes.post("/suppliers/{supplier_id:int}")
def edit_supplier(
    request: Request, supplier_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    try:
        data, version = parse_edit(SupplierInput, form)
        actions.edit_supplier(session, supplier_id, data.model_dump(), version=version, by=by, now=now)
    except REFUSED as error:
        session.rollback()
        supplier = queries.get_supplier(session, supplier_id, by=by)
        saved = {name: getattr(supplier, name) for name in (*SupplierInput.model_fields, "version")}
        errors = refused(error, dict(form), saved, SupplierInput.model_fields, PAGE)
        return shown(request, session, SuppliersQuery(), by=by, edited_id=supplier_id, errors=errors)
    return see_other(PAGE, message=N_("Saved."))


@routes.post("/suppliers/{supplier_id:int}/archive")
def archive_supplier(supplier_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_supplier(session, supplier_id, by=by, now=now)
    return see_other(PAGE, message=N_("Archived."))


@routes.post("/suppliers/{supplier_id:int}/restore")
def restore_supplier(supplier_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_supplier(session, supplier_id, is_archived=False, by=by, now=now)
    return see_other(PAGE, message=N_("Restored."))
