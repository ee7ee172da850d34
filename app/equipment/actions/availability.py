"""A piece serves or does not: its status follows the work on it, its downtimes follow the reports."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.core.security import Actor, Permission, require
from app.equipment.actions.tags import scope_may_change
from app.equipment.models import Downtime, Equipment
from app.journal import actions as journal


def lock_piece(session: Session, equipment_id: int) -> Equipment:
    statement = select(Equipment).where(Equipment.id == equipment_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def set_status(session: Session, piece: Equipment, status: str, *, by: Actor, now: datetime) -> None:
    """By work, not by hand: whoever may work may do it. Plans follow with the next tick (S41)."""
    require(by, Permission.WORK, site_id=piece.site_id)
    values = {"status": status}
    if journal.edit_row(session, piece, values, entity="equipment", by=by, now=now, site_id=piece.site_id):
        piece.updated_at = now
        scope_may_change(session, [piece.id], now=now)


def open_downtime(session: Session, equipment_id: int) -> Downtime | None:
    """A failure that is not over."""
    statement = select(Downtime).where(Downtime.equipment_id == equipment_id, Downtime.until_at.is_(None))
    return session.scalars(statement.order_by(Downtime.from_at).limit(1)).first()


def forget_downtimes(session: Session, order_id: int) -> None:
    """Before an order is reported anew: what its former report began goes, what it ended is open again."""
    session.execute(delete(Downtime).where(Downtime.order_id == order_id))
    ended = update(Downtime).where(Downtime.restored_by_order_id == order_id)
    session.execute(ended.values(until_at=None, restored_by_order_id=None))


def end_downtimes(session: Session, equipment_id: int, until: datetime, *, order_id: int | None) -> None:
    """A failure is over; one that would end before it began lasts no time."""
    rows = session.scalars(
        select(Downtime).where(Downtime.equipment_id == equipment_id, Downtime.until_at.is_(None)).with_for_update()
    ).all()
    for row in rows:
        row.until_at, row.restored_by_order_id = max(until, row.from_at), order_id
    session.flush()
