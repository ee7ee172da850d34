"""Parts of the report's form that a page asks for while it is filled in, and what only a form says."""

from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, BeforeValidator
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile

from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment.queries import codes_for, warranty_of
from app.equipment.schemas import FailureCodeText
from app.http import CurrentActor, RondeRoute
from app.people.schemas import Id
from app.web.pages import page
from app.workorders import queries

router = APIRouter(route_class=RondeRoute, prefix="/work-orders")
INSTANTS = ("down_from", "down_until", "since_at")

Chosen = Annotated[FailureCodeText | None, BeforeValidator(lambda said: said or None)]


class CodesQuery(BaseModel):
    equipment_id: Annotated[Id | None, BeforeValidator(lambda said: said or None)] = None
    failure_mode: Chosen = None
    failure_mechanism: Chosen = None
    failure_cause: Chosen = None


@router.get("/failure-codes")
def failure_codes(
    request: Request, query: Annotated[CodesQuery, Query()], session: Session, by: CurrentActor
) -> Response:
    """The three lists anew, after a choice in one of them."""
    require(by, Permission.READ)
    if query.equipment_id is not None and queries.find_piece(session, query.equipment_id, by=by) is None:
        raise NotFound("not_found", N_("This equipment does not exist, or you have no access to it."))
    return page(
        request,
        "workorders/_report_codes.html",
        by=by,
        is_fragment=True,
        codes=codes_for(session, query.equipment_id),
        said=query.model_dump(),
        url=codes_url(query.equipment_id),
    )


def report_parts(session: Session, equipment_id: int | None, day: date) -> dict[str, Any]:
    """What the form needs to know of the item: its failure codes, and whether its warranty runs."""
    return {
        "codes": codes_for(session, equipment_id),
        "codes_url": codes_url(equipment_id),
        "warranty": warranty_of(session, equipment_id, day),
    }


def codes_url(equipment_id: int | None) -> str:
    return f"/work-orders/failure-codes?equipment_id={equipment_id or ''}"


def said_in_report(session: Session, order_id: int, form: FormData, *, by: Actor) -> FormData:
    if not any(form.get(name) for name in INSTANTS):
        return form
    return with_instants(form, queries.get_order(session, order_id, by=by).site.time_zone)


def with_instants(form: FormData, time_zone: str) -> FormData:
    """Times are written as they are read on the wall of the site."""
    zone = ZoneInfo(time_zone)
    return FormData([(name, at_site(value, zone) if name in INSTANTS else value) for name, value in form.multi_items()])


def at_site(said: UploadFile | str, zone: ZoneInfo) -> UploadFile | str:
    """What is no moment stays as it is, to be refused as such."""
    try:
        moment = datetime.fromisoformat(str(said))
    except ValueError:
        return said
    return moment.replace(tzinfo=moment.tzinfo or zone).isoformat()
