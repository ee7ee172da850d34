"""Writes of parts. Whoever changes a stock holds the part's lock: of two uses at once the second sees the first."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.journal import actions as journal
from app.parts.models import Part, StockMovement
from app.parts.queries import lock_part
from app.parts.rules import MovementKind
from app.parts.schemas import MOST, CountInput, PartInput, ReceiptInput
from app.places.models import Organisation
from app.places.rules import require_whole_house

ENTITY = "part"


def create_part(session: Session, data: PartInput, *, by: Actor, now: datetime) -> Part:
    require_whole_house(by, Permission.PLAN)
    _refuse_taken(session, data.reference)
    part = Part(**data.model_dump() | {"currency": _currency(session, data)}, created_at=now)
    session.add(part)
    session.flush()
    journal.record_change(session, "created", ENTITY, part.id, {"reference": [None, part.reference]}, by=by, now=now)
    return part


def edit_part(
    session: Session, part_id: int, data: PartInput, *, version: int | None = None, by: Actor, now: datetime
) -> Part:
    require_whole_house(by, Permission.PLAN)
    part = lock_part(session, part_id)
    _refuse_taken(session, data.reference, own_id=part_id)
    values = data.model_dump() | {"currency": _currency(session, data)}
    journal.edit_row(session, part, values, entity=ENTITY, by=by, now=now, version=version)
    return part


def archive_part(
    session: Session, part_id: int, *, is_archived: bool = True, version: int | None = None, by: Actor, now: datetime
) -> Part:
    """Hidden from pickers; its movements stay."""
    require_whole_house(by, Permission.PLAN)
    part = lock_part(session, part_id)
    if is_archived == (part.archived_at is None):
        values = {"archived_at": now if is_archived else None}
        journal.edit_row(session, part, values, entity=ENTITY, by=by, now=now, version=version)
    return part


def receive_part(session: Session, part_id: int, data: ReceiptInput, *, by: Actor, now: datetime) -> StockMovement:
    require(by, Permission.WORK)
    part = lock_part(session, part_id)
    _refuse_archived(part)
    if data.unit_cost_minor is not None:
        journal.edit_row(session, part, {"unit_cost_minor": data.unit_cost_minor}, entity=ENTITY, by=by, now=now)
    return _move(session, part, MovementKind.RECEIPT, data.quantity, note=data.note, by=by, now=now)


def count_part(session: Session, part_id: int, data: CountInput, *, by: Actor, now: datetime) -> StockMovement:
    """What was counted holds; a count that agrees is written down too, for it says that somebody looked."""
    require(by, Permission.WORK)
    part = lock_part(session, part_id)
    return _move(session, part, MovementKind.COUNT, data.stock - part.stock, note=data.note, by=by, now=now)


def take_part(
    session: Session, part_id: int, quantity: int, *, order_id: int | None = None, by: Actor, now: datetime
) -> tuple[Part, StockMovement]:
    """For an order whose permission was asked above. More than what lies there is refused: count first."""
    require(by, Permission.WORK)
    part = lock_part(session, part_id)
    _refuse_archived(part)
    if quantity > part.stock:
        raise Conflict(
            "not_enough",
            N_("%(name)s: %(stock)s in stock, %(quantity)s needed. More on the shelf? Count it first."),
            stock=part.stock,
            name=part.name,
            quantity=quantity,
        )
    return part, _move(session, part, MovementKind.USE, -quantity, order_id=order_id, by=by, now=now)


def return_part(
    session: Session, part_id: int, quantity: int, *, order_id: int | None = None, by: Actor, now: datetime
) -> StockMovement:
    """What was taken for an order and not needed; an archived part takes it back too."""
    require(by, Permission.WORK)
    part = lock_part(session, part_id)
    return _move(session, part, MovementKind.RETURN, quantity, order_id=order_id, by=by, now=now)


def _move(
    session: Session,
    part: Part,
    kind: MovementKind,
    quantity: int,
    *,
    order_id: int | None = None,
    note: str | None = None,
    by: Actor,
    now: datetime,
) -> StockMovement:
    before, after = part.stock, part.stock + quantity
    if after > MOST:
        raise InvalidInput.at("quantity", "too_many", N_("A stock holds at most %(most)s."), most=MOST)
    part.stock = after
    part.version += 1
    movement = StockMovement(
        part_id=part.id,
        kind=kind.value,
        quantity=quantity,
        stock=after,
        order_id=order_id,
        note=note,
        at=now,
        user_id=by.user_id,
        user_name=by.name,
    )
    session.add(movement)
    session.flush()
    changes = {"stock": [before, after], "movement": [None, kind.value]}
    journal.record_change(session, "stock_changed", ENTITY, part.id, changes, by=by, now=now)
    return movement


def _currency(session: Session, data: PartInput) -> str:
    return data.currency or session.scalar(select(Organisation.currency)) or "EUR"


def _refuse_taken(session: Session, reference: str, *, own_id: int | None = None) -> None:
    """Archived ones keep theirs: history is read by reference."""
    holder = session.scalar(select(Part.id).where(Part.reference == reference))
    if holder is not None and holder != own_id:
        raise InvalidInput.at("reference", "taken", N_("Another part has this reference."))


def _refuse_archived(part: Part) -> None:
    if part.archived_at is not None:
        raise Conflict("archived", N_("This part is archived. Restore it first."))
