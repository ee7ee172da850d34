"""Meters of a piece: what they show, taking a reading on a phone, correcting one, exchanging a counter."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, BeforeValidator, Field
from sqlalchemy.orm import Session

from app.core.errors import AppError, Conflict, InvalidInput, TooLarge
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.enrolment.actions import readings as engine
from app.equipment import queries as equipment
from app.equipment.models import Equipment
from app.http import CurrentActor, Now, RondeRoute, cursor_after, page_of, slow
from app.http.asking import house_of
from app.meters import queries
from app.meters.models import Meter
from app.meters.rules.values import Kind, unscaled
from app.meters.schemas import CorrectionInput, MeterInput, MeterView, OneReadingInput, ReplacementInput
from app.operations.actions.import_readings import import_readings
from app.people.schemas import Name
from app.web.curves import Point, Spark, curves, spark
from app.web.equipment_import import uploaded
from app.web.forms import Form, messages, parse, parse_edit, told, trouble
from app.web.pages import page, see_other
from app.web.stale import REFUSED, Refusal, refused, status_of, wrong

router = APIRouter(route_class=RondeRoute)
ON_A_PAGE = 15
ON_A_CURVE = 200
ON_A_SPARK = 60
DRAWN = 8


def words_of(said: Any) -> Any:
    """People list the words of a state with commas, or one a line."""
    return (
        [word.strip() for word in said.replace("\n", ",").split(",") if word.strip()] if isinstance(said, str) else said
    )


class MeterForm(MeterInput):
    states: Annotated[list[Name], BeforeValidator(words_of)] = Field([], max_length=20)


class CorrectionForm(CorrectionInput):
    is_withdrawn: bool = False


class ReadingsPage(BaseModel):
    superseded: bool = False
    cursor: Annotated[str | None, Field(max_length=2000)] = None


@router.get("/equipment/{equipment_id}/meters/new")
def new_meter(request: Request, equipment_id: int, session: Session, by: CurrentActor) -> Response:
    piece = equipment.get_equipment(session, equipment_id, by=by)
    require(by, Permission.PLAN, site_id=piece.site_id)
    return meter_form(request, session, equipment_id, by=by, values={"kind": "counter"})


@router.post("/equipment/{equipment_id}/meters/new")
def create_meter(
    request: Request, equipment_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    require(by, Permission.PLAN)
    try:
        data = parse(MeterForm, form, equipment_id=equipment_id)
        meter = engine.create_meter(session, data, by=by, now=now)
    except InvalidInput as error:
        return meter_form(request, session, equipment_id, by=by, values=dict(form), errors=wrong(error, form))
    return see_other(f"/meters/{meter.id}", message=N_("%(name)s is added."), name=meter.name)


@router.get("/meters/{meter_id}/edit")
def edit_meter_page(request: Request, meter_id: int, session: Session, by: CurrentActor) -> Response:
    meter = queries.get_meter(session, meter_id, by=by)
    require(by, Permission.PLAN, site_id=meter.equipment.site_id)
    return meter_form(request, session, meter.equipment_id, by=by, values=saved(meter), meter=meter)


def saved(meter: Meter) -> dict[str, Any]:
    view = queries.meter_view(meter)
    values = {name: getattr(view, name) for name in (*MeterInput.model_fields, "version")}
    return values | {"states": ", ".join(meter.states)}


@router.post("/meters/{meter_id}/edit")
def edit_meter(request: Request, meter_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    meter = queries.get_meter(session, meter_id, by=by)
    require(by, Permission.PLAN, site_id=meter.equipment.site_id)
    try:
        data, version = parse_edit(MeterForm, form)
        engine.edit_meter(session, meter_id, data, version=version, by=by, now=now)
    except REFUSED as error:
        errors = refused(error, dict(form), saved(meter), MeterInput.model_fields, f"/meters/{meter_id}/edit")
        return meter_form(request, session, meter.equipment_id, by=by, values=errors.typed, meter=meter, errors=errors)
    return see_other(f"/meters/{meter_id}", message=N_("Saved."))


def meter_form(
    request: Request,
    session: Session,
    equipment_id: int,
    *,
    by: Actor,
    values: Any,
    meter: Meter | None = None,
    errors: Refusal | None = None,
) -> Response:
    return page(
        request,
        "meters/edit.html",
        by=by,
        status=status_of(errors),
        piece=equipment.get_equipment(session, equipment_id, by=by),
        meter=meter,
        values=values,
        errors=errors or {},
    )


@router.get("/meters/{meter_id}")
def show_meter(
    request: Request,
    meter_id: int,
    query: Annotated[ReadingsPage, Query()],
    session: Session,
    by: CurrentActor,
    now: Now,
) -> Response:
    return meter_page(request, session, meter_id, query, by=by, now=now)


def meter_page(
    request: Request,
    session: Session,
    meter_id: int,
    query: ReadingsPage | None = None,
    *,
    by: Actor,
    now: datetime,
    said: Any = None,
    error: AppError | None = None,
    form: str = "",
) -> Response:
    """With the form that was refused, where one was: `form` is `reading` or `replace`."""
    query = query or ReadingsPage()
    meter = queries.get_meter(session, meter_id, by=by)
    after = cursor_after(query.cursor)
    rows = queries.readings(session, meter_id, superseded=query.superseded, limit=ON_A_PAGE, after=after)
    shown = page_of(rows, ON_A_PAGE, lambda row: (row.read_at, row.id))
    return page(
        request,
        "meters/show.html",
        by=by,
        status=error.status if error else 200,
        meter=meter,
        view=queries.meter_view(meter, queries.use_of(session, meter)),
        readings=[queries.reading_view(row, meter) for row in shown.items],
        curves=curve_of(session, meter),
        asked=query,
        next_cursor=shown.next_cursor,
        is_overdue=meter.overdue_at is not None and meter.overdue_at <= now,
        said=said or {},
        errors={form: messages(error)} if error else {},
        may_edit=by.has(Permission.PLAN),
        may_read=by.has(Permission.WORK) and meter.archived_at is None,
    )


def curve_of(session: Session, meter: Meter) -> list[Any]:
    return curves(points_of(session, meter, ON_A_CURVE))


def points_of(session: Session, meter: Meter, most: int) -> list[Point]:
    """A counter's lifetime total, else the values; a state's words have no height."""
    if meter.kind == Kind.STATE:
        return []
    rows = queries.readings(session, meter.id, limit=most)[:most]
    shown = [(row.read_at, row.value if row.total is None else row.total) for row in rows[::-1]]
    return [(at, unscaled(value, meter.decimals)) for at, value in shown]


def meters_on(session: Session, piece: Equipment, *, by: Actor) -> list[tuple[MeterView, Spark | None]]:
    """The meters of a piece, each with its course; of many, the first ones. Of a retired piece those it had."""
    found = queries.meters(session, by=by, equipment_id=piece.id, archived=piece.status == "retired")
    drawn = {meter.id: spark(points_of(session, meter, ON_A_SPARK)) for meter in found[:DRAWN]}
    return [(queries.meter_view(meter), drawn.get(meter.id)) for meter in found]


@router.post("/meters/{meter_id}/readings")
def take_reading(request: Request, meter_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        data = parse(OneReadingInput, form)
        engine.record_reading(session, meter_id, data, source="person", by=by, now=now)
    except InvalidInput as error:
        return meter_page(request, session, meter_id, by=by, now=now, said=dict(form), error=error, form="reading")
    return see_other(f"/meters/{meter_id}", message=N_("The reading is recorded."))


@router.post("/meters/{meter_id}/replace")
def replace_meter(
    request: Request, meter_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    try:
        engine.replace_meter(session, meter_id, parse(ReplacementInput, form), source="person", by=by, now=now)
    except InvalidInput as error:
        return meter_page(request, session, meter_id, by=by, now=now, said=dict(form), error=error, form="replace")
    return see_other(f"/meters/{meter_id}", message=N_("The counter is replaced; its total runs on."))


@router.post("/meters/{meter_id}/archive")
def archive_meter(meter_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    is_archived = form.get("is_archived") != "0"
    engine.archive_meter(session, meter_id, is_archived=is_archived, by=by, now=now)
    said = N_("The meter is archived: nobody reads it any more.") if is_archived else N_("The meter is back.")
    return see_other(f"/meters/{meter_id}", message=said)


@router.get("/readings/{reading_id}/correct")
def correction_page(request: Request, reading_id: int, session: Session, by: CurrentActor) -> Response:
    require(by, Permission.WORK)
    return correction_form(request, session, reading_id, by=by)


@router.post("/readings/{reading_id}/correct")
def correct_reading(
    request: Request, reading_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    """Withdrawn where the box says that it was no reading of this meter."""
    require(by, Permission.WORK)
    meter = queries.get_reading(session, reading_id, by=by)[1]
    try:
        said = parse(CorrectionForm, form)
        if said.value is None and not said.is_withdrawn:
            raise InvalidInput.at("value", "required", N_("This is needed."))
        data = CorrectionInput(value=None if said.is_withdrawn else said.value, reason=said.reason)
        engine.correct_reading(session, reading_id, data, by=by, now=now)
    except (InvalidInput, Conflict) as error:
        return correction_form(request, session, reading_id, by=by, said=dict(form), error=error)
    return see_other(f"/meters/{meter.id}", message=N_("Corrected. The old reading stays, marked."))


def correction_form(
    request: Request, session: Session, reading_id: int, *, by: Actor, said: Any = None, error: AppError | None = None
) -> Response:
    reading, meter = queries.get_reading(session, reading_id, by=by)
    view = queries.reading_view(reading, meter)
    return page(
        request,
        "meters/correct.html",
        by=by,
        status=error.status if error else 200,
        meter=meter,
        reading=view,
        said=said or {"value": view.value},
        errors=messages(error) if error else {},
        trouble=trouble(error),
    )


@router.get("/readings/import")
def import_page(request: Request, by: CurrentActor) -> Response:
    require(by, Permission.WORK)
    return page(request, "meters/import.html", by=by, report=None, trouble=None)


@router.post("/readings/import")
@slow
def import_readings_file(request: Request, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    """Read at once: the same file twice changes nothing."""
    require(by, Permission.WORK)
    try:
        data = uploaded(form, house_of(request).settings.max_upload_mib << 20)[1]
        report = import_readings(session, data, by=by, now=now)
    except (InvalidInput, TooLarge) as error:
        return page(request, "meters/import.html", by=by, status=error.status, report=None, trouble=told(error))
    return page(request, "meters/import.html", by=by, report=report, trouble=None)
