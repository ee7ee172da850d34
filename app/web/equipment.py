"""The registry: the list, a piece with its past and future, its label."""

from functools import partial
from io import BytesIO
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.changes.actions.pieces import archive_equipment as archive
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment import queries
from app.equipment.rules.columns import FIELDS
from app.equipment.rules.registry import Status
from app.http import CurrentActor, Listing, Now, RondeRoute, slow
from app.http.asking import house_of
from app.http.downloads import FileKind, table_file
from app.operations.actions.exports import equipment_rows
from app.people import queries as people
from app.people.schemas import Id
from app.places.queries import sites as places
from app.web import equipment_catalogue, equipment_form, equipment_import, equipment_life, failure_codes, suppliers
from app.web.equipment_shown import piece_shown
from app.web.forms import Form
from app.web.lists import ListQuery
from app.web.pages import page, see_other

router = APIRouter(route_class=RondeRoute)
# Before /equipment/{equipment_id}, which would take "new" for a number.
for each in (equipment_form, equipment_import, equipment_catalogue, equipment_life, suppliers, failure_codes):
    router.routes.extend(each.routes.routes)


class EquipmentQuery(ListQuery):
    PATH: ClassVar = "/equipment"
    status: Status | None = None
    category_id: Id | None = None
    model_id: Id | None = None
    site_id: Id | None = None
    location_id: Id | None = None
    person_id: Id | None = None
    sort: queries.Sort = "tag"

    def wanted(self) -> queries.EquipmentFilter:
        asked = self.model_dump(exclude={"archived", "cursor", "sort"})
        return queries.EquipmentFilter(**asked, is_archived=self.archived)


Asked = Annotated[EquipmentQuery, Query()]


@router.get("/equipment/export.{kind}")
@slow
def export_equipment(request: Request, kind: FileKind, asked: Asked, by: CurrentActor) -> Response:
    """The pieces of the list by tag; the CSV goes back in unchanged."""
    require(by, Permission.READ)
    return table_file(request, "equipment", kind, FIELDS, partial(equipment_rows, wanted=asked.wanted(), by=by))


@router.get("/equipment")
def equipment_page(request: Request, asked: Asked, session: Session, by: CurrentActor) -> Response:
    fetch = partial(queries.equipment_rows, wanted=asked.wanted(), by=by, sort=asked.sort)
    shown = asked.shown(session, Listing(fetch, lambda row: queries.place_of(row, asked.sort)))
    return page(
        request,
        "equipment/index.html",
        by=by,
        narrowed=narrowed(session, asked, by=by),
        categories=queries.category_choices(session, by=by),
        sites=places.site_choices(session, by=by),
        may_edit=by.has(Permission.PLAN),
        **shown,
    )


def narrowed(session: Session, query: EquipmentQuery, *, by: Actor) -> list[tuple[str, str]]:
    """Filters that have no field of their own on the page: what each is called, and the list without it."""
    found = []
    if query.model_id is not None:
        model = queries.get_model(session, query.model_id, by=by)
        found.append((f"{model.manufacturer} {model.reference}".strip(), query.address(model_id=None)))
    if query.location_id is not None:
        place = places.get_location(session, query.location_id, by=by)
        found.append((place.path, query.address(location_id=None)))
    if query.person_id is not None:
        found.append((people.get_person(session, query.person_id, by=by).name, query.address(person_id=None)))
    return found


@router.get("/equipment/{equipment_id}")
def show_equipment(request: Request, equipment_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    piece = queries.get_equipment(session, equipment_id, by=by)
    return page(request, "equipment/show.html", by=by, **piece_shown(session, piece, by=by, now=now))


@router.get("/equipment/{equipment_id}/label.svg")
def label(request: Request, equipment_id: int, session: Session, by: CurrentActor) -> Response:
    """A QR code that leads to `/e/…` of this installation; error correction Q survives a scratched label."""
    import segno

    piece = queries.get_equipment(session, equipment_id, by=by)
    base = house_of(request).settings.public_url or str(request.base_url)
    code = segno.make_qr(f"{base.rstrip('/')}/e/{piece.qr_token}", error="q")
    drawn = BytesIO()
    code.save(drawn, kind="svg", xmldecl=False, border=4, light="#fff", omitsize=True, title=piece.tag)
    return Response(drawn.getvalue(), media_type="image/svg+xml", headers={"cache-control": "private, no-store"})


@router.post("/equipment/{equipment_id}/archive")
def archive_equipment(equipment_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    is_archived = form.get("is_archived") != "0"
    archive(session, equipment_id, is_archived=is_archived, by=by, now=now)
    said = N_("The piece is archived: lists and plans leave it out.") if is_archived else N_("The piece is back.")
    return see_other(f"/equipment/{equipment_id}", message=said)
