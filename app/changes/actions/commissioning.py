"""Putting a piece into service: a category's defaults become orders, once for each piece."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.changes.models import CommissioningOrder, CommissioningTask
from app.changes.queries.commissioning import get_task, tasks_for
from app.changes.schemas import CommissioningTaskInput
from app.core.clock import today
from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment import actions as registry
from app.equipment.models import Equipment
from app.equipment.queries import get_category, get_equipment
from app.equipment.rules.registry import Status
from app.equipment.schemas import EquipmentInput
from app.journal.actions import edit_row, record_change
from app.people.models import Team
from app.places.models import Site
from app.places.rules import require_whole_house
from app.procedures.models import Procedure
from app.workorders.actions.making import create_work_order
from app.workorders.schemas import WorkOrderInput

ENTITY = "commissioning_task"
MOST = 20
CHUNK = 500


def register_equipment(
    session: Session, data: EquipmentInput, *, is_commissioned: bool = True, by: Actor, now: datetime
) -> Equipment:
    """A new piece, with the orders that put it into service; one in stock gets them when it leaves it."""
    piece = registry.register_equipment(session, data, by=by, now=now)
    if is_commissioned and piece.status == Status.IN_SERVICE:
        commission(session, piece, by=by, now=now)
    return piece


def commission_equipment(session: Session, equipment_id: int, *, by: Actor, now: datetime) -> list[int]:
    """By hand: the orders that its category asks for and that it does not have; answers with all of them."""
    piece = get_equipment(session, equipment_id, by=by)
    require(by, Permission.PLAN, site_id=piece.site_id)
    if piece.status == Status.RETIRED or piece.archived_at is not None:
        raise Conflict("retired", N_("“%(tag)s” is retired or archived already."), tag=piece.tag)
    return commission(session, piece, by=by, now=now)


def commission_many(session: Session, equipment_ids: Sequence[int], *, by: Actor, now: datetime) -> None:
    """Of pieces that were registered together: those in service whose category has defaults."""
    tasks: dict[int, Sequence[CommissioningTask]] = {}
    for first in range(0, len(equipment_ids), CHUNK):
        found = select(Equipment).where(Equipment.id.in_(equipment_ids[first : first + CHUNK]))
        for piece in session.scalars(found.where(Equipment.status == Status.IN_SERVICE).order_by(Equipment.id)):
            if piece.category_id not in tasks:
                tasks[piece.category_id] = tasks_for(session, piece.category_id)
            if tasks[piece.category_id]:
                commission(session, piece, by=by, now=now)


def commission(session: Session, piece: Equipment, *, by: Actor, now: datetime) -> list[int]:
    """Once for each order, however often it is asked: the piece is locked meanwhile."""
    session.execute(select(Equipment.id).where(Equipment.id == piece.id).with_for_update())
    rows = session.execute(
        select(CommissioningOrder.task_id, CommissioningOrder.order_id).where(
            CommissioningOrder.equipment_id == piece.id
        )
    )
    made = {row.task_id: row.order_id for row in rows}
    zone = session.scalars(select(Site.time_zone).where(Site.id == piece.site_id)).one()
    first = max(piece.commissioned_on or today(now, zone), today(now, zone))
    for task in tasks_for(session, piece.category_id):
        if task.id not in made:
            made[task.id] = _order(session, piece, task, first, by=by, now=now)
    session.flush()
    return sorted(made.values())


def _order(
    session: Session, piece: Equipment, task: CommissioningTask, first: date, *, by: Actor, now: datetime
) -> int:
    title = task.title_fr if by.language == "fr" and task.title_fr else task.title
    data = WorkOrderInput(
        equipment_id=piece.id,
        title=title,
        kind=task.kind,
        type="improvement",
        instructions=task.instructions,
        due_on=first + timedelta(days=task.days_after),
        team_id=task.team_id,
        estimate_minutes=task.estimate_minutes,
        procedure_id=task.procedure_id,
    )
    order = create_work_order(session, data, origin="commissioning", by=by, now=now)
    session.add(CommissioningOrder(equipment_id=piece.id, task_id=task.id, order_id=order.id))
    return order.id


def create_task(
    session: Session, category_id: int, data: CommissioningTaskInput, *, by: Actor, now: datetime
) -> CommissioningTask:
    require_whole_house(by, Permission.PLAN)
    get_category(session, category_id, by=by)
    _check(session, data.model_dump())
    own = (CommissioningTask.category_id == category_id, CommissioningTask.archived_at.is_(None))
    if (session.scalar(select(func.count()).where(*own)) or 0) >= MOST:
        raise Conflict("too_many", N_("A category has at most %(most)s such orders."), most=MOST)
    last = select(func.max(CommissioningTask.position)).where(CommissioningTask.category_id == category_id)
    position = (session.scalar(last) or 0) + 1
    task = CommissioningTask(category_id=category_id, position=position, created_at=now, **data.model_dump())
    session.add(task)
    session.flush()
    told = {"title": [None, task.title], "category_id": [None, category_id]}
    record_change(session, "created", ENTITY, task.id, told, by=by, now=now)
    return task


def edit_task(
    session: Session, task_id: int, values: dict[str, Any], *, version: int | None = None, by: Actor, now: datetime
) -> CommissioningTask:
    """Orders that were made stay as they are."""
    require_whole_house(by, Permission.PLAN)
    task = get_task(session, task_id, by=by)
    for name in ("kind", "title", "days_after"):
        if values.get(name, "") is None:
            raise InvalidInput.at(name, "required", N_("This is needed."))
    _check(session, values)
    edit_row(session, task, values, entity=ENTITY, by=by, now=now, version=version)
    return task


def archive_task(
    session: Session, task_id: int, *, is_archived: bool = True, version: int | None = None, by: Actor, now: datetime
) -> CommissioningTask:
    require_whole_house(by, Permission.PLAN)
    task = get_task(session, task_id, by=by)
    if is_archived == (task.archived_at is None):
        _check(session, {} if is_archived else {"procedure_id": task.procedure_id, "team_id": task.team_id})
        values = {"archived_at": now if is_archived else None}
        edit_row(session, task, values, entity=ENTITY, by=by, now=now, version=version)
    return task


def _check(session: Session, values: dict[str, Any]) -> None:
    if values.get("team_id") is not None and session.get(Team, values["team_id"]) is None:
        raise InvalidInput.at("team_id", "unknown_team", N_("This team does not exist."))
    if (procedure_id := values.get("procedure_id")) is not None:
        procedure = session.get(Procedure, procedure_id)
        if procedure is None or procedure.archived_at is not None:
            raise InvalidInput.at("procedure_id", "unknown", N_("This procedure does not exist."))
