"""A piece is registered or edited by hand: one form for both."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BeforeValidator
from sqlalchemy.orm import Session

from app.changes.actions import commissioning, pieces
from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment import queries
from app.equipment.models import Equipment, EquipmentModel
from app.equipment.rules.importing import Unreadable, minor_units
from app.equipment.rules.registry import Criticality, Status
from app.equipment.schemas import EquipmentInput
from app.http import CurrentActor, Now, RondeRoute
from app.people import queries as people
from app.people.schemas import Line
from app.places import queries as houses
from app.places.queries import calendars
from app.places.queries import sites as places
from app.web.forms import Form, messages, offered, parse, parse_edit
from app.web.pages import page, see_other
from app.web.stale import REFUSED, refused, status_of

routes = APIRouter(route_class=RondeRoute, prefix="/equipment")
CHOICES = 1000

FIELD_WORDS = {
    "tag": N_("Tag"),
    "name": N_("Name"),
    "serial": N_("Serial number"),
    "external_id": N_("External number"),
    "category_id": N_("Category"),
    "category": N_("Category"),
    "manufacturer": N_("Manufacturer"),
    "model_id": N_("Model"),
    "model": N_("Model"),
    "customer": N_("Customer"),
    "site_id": N_("Site"),
    "site": N_("Site"),
    "location_id": N_("Place"),
    "location": N_("Place"),
    "rack": N_("Rack"),
    "calendar_id": N_("Calendar"),
    "parent_id": N_("Part of"),
    "criticality": N_("Criticality"),
    "status": N_("Status"),
    "commissioned_on": N_("In service since"),
    "warranty_until": N_("Warranty until"),
    "supplier_id": N_("Supplier"),
    "purchase_cost_minor": N_("Purchase cost"),
    "purchase_cost": N_("Purchase cost"),
    "currency": N_("Currency"),
    "person_id": N_("Used by"),
    "person": N_("Used by"),
    "notes": N_("Notes"),
    "remote_host": N_("Remote host"),
    "remote_url": N_("Remote link"),
    "retired_on": N_("Retired on"),
    "retired_note": N_("Why it was retired"),
    "on_loan": N_("Stands in meanwhile"),
    "on_loan_for_id": N_("On loan"),
    "disposal": N_("Disposal"),
    "how": N_("Disposal"),
    "disposed_on": N_("Disposed of on"),
    "note": N_("Note"),
    "certificate": N_("Certificate"),
    "archived_at": N_("Archived"),
    "replaced_by_id": N_("Replaced by"),
}


def amount(text: Any) -> int:
    try:
        return minor_units(str(text))
    except Unreadable as error:
        raise InvalidInput(error.code, error.message, **error.params) from None


Amount = Annotated[int, BeforeValidator(amount)]


class PieceForm(EquipmentInput):
    """People write an amount, a name and a tag where the API takes numbers."""

    purchase_cost: Amount | None = None
    person: Line | None = None
    parent: Line | None = None


def input_of(session: Session, said: PieceForm, *, by: Actor, piece: Equipment | None = None) -> EquipmentInput:
    """What the form says; a person who is still named as before is still the same."""
    values = said.model_dump(exclude={"purchase_cost", "person", "parent"})
    values["purchase_cost_minor"] = said.purchase_cost
    organisation = houses.find_organisation(session)
    if said.purchase_cost is not None and organisation is not None:
        values["currency"] = said.currency or organisation.currency
    if said.person:
        is_same = piece is not None and piece.person is not None and piece.person.name == said.person
        values["person_id"] = piece.person_id if piece and is_same else person_named(session, said.person, by=by)
    if said.parent:
        values["parent_id"] = piece_tagged(session, said.parent, by=by)
    elif piece is not None and queries.find_parent(session, piece, by=by) is None:
        values["parent_id"] = piece.parent_id  # at a site that they do not see: it stays
    return EquipmentInput(**values)


def person_named(session: Session, name: str, *, by: Actor) -> int:
    found = people.persons_named(session, name, by=by)
    if len(found) > 1:
        raise InvalidInput.at("person", "ambiguous", N_("Several people are called that."))
    if not found:
        raise InvalidInput.at("person", "unknown_person", N_("Nobody of this name is known. Add them under People."))
    return found[0]


def piece_tagged(session: Session, tag: str, *, by: Actor, field: str = "parent") -> int:
    equipment_id = queries.find_equipment_id(session, tag=tag, by=by)
    if equipment_id is None:
        raise InvalidInput.at(field, "unknown_piece", N_("No piece bears this tag."))
    return equipment_id


def values_of(session: Session, piece: Equipment, *, by: Actor) -> dict[str, Any]:
    """A piece as the form shows it."""
    values = {name: getattr(piece, name) for name in (*EquipmentInput.model_fields, "version")}
    parent = queries.find_parent(session, piece, by=by)
    return values | {
        "purchase_cost": written(piece.purchase_cost_minor),
        "person": piece.person.name if piece.person else None,
        "parent": parent.tag if parent else None,
    }


def written(minor: int | None) -> str | None:
    """An amount as people type it: 184050 is 1840.50."""
    return None if minor is None else f"{minor // 100}.{minor % 100:02}".removesuffix(".00")


def form_page(
    request: Request,
    session: Session,
    *,
    by: Actor,
    values: dict[str, Any],
    piece: Equipment | None = None,
    errors: Mapping[str, Any] | None = None,
) -> Response:
    """The form with its choices; what a piece already has stays a choice even when it is archived."""
    organisation = houses.find_organisation(session)
    sites = {site.id: site.name for site in places.sites(session, by=by, limit=CHOICES)}
    categories = dict(queries.category_choices(session, by=by))
    models = {model.id: model_words(model) for model in queries.models(session, by=by, limit=CHOICES)}
    suppliers = dict(queries.supplier_choices(session, by=by))
    rooms = [(place.id, place.site_id, place.path) for place in places.locations(session, by=by, limit=CHOICES)]
    if piece is not None:
        categories.setdefault(piece.category_id, piece.category.name)
        if piece.model is not None:
            models.setdefault(piece.model.id, model_words(piece.model))
        if piece.supplier is not None:
            suppliers.setdefault(piece.supplier.id, piece.supplier.name)
        if piece.location is not None and piece.location.id not in [room[0] for room in rooms]:
            rooms.append((piece.location.id, piece.site_id, piece.location.path))
    every = calendars.calendars(session, by=by, archived=True, limit=CHOICES)
    return page(
        request,
        "equipment/edit.html",
        by=by,
        status=status_of(errors),
        piece=piece,
        values={name: values.get(name) for name in (*PieceForm.model_fields, "version")},
        errors=errors or {},
        categories=list(categories.items()),
        models=list(models.items()),
        sites=list(sites.items()),
        rooms=[(name, [(room[0], room[2]) for room in rooms if room[1] == site_id]) for site_id, name in sites.items()],
        calendars=offered(every, values.get("calendar_id")),
        suppliers=list(suppliers.items()),
        persons=[person.name for person in people.persons(session, by=by, limit=CHOICES)],
        currency=values.get("currency") or (organisation.currency if organisation else "EUR"),
    )


def model_words(model: EquipmentModel) -> str:
    return f"{model.manufacturer} {model.reference}".strip()


@routes.get("/new")
def new_equipment(request: Request, session: Session, by: CurrentActor, site_id: int | None = None) -> Response:
    require(by, Permission.PLAN)
    first = {"site_id": site_id, "status": Status.IN_SERVICE, "criticality": Criticality.B}
    return form_page(request, session, by=by, values=first)


@routes.post("/new")
def register_equipment(request: Request, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    require(by, Permission.PLAN)
    try:
        piece = commissioning.register_equipment(
            session, input_of(session, parse(PieceForm, form), by=by), by=by, now=now
        )
    except InvalidInput as error:
        return form_page(request, session, by=by, values=dict(form), errors=messages(error))
    return see_other(f"/equipment/{piece.id}", message=N_("%(tag)s is registered."), tag=piece.tag)


@routes.get("/{equipment_id}/edit")
def edit_equipment_page(request: Request, equipment_id: int, session: Session, by: CurrentActor) -> Response:
    piece = queries.get_equipment(session, equipment_id, by=by)
    require(by, Permission.PLAN, site_id=piece.site_id)
    return form_page(request, session, by=by, values=values_of(session, piece, by=by), piece=piece)


@routes.post("/{equipment_id}/edit")
def edit_equipment(
    request: Request, equipment_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    """Where somebody else was faster, the form comes back with what was typed, to be saved over theirs or left."""
    piece = queries.get_equipment(session, equipment_id, by=by)
    require(by, Permission.PLAN, site_id=piece.site_id)
    try:
        said, version = parse_edit(PieceForm, form)
        values = input_of(session, said, by=by, piece=piece).model_dump()
        pieces.edit_equipment(session, equipment_id, values, version=version, by=by, now=now)
    except REFUSED as error:
        saved, fields = values_of(session, piece, by=by), PieceForm.model_fields
        errors = refused(error, dict(form), saved, fields, f"/equipment/{equipment_id}/edit")
        return form_page(request, session, by=by, values=errors.typed, piece=piece, errors=errors)
    return see_other(f"/equipment/{equipment_id}", message=N_("Saved."))
