"""When a piece did not serve (EN 13306)."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.equipment.models import Downtime
from app.equipment.queries.registry import get_equipment

SHOWN = 200


def downtimes_of(session: Session, equipment_id: int, *, by: Actor) -> Sequence[Downtime]:
    """The newest first."""
    get_equipment(session, equipment_id, by=by)
    found = select(Downtime).where(Downtime.equipment_id == equipment_id)
    return session.scalars(found.order_by(Downtime.from_at.desc(), Downtime.id.desc()).limit(SHOWN)).all()
