"""Spare parts: the list, one part with what came and went, receiving, counting."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, BeforeValidator, Field
from sqlalchemy.orm import Session

from app.core.errors import AppError, Conflict, InvalidInput
from app.core.i18n import N_, ngettext
from app.core.security import Actor, Permission
from app.http import CurrentActor, Listing, Now, RondeRoute, cursor_after, page_of, slow
from app.http.downloads import FileKind, list_file
from app.operations.rules import columns
from app.parts import actions, queries
from app.parts.schemas import CountInput, PartInput, PartView, ReceiptInput, Unit
from app.places import queries as houses
from app.places.rules import require_whole_house
from app.web.equipment_form import Amount, written
from app.web.forms import Form, messages, parse, parse_edit, trouble
from app.web.lists import ListQuery
from app.web.pages import page, see_other
from app.web.sites import may_plan_everywhere
from app.web.stale import REFUSED, refused, status_of

router = APIRouter(route_class=RondeRoute, prefix="/parts")
ON_A_PAGE = 20


class PartsQuery(ListQuery):
    PATH: ClassVar = "/parts"
    low: bool = False
    sort: queries.Sort = "name"

    def listing(self, by: Actor) -> Listing[PartView]:
        asked = {"by": by, "q": self.q, "low": self.low, "archived": self.archived}
        return Listing.sorted_by(self.sort, queries.ORDERS, queries.parts, **asked)


Asked = Annotated[PartsQuery, Query()]


def kept_unit(written: object) -> object:
    """The unit that every house begins with is kept in one word, whatever the language it is read and written in."""
    return "piece" if written in {ngettext("piece", "pieces", count) for count in (1, 2)} else written


class PartForm(PartInput):
    """People write an amount where the API takes minor units."""

    unit: Annotated[Unit, BeforeValidator(kept_unit)] = "piece"
    unit_cost: Amount | None = None

    def input(self) -> PartInput:
        return PartInput(**self.model_dump(exclude={"unit_cost"}) | {"unit_cost_minor": self.unit_cost})


class ReceiptForm(ReceiptInput):
    unit_cost: Amount | None = None

    def input(self) -> ReceiptInput:
        return ReceiptInput(**self.model_dump(exclude={"unit_cost"}) | {"unit_cost_minor": self.unit_cost})


class MovementsPage(BaseModel):
    cursor: Annotated[str | None, Field(max_length=2000)] = None


@router.get("")
def parts_page(request: Request, asked: Asked, session: Session, by: CurrentActor) -> Response:
    shown = asked.shown(session, asked.listing(by))
    return page(request, "parts/index.html", by=by, may_add=may_plan_everywhere(by), **shown)


@router.get("/export.{kind}")
@slow
def export_parts(request: Request, kind: FileKind, asked: Asked, session: Session, by: CurrentActor) -> Response:
    return list_file(request, session, "parts", kind, asked.listing(by), columns.PARTS, words={})


def part_form(
    request: Request,
    session: Session,
    *,
    by: Actor,
    part: PartView | None,
    values: Any,
    errors: Mapping[str, Any] | None = None,
) -> Response:
    require_whole_house(by, Permission.PLAN)
    organisation = houses.find_organisation(session)
    currency = part.currency if part else organisation.currency if organisation else "EUR"
    shown: dict[str, Any] = {"part": part, "errors": errors or {}, "currency": currency}
    shown["values"] = {name: values.get(name) for name in (*PartForm.model_fields, "version")}
    return page(request, "parts/edit.html", by=by, status=status_of(errors), **shown)


@router.get("/new")
def new_part(request: Request, session: Session, by: CurrentActor) -> Response:
    return part_form(request, session, by=by, part=None, values={})


@router.post("/new")
def create_part(request: Request, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        part = actions.create_part(session, parse(PartForm, form).input(), by=by, now=now)
    except InvalidInput as error:
        return part_form(request, session, by=by, part=None, values=dict(form), errors=messages(error))
    return see_other(f"/parts/{part.id}", message=N_("%(name)s is added. Say how many there are."), name=part.name)


@router.get("/{part_id:int}/edit")
def edit_part_page(request: Request, part_id: int, session: Session, by: CurrentActor) -> Response:
    part = queries.get_part(session, part_id, by=by)
    return part_form(request, session, by=by, part=part, values=saved(part))


def saved(part: PartView) -> dict[str, Any]:
    return part.model_dump() | {"unit_cost": written(part.unit_cost_minor)}


@router.post("/{part_id:int}/edit")
def edit_part(request: Request, part_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    before = queries.get_part(session, part_id, by=by)
    try:
        data, version = parse_edit(PartForm, form)
        kept = data.input().model_copy(update={"currency": before.currency})
        actions.edit_part(session, part_id, kept, version=version, by=by, now=now)
    except REFUSED as error:
        part = queries.get_part(session, part_id, by=by)
        errors = refused(error, dict(form), saved(part), PartForm.model_fields, f"/parts/{part_id}/edit")
        return part_form(request, session, by=by, part=part, values=errors.typed, errors=errors)
    return see_other(f"/parts/{part_id}", message=N_("Saved."))


@router.get("/{part_id:int}")
def show_part(
    request: Request, part_id: int, query: Annotated[MovementsPage, Query()], session: Session, by: CurrentActor
) -> Response:
    return part_page(request, session, part_id, by=by, cursor=query.cursor)


def part_page(
    request: Request,
    session: Session,
    part_id: int,
    *,
    by: Actor,
    cursor: str | None = None,
    said: Mapping[str, Any] | None = None,
    error: AppError | None = None,
    form: str = "",
) -> Response:
    """With the form that was refused, where one was: `form` is `receive` or `count`."""
    found = queries.movements(session, part_id, by=by, after=cursor_after(cursor), limit=ON_A_PAGE)
    shown = page_of(found, ON_A_PAGE, lambda row: (row.id,))
    return page(
        request,
        "parts/show.html",
        by=by,
        status=error.status if error else 200,
        part=queries.get_part(session, part_id, by=by),
        movements=shown.items,
        next_cursor=shown.next_cursor,
        is_first=cursor is None,
        said=said or {},
        errors={form: messages(error)} if error else {},
        trouble=trouble(error),
        may_edit=may_plan_everywhere(by),
        may_move=by.has(Permission.WORK),
    )


@router.post("/{part_id:int}/receive")
def receive_part(request: Request, part_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    return moved(
        request,
        session,
        part_id,
        "receive",
        form,
        lambda: actions.receive_part(session, part_id, parse(ReceiptForm, form).input(), by=by, now=now),
        by=by,
    )


@router.post("/{part_id:int}/count")
def count_part(request: Request, part_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    return moved(
        request,
        session,
        part_id,
        "count",
        form,
        lambda: actions.count_part(session, part_id, parse(CountInput, form), by=by, now=now),
        by=by,
    )


def moved(request: Request, session: Session, part_id: int, name: str, form: Any, act: Any, *, by: Actor) -> Response:
    try:
        movement = act()
    except (InvalidInput, Conflict) as error:
        session.rollback()
        return part_page(request, session, part_id, by=by, said=dict(form), error=error, form=name)
    return see_other(f"/parts/{part_id}", message=N_("Recorded: %(stock)s in stock."), stock=movement.stock)


@router.post("/{part_id:int}/archive")
def archive_part(part_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_part(session, part_id, by=by, now=now)
    return see_other("/parts", message=N_("Archived."))


@router.post("/{part_id:int}/restore")
def restore_part(part_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_part(session, part_id, is_archived=False, by=by, now=now)
    return see_other("/parts", message=N_("Restored."))
