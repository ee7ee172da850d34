"""A piece goes to another site, and what was asked about it goes along, to be seen by who helps there."""

from datetime import datetime

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.equipment.models import Equipment
from app.journal.actions import edit_row
from app.requests.actions.asking import ENTITY
from app.requests.models import WorkRequest
from app.requests.queries.lists import IS_NEW
from app.workorders.models import WorkOrder

BATCH = 200


def follow_moved_pieces(session: Session, *, now: datetime) -> int:
    """What waits for an answer, or for work that is not done; answers how many there were."""
    moved = (
        select(WorkRequest.id, Equipment.site_id)
        .join(Equipment, Equipment.id == WorkRequest.equipment_id)
        .where(Equipment.site_id != WorkRequest.site_id)
    )
    accepted = moved.join(WorkOrder, WorkOrder.id == WorkRequest.order_id).where(WorkOrder.is_open)
    rows = session.execute(union_all(moved.where(IS_NEW), accepted).limit(BATCH)).all()
    for row in rows:
        request, values = session.get_one(WorkRequest, row.id), {"site_id": row.site_id}
        edit_row(session, request, values, entity=ENTITY, by=Actor.system(), now=now, site_id=row.site_id)
    return len(rows)
