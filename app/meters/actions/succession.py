"""S42: another piece takes the place of one; what is read on it is read anew, from its own zero."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.journal import actions as journal
from app.meters.actions.meters import archive_meter, missing_from
from app.meters.models import Meter

LIKE = ("name", "kind", "unit", "decimals", "roll_over_at", "least", "most", "states", "max_age_hours")


def restart_meters(
    session: Session, equipment_id: int, successor_id: int, *, site_id: int, by: Actor, now: datetime
) -> None:
    """The old ones are archived with their readings; one of that name that the successor has goes on as it is."""
    own = set(session.scalars(select(Meter.name).where(Meter.equipment_id == successor_id)))
    live = select(Meter).where(Meter.equipment_id == equipment_id, Meter.archived_at.is_(None))
    for meter in session.scalars(live.order_by(Meter.id)).all():
        if meter.name not in own:
            values = {name: getattr(meter, name) for name in LIKE}
            fresh = Meter(**values, equipment_id=successor_id, lifetime_offset=0, created_at=now)
            fresh.overdue_at = missing_from(fresh)
            session.add(fresh)
            session.flush()
            changes = {"name": [None, fresh.name]}
            journal.record_change(session, "created", "meter", fresh.id, changes, by=by, now=now, site_id=site_id)
        archive_meter(session, meter.id, by=by, now=now)
