"""When a piece did not serve."""

from fastapi import APIRouter
from sqlalchemy.orm import Session

from app.equipment.queries import downtimes_of
from app.equipment.schemas import DowntimeView
from app.http import CurrentActor, RondeRoute

router = APIRouter(route_class=RondeRoute, prefix="/equipment", tags=["equipment"])


@router.get("/{equipment_id}/downtimes")
def list_equipment_downtimes(equipment_id: int, session: Session, by: CurrentActor) -> list[DowntimeView]:
    """The newest first, the last 200: told in a report, or derived from the record; one without an end goes on."""
    return [DowntimeView.model_validate(row) for row in downtimes_of(session, equipment_id, by=by)]
