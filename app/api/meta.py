"""What a program may want to know about Ronde itself."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.http import CurrentActor, RondeRoute
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
