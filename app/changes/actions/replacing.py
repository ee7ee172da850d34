"""S42: one piece takes the place of another, in one action."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.changes.actions.commissioning import commission
from app.changes.actions.disposing import record_disposal
from app.changes.actions.lending import return_equipment
from app.changes.actions.pieces import edit_equipment, refuse_gone, settle_piece
from app.changes.models import Loan
from app.changes.rules import on_replacement
from app.changes.schemas import SuccessorInput
from app.core.clock import today
from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_, gettext, in_language
from app.core.security import Actor, Permission, require
from app.engine.actions.leaving import leave
from app.enrolment.actions.succession import inherit_targets
from app.equipment import actions as registry
from app.equipment import queries
from app.equipment.models import Equipment
from app.equipment.rules.registry import Status
from app.equipment.schemas import EquipmentInput
from app.interventions.actions import complete_work_order
from app.interventions.schemas import CompletionInput
from app.ledger.actions import outcomes as ledger
from app.meters.actions.succession import restart_meters
from app.workorders.actions.life import open_for_change, pass_to, site_today
from app.workorders.actions.telling import tell
from app.workorders.models import WorkOrder
from app.workorders.rules.resolution import ResolutionKind, Restoration

# What a piece has by its position; serial, cost and warranty are its own.
OF_POSITION = (
    "category_id", "model_id", "name", "site_id", "location_id", "rack", "calendar_id", "parent_id", "criticality",
    "person_id", "notes", "remote_host", "remote_url",
)  # fmt: skip
TAKEN = ("site_id", "location_id", "rack", "parent_id", "person_id", "calendar_id")
REASON = N_("Another piece took the place of this one.")


def replace_equipment(
    session: Session, equipment_id: int, data: SuccessorInput, *, version: int | None = None, by: Actor, now: datetime
) -> Equipment:
    """Answers with the successor.

    1. The old piece's targets are settled under what holds now. 2. The successor is registered, or put in the old
    one's place. 3. The order that asked for it is done; other open orders move, are cancelled, or stay. 4. The old one
    is retired, and meters start anew. 5. Plans that cover the successor go on with it, and the old targets end. 6. What
    stood in for the old one goes back; what puts a new one into service is ordered where that is wished.
    """
    live = settle_piece(session, equipment_id, by=by, now=now)
    old = queries.get_equipment(session, equipment_id, by=by)
    refuse_gone(old)
    commissioned_on = data.commissioned_on or today(now, old.site.time_zone)
    successor = _successor(session, old, data, commissioned_on, by=by, now=now)
    if data.order_id is not None:
        _complete_order(session, old, successor, data, by=by, now=now)
    _treat_orders(session, old, successor, data.reason, by=by, now=now)
    values = {
        "status": Status.RETIRED.value,
        "retired_note": data.retirement().note(),
        "replaced_by_id": successor.id,
    }
    old = registry.edit_equipment(session, equipment_id, values, version=version, by=by, now=now)
    restart_meters(session, old.id, successor.id, site_id=successor.site_id, by=by, now=now)
    inherit_targets(session, live, successor.id, commissioned_on, now=now)
    leave(session, live, "replaced", now=now)
    if (said := data.retirement().disposal_said()) is not None:
        record_disposal(session, old.id, said, by=by, now=now)
    _end_loan(session, old.id, successor.id, by=by, now=now)
    if data.is_commissioned:
        commission(session, successor, by=by, now=now)
    return successor


def _complete_order(
    session: Session, old: Equipment, successor: Equipment, data: SuccessorInput, *, by: Actor, now: datetime
) -> None:
    """The order stays with the piece that it was about; its report names the one that came."""
    order = session.get(WorkOrder, data.order_id)
    if order is None or order.equipment_id != old.id or not order.is_open:
        raise InvalidInput.at("order_id", "not_open", N_("This is no open order of this piece."))
    with in_language(by.language):
        said = gettext("%(tag)s takes its place: %(reason)s") % {"tag": successor.tag, "reason": data.reason}
    report = CompletionInput(kind=ResolutionKind.EQUIPMENT_REPLACED, observed=said, restoration=Restoration.CURATIVE)
    complete_work_order(session, order.id, report, by=by, now=now)
    session.refresh(old)


def _end_loan(session: Session, old_id: int, successor_id: int, *, by: Actor, now: datetime) -> None:
    """What stood in goes back to the stock, unless it is what takes the place for good."""
    lent = session.scalar(select(Loan.equipment_id).where(Loan.for_equipment_id == old_id, Loan.returned_at.is_(None)))
    if lent is not None:
        return_equipment(session, lent, stays=lent == successor_id, by=by, now=now)


def _successor(
    session: Session, old: Equipment, data: SuccessorInput, commissioned_on: date, *, by: Actor, now: datetime
) -> Equipment:
    if data.equipment_id is None:
        said = data.new.model_dump(exclude_unset=True) if data.new else {}
        values = {name: getattr(old, name) for name in OF_POSITION} | {"commissioned_on": commissioned_on}
        whole: dict[str, Any] = values | said | {"status": Status.IN_SERVICE}
        return registry.register_equipment(session, EquipmentInput.model_validate(whole), by=by, now=now)
    if data.new is not None:
        raise InvalidInput.at("new", "one_or_the_other", N_("Choose a piece that is there, or register a new one."))
    if data.equipment_id == old.id:
        raise InvalidInput.at("equipment_id", "itself", N_("A piece cannot take its own place."))
    piece = queries.get_equipment(session, data.equipment_id, by=by)
    require(by, Permission.PLAN, site_id=piece.site_id)
    refuse_gone(piece)
    if old.parent_id == piece.id:
        raise Conflict("contains_it", N_("“%(tag)s” contains the piece that it is to replace."), tag=piece.tag)
    values = {name: getattr(old, name) for name in TAKEN}
    values |= {"status": Status.IN_SERVICE.value, "commissioned_on": commissioned_on}
    return edit_equipment(session, piece.id, values, by=by, now=now)


def _treat_orders(
    session: Session, old: Equipment, successor: Equipment, reason: str, *, by: Actor, now: datetime
) -> None:
    open_orders = select(WorkOrder.id).where(WorkOrder.equipment_id == old.id, WorkOrder.is_open)
    for order_id in session.scalars(open_orders.order_by(WorkOrder.target_id, WorkOrder.id)).all():
        order = open_for_change(session, order_id, version=None, by=by)
        match on_replacement(order.type, order.state):
            case "moves":
                _move(session, order, old, successor, by=by, now=now)
            case "is_cancelled":
                pass_to(session, order, "cancel", reason=reason, by=by, now=now)
                order.ended_reason = reason
                _tell_ledger(session, order, now=now)
    session.flush()


def _move(
    session: Session, order: WorkOrder, old: Equipment, successor: Equipment, *, by: Actor, now: datetime
) -> None:
    order.equipment_id, order.site_id = successor.id, successor.site_id
    order.version += 1
    changes = {"equipment": [old.tag, successor.tag]}
    tell(session, order, "changed", by=by, now=now, reason=REASON, changes=changes)


def _tell_ledger(session: Session, order: WorkOrder, *, now: datetime) -> None:
    if order.occurrence_id is not None:
        ended_on = site_today(session, order, now)
        ledger.record_ending(
            session, order.occurrence_id, fate="cancelled", reason="replaced", ended_on=ended_on, now=now
        )
