"""A piece changes with its targets in view: settled first under what held until now (S36b, S41, S43)."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.changes.actions.disposing import record_disposal
from app.changes.schemas import RetirementInput
from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.engine.actions.leaving import leave
from app.engine.actions.reconciling import follow_pieces
from app.engine.actions.settling import settle_targets
from app.equipment import actions as registry
from app.equipment import queries
from app.equipment.models import Equipment
from app.equipment.rules.registry import Status
from app.plans.models import PlanTarget
from app.workorders.actions.life import cancel_work_order
from app.workorders.models import WorkOrder


def edit_equipment(
    session: Session,
    equipment_id: int,
    values: dict[str, Any],
    *,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> Equipment:
    """Set the given fields. A retired piece gets no order from here on; plans that it enters follow with the tick."""
    live = settle_piece(session, equipment_id, by=by, now=now)
    piece = registry.edit_equipment(session, equipment_id, values, version=version, by=by, now=now)
    _follow(session, piece, live, now=now)
    return piece


def archive_equipment(
    session: Session,
    equipment_id: int,
    *,
    is_archived: bool = True,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> Equipment:
    live = settle_piece(session, equipment_id, by=by, now=now)
    piece = registry.archive_equipment(session, equipment_id, is_archived=is_archived, version=version, by=by, now=now)
    _follow(session, piece, live, now=now)
    return piece


def retire_equipment(
    session: Session, equipment_id: int, data: RetirementInput, *, version: int | None = None, by: Actor, now: datetime
) -> Equipment:
    """S41: generation stops at once, history stays, and open orders end or go on as it was decided.

    A piece that is retired already may be asked about again, as long as orders are open on it.
    """
    live = settle_piece(session, equipment_id, by=by, now=now)
    open_orders = select(WorkOrder.id).where(WorkOrder.equipment_id == equipment_id, WorkOrder.is_open)
    unknown = set(data.cancel_order_ids) - set(session.scalars(open_orders))
    if unknown:
        raise InvalidInput.at("cancel_order_ids", "not_open", N_("This is no open order of this piece."))
    for order_id in sorted(data.cancel_order_ids):
        cancel_work_order(session, order_id, data.reason, by=by, now=now)
    values = {"status": Status.RETIRED.value, "retired_note": data.note()}
    piece = registry.edit_equipment(session, equipment_id, values, version=version, by=by, now=now)
    _follow(session, piece, live, now=now)
    if (said := data.disposal_said()) is not None:
        record_disposal(session, piece.id, said, by=by, now=now)
    return piece


def settle_piece(session: Session, equipment_id: int, *, by: Actor, now: datetime) -> list[int]:
    """Its live targets, locked in the order of their ids and settled up to today."""
    piece = queries.get_equipment(session, equipment_id, by=by)
    require(by, Permission.PLAN, site_id=piece.site_id)
    targets = select(PlanTarget.id).where(PlanTarget.equipment_id == equipment_id, PlanTarget.state != "ended")
    live = list(session.scalars(targets.order_by(PlanTarget.id).with_for_update()))
    settle_targets(session, live, now=now)
    return live


def refuse_gone(piece: Equipment) -> None:
    if piece.status == Status.RETIRED or piece.archived_at is not None:
        raise Conflict("retired", N_("“%(tag)s” is retired or archived already."), tag=piece.tag)


def _follow(session: Session, piece: Equipment, live: list[int], *, now: datetime) -> None:
    session.flush()
    follow_pieces(session, PlanTarget.equipment_id == piece.id, now=now)
    if piece.status == Status.RETIRED or piece.archived_at is not None:
        leave(session, live, "retired" if piece.archived_at is None else "scope", now=now)
