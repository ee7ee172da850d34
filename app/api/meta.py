"""What a program may want to know about Ronde itself."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.core.i18n import LANGUAGES
from app.http import CurrentActor, Now, RondeRoute, slow
from app.http.asking import house_of
from app.operations.queries.health import Health, health
from app.places.queries import find_organisation
from app.places.schemas import OrganisationView
from app.workorders.rules.states import transitions_table

router = APIRouter(route_class=RondeRoute, prefix="/meta", tags=["meta"])


class TransitionView(BaseModel):
    name: str
    sources: Annotated[list[str], Field(alias="from")]
    to: str
    permission: str
    needs_reason: bool


@router.get("/work-order-transitions")
def list_work_order_transitions(by: CurrentActor) -> list[TransitionView]:
    """The one table of a work order's life."""
    return [TransitionView.model_validate(row) for row in transitions_table()]


class MetaView(BaseModel):
    """What Ronde is, and whose."""

    name: str = "Ronde"
    api_version: int = 1
    languages: list[str] = list(LANGUAGES)
    organisation: OrganisationView | None


@router.get("")
def get_meta(session: Session, by: CurrentActor) -> MetaView:
    organisation = find_organisation(session)
    return MetaView(organisation=OrganisationView.model_validate(organisation) if organisation else None)


@router.get("/health")
@slow
def get_health(request: Request, session: Session, by: CurrentActor, now: Now) -> Health:
    """What the health page shows; for managers."""
    return health(session, settings=house_of(request).settings, by=by, now=now)
