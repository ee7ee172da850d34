"""Suppliers: who answers for a warranty, and does outside work."""

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.equipment import actions, queries
from app.equipment.schemas import SupplierInput, SupplierPatch, SupplierView
from app.http import CurrentActor, IfMatch, ListFilter, Listing, Now, Page, PageQuery, RondeRoute

router = APIRouter(route_class=RondeRoute, prefix="/suppliers", tags=["suppliers"])


class SupplierQuery(PageQuery, ListFilter):
    q: Annotated[str | None, Field(max_length=200, description="Words of the name or the address.")] = None
    archived: Annotated[bool, Field(description="Archived ones too.")] = False
    sort: Literal["name", "-name"] = "name"

    def listing(self, by: Actor) -> Listing[Any]:
        fetch = partial(queries.suppliers, by=by, q=self.q, archived=self.archived)
        return Listing.sorted_by(self.sort, queries.SUPPLIER_ORDERS, fetch)


@router.get("")
def list_suppliers(query: Annotated[SupplierQuery, Query()], session: Session, by: CurrentActor) -> Page[SupplierView]:
    page = query.listing(by).page(session, limit=query.limit, cursor=query.cursor)
    return Page(items=[SupplierView.model_validate(row) for row in page.items], next_cursor=page.next_cursor)


@router.post("", status_code=201)
def create_supplier(data: SupplierInput, session: Session, by: CurrentActor, now: Now) -> SupplierView:
    return SupplierView.model_validate(actions.add_supplier(session, data, by=by, now=now))


@router.get("/{supplier_id}")
def get_supplier(supplier_id: int, session: Session, by: CurrentActor) -> SupplierView:
    return SupplierView.model_validate(queries.get_supplier(session, supplier_id, by=by))


@router.patch("/{supplier_id}")
def edit_supplier(
    supplier_id: int, data: SupplierPatch, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> SupplierView:
    values = data.model_dump(exclude_unset=True)
    return SupplierView.model_validate(
        actions.edit_supplier(session, supplier_id, values, version=version, by=by, now=now)
    )


@router.post("/{supplier_id}/archive")
def archive_supplier(supplier_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch) -> SupplierView:
    """Hidden from pickers; pieces keep it."""
    return SupplierView.model_validate(actions.archive_supplier(session, supplier_id, version=version, by=by, now=now))


@router.post("/{supplier_id}/restore")
def restore_supplier(supplier_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch) -> SupplierView:
    return SupplierView.model_validate(
        actions.archive_supplier(session, supplier_id, is_archived=False, version=version, by=by, now=now)
    )
