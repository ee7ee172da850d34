"""A category's commissioning defaults: its own, else those of the nearest category above that has some."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.changes.models import CommissioningTask
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment.models import EquipmentCategory
from app.equipment.queries import get_category


def commissioning_tasks(session: Session, category_id: int, *, by: Actor) -> Sequence[CommissioningTask]:
    """What holds for a category, in order; `category_id` of each says whose it is."""
    get_category(session, category_id, by=by)
    return tasks_for(session, category_id)


def tasks_for(session: Session, category_id: int) -> Sequence[CommissioningTask]:
    parents = {
        row.id: row.parent_id for row in session.execute(select(EquipmentCategory.id, EquipmentCategory.parent_id))
    }
    live = select(CommissioningTask).where(CommissioningTask.archived_at.is_(None))
    tasks = session.scalars(live.order_by(CommissioningTask.category_id, CommissioningTask.position)).all()
    here: int | None = category_id
    while here is not None:
        if own := [task for task in tasks if task.category_id == here]:
            return own
        here = parents.get(here)
    return []


def get_task(session: Session, task_id: int, *, by: Actor) -> CommissioningTask:
    require(by, Permission.READ)
    task = session.get(CommissioningTask, task_id)
    if task is None:
        raise NotFound("not_found", N_("This order of the commissioning defaults does not exist."))
    return task
