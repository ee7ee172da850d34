"""Who held a place before, what was lent, what became of the old one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.changes.models import Disposal, Loan
from app.changes.schemas import ChainLink, ChainView, DisposalView
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.security import Actor
from app.equipment.models import Equipment
from app.equipment.queries import get_equipment
from app.journal.models import File

LINKS = 50


def chain(session: Session, equipment_id: int, *, by: Actor) -> ChainView:
    """Two histories of a piece: of the place that it holds or held, and of the thing with this serial number."""
    piece = get_equipment(session, equipment_id, by=by)
    position = [*_before(session, piece.id), piece, *_after(session, piece)]
    same: Sequence[Equipment] = []
    if piece.serial:
        bearing = select(Equipment).where(Equipment.serial == piece.serial, Equipment.id != piece.id)
        same = session.scalars(bearing.order_by(Equipment.id).limit(LINKS)).all()
    seen = [each for each in position if by.sees_site(each.site_id)]
    return ChainView(
        position=[ChainLink.model_validate(each) for each in seen],
        serial=[ChainLink.model_validate(each) for each in same if by.sees_site(each.site_id)],
    )


def _before(session: Session, equipment_id: int) -> list[Equipment]:
    """The oldest first: a piece may have taken the place of several."""
    found: dict[int, Equipment] = {}
    asked = [equipment_id]
    while asked and len(found) < LINKS:
        rows = session.scalars(select(Equipment).where(Equipment.replaced_by_id.in_(asked)).limit(LINKS)).all()
        asked = [row.id for row in rows if row.id not in found]
        found |= {row.id: row for row in rows}
    return sorted(found.values(), key=lambda row: (row.retired_on or row.created_at.date(), row.id))


def _after(session: Session, piece: Equipment) -> list[Equipment]:
    found: list[Equipment] = []
    here: Equipment | None = piece
    while here is not None and here.replaced_by_id is not None and len(found) < LINKS:
        here = session.get(Equipment, here.replaced_by_id)
        if here is None or here in found or here is piece:
            break
        found.append(here)
    return found


def loans_of(session: Session, equipment_id: int, *, by: Actor, limit: int = 50) -> Sequence[Loan]:
    """Of a piece, lent or stood in for; the newest first."""
    get_equipment(session, equipment_id, by=by)
    concerned = (Loan.equipment_id == equipment_id) | (Loan.for_equipment_id == equipment_id)
    statement = select(Loan).where(concerned).options(joinedload(Loan.equipment), joinedload(Loan.for_equipment))
    return session.scalars(statement.order_by(Loan.id.desc()).limit(limit)).all()


def stand_ins(session: Session, category_id: int, *, by: Actor, limit: int = 50) -> Sequence[Any]:
    """Pieces in stock that could stand in: of the same category, by tag."""
    statement = select(Equipment.id, Equipment.tag, Equipment.name).where(
        Equipment.category_id == category_id, Equipment.status == "in_stock", Equipment.archived_at.is_(None)
    )
    if by.site_ids is not None:
        statement = statement.where(Equipment.site_id.in_(by.site_ids))
    return session.execute(statement.order_by(Equipment.tag).limit(limit)).all()


def get_disposal(session: Session, equipment_id: int, *, by: Actor) -> Disposal:
    found = find_disposal(session, equipment_id, by=by)
    if found is None:
        raise NotFound("not_found", N_("Nobody has said what became of this piece."))
    return found


def find_disposal(session: Session, equipment_id: int, *, by: Actor) -> Disposal | None:
    get_equipment(session, equipment_id, by=by)
    statement = select(Disposal).where(Disposal.equipment_id == equipment_id).options(joinedload(Disposal.file))
    return session.scalar(statement.execution_options(populate_existing=True))


def disposal_view(disposal: Disposal) -> DisposalView:
    view = DisposalView.model_validate(disposal)
    return view.model_copy(update={"certificate": disposal.file.name if disposal.file else None})


def get_certificate(session: Session, equipment_id: int, *, by: Actor) -> File:
    """By way of the piece: the file's own id opens nothing."""
    disposal = get_disposal(session, equipment_id, by=by)
    if disposal.file is None:
        raise NotFound("not_found", N_("This file does not exist."))
    return disposal.file
