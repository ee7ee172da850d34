"""A piece of the stock stands in for one that is in repair, and goes back when that serves again. Plans stay."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.changes.actions.pieces import refuse_gone
from app.changes.models import Loan
from app.changes.schemas import LoanInput
from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment.actions import scope_may_change
from app.equipment.actions.availability import lock_piece
from app.equipment.models import Equipment
from app.equipment.queries import get_equipment
from app.equipment.rules.registry import Status
from app.journal.actions import edit_row, record_change
from app.workorders.models import WorkOrder

TAKEN = ("site_id", "location_id", "rack", "person_id")


def lend_equipment(session: Session, equipment_id: int, data: LoanInput, *, by: Actor, now: datetime) -> Loan:
    """Whoever works may lend: it takes the place of the piece `equipment_id`, and says for whom it stands there."""
    broken, lent = _both(session, equipment_id, data.equipment_id, by=by)
    _refuse_unfit(session, broken, lent)
    if data.order_id is not None:
        order = session.get(WorkOrder, data.order_id)
        if order is None or order.equipment_id != broken.id:
            raise InvalidInput.at("order_id", "other_piece", N_("This order is about another piece."))
    loan = Loan(
        equipment_id=lent.id,
        for_equipment_id=broken.id,
        order_id=data.order_id,
        note=data.note,
        lent_at=now,
        lent_by=by.name,
        from_site_id=lent.site_id,
        from_location_id=lent.location_id,
        from_rack=lent.rack,
    )
    session.add(loan)
    values = {name: getattr(broken, name) for name in TAKEN}
    values |= {"status": Status.IN_SERVICE.value, "on_loan_for_id": broken.id}
    _edit(session, lent, values, by=by, now=now)
    told = {"on_loan": [None, lent.tag]}
    record_change(session, "lent", "equipment", broken.id, told, by=by, now=now, site_id=broken.site_id)
    return loan


def return_equipment(session: Session, equipment_id: int, *, stays: bool = False, by: Actor, now: datetime) -> Loan:
    """Back to the stock and where it lay; `equipment_id` is the lent piece. A second tap is told that it is back.

    `stays`: the loan alone ends, and the piece is where it is for good.
    """
    get_equipment(session, equipment_id, by=by)
    require(by, Permission.WORK)
    lent = lock_piece(session, equipment_id)
    loan = open_loan(session, lent.id)
    if loan is None:
        raise Conflict("not_lent", N_("“%(tag)s” is not on loan."), tag=lent.tag)
    loan.returned_at, loan.returned_by = now, by.name
    values: dict[str, Any] = {"on_loan_for_id": None}
    if not stays:
        values |= {"site_id": loan.from_site_id, "location_id": loan.from_location_id, "rack": loan.from_rack}
        values |= {"person_id": None}
    if not stays and lent.status != Status.RETIRED:
        values |= {"status": Status.IN_STOCK.value}
    _edit(session, lent, values, by=by, now=now)
    told = {"on_loan": [lent.tag, None]}
    record_change(session, "returned", "equipment", loan.for_equipment_id, told, by=by, now=now, site_id=lent.site_id)
    return loan


def open_loan(session: Session, lent_id: int) -> Loan | None:
    return session.scalar(select(Loan).where(Loan.equipment_id == lent_id, Loan.returned_at.is_(None)))


def _both(session: Session, broken_id: int, lent_id: int, *, by: Actor) -> tuple[Equipment, Equipment]:
    """Locked in the order of their ids."""
    get_equipment(session, broken_id, by=by)
    require(by, Permission.WORK)
    if broken_id == lent_id:
        raise InvalidInput.at("equipment_id", "itself", N_("A piece cannot stand in for itself."))
    lent = session.get(Equipment, lent_id)
    if lent is None or not by.sees_site(lent.site_id):
        raise InvalidInput.at("equipment_id", "unknown_piece", N_("This piece does not exist."))
    pieces = {each: lock_piece(session, each) for each in sorted((broken_id, lent_id))}
    return pieces[broken_id], pieces[lent_id]


def _refuse_unfit(session: Session, broken: Equipment, lent: Equipment) -> None:
    refuse_gone(broken)
    refuse_gone(lent)
    if lent.status != Status.IN_STOCK:
        raise InvalidInput.at("equipment_id", "not_in_stock", N_("Only a piece that is in stock can be lent."))
    if lent.id == broken.parent_id:
        raise Conflict("contains_it", N_("“%(tag)s” contains the piece that it is to replace."), tag=lent.tag)
    stands_in = select(Loan.id).where(Loan.for_equipment_id == broken.id, Loan.returned_at.is_(None))
    if session.scalar(stands_in) is not None:
        raise Conflict("has_loan", N_("Another piece stands in for it already: take that one back first."))


def _edit(session: Session, piece: Equipment, values: dict[str, Any], *, by: Actor, now: datetime) -> None:
    """Its plans follow with the next tick (S39)."""
    if edit_row(session, piece, values, entity="equipment", by=by, now=now, site_id=piece.site_id):
        piece.updated_at = now
        scope_may_change(session, [piece.id], now=now)
    session.flush()
    session.expire(piece, ["site", "location", "person"])
