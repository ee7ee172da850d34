"""What comes due: orders that are open, and dates that have no order yet."""

from collections.abc import Iterator
from datetime import date
from itertools import islice, takewhile

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.security import Actor, Permission, require
from app.engine.actions.batch import facts_of_states
from app.equipment.models import Equipment
from app.forecasts.schemas import Due
from app.ledger.queries import facts as ledger
from app.ledger.rules.coming import foreseen
from app.places.models import Location, Site
from app.plans.models import MaintenancePlan, PlanTarget
from app.workorders.models import WorkOrder
from app.workorders.rules.states import order_number

AT_ONCE = 500  # targets


def due(session: Session, until: date, *, by: Actor) -> list[Due]:
    """Up to a day, late ones first. Of a plan that counts from the work done only the next date is known."""
    require(by, Permission.READ)
    return sorted([*_orders(session, until, by), *_dates(session, until, by)], key=lambda row: row.due_on)


def _orders(session: Session, until: date, by: Actor) -> Iterator[Due]:
    statement = (
        select(
            WorkOrder.id, WorkOrder.due_on, WorkOrder.title, MaintenancePlan.code,
            Equipment.tag, Location.path, Site.name.label("site"),
        )
        .join(Site, Site.id == WorkOrder.site_id)
        .outerjoin(MaintenancePlan, MaintenancePlan.id == WorkOrder.plan_id)
        .outerjoin(Equipment, Equipment.id == WorkOrder.equipment_id)
        .outerjoin(Location, Location.id == WorkOrder.location_id)
        .where(WorkOrder.is_open, WorkOrder.due_on <= until)
        .order_by(WorkOrder.due_on, WorkOrder.id)
    )  # fmt: skip
    if by.site_ids is not None:
        statement = statement.where(WorkOrder.site_id.in_(by.site_ids))
    for row in session.execute(statement):
        number = order_number(row.id)
        yield Due(
            due_on=row.due_on, order=number, plan=row.code, title=row.title, item=row.tag or row.path, site=row.site
        )


def _dates(session: Session, until: date, by: Actor) -> Iterator[Due]:
    statement = (
        select(
            PlanTarget.id, PlanTarget.next_due_on, MaintenancePlan.code, MaintenancePlan.title,
            Equipment.tag, Location.path, Site.name.label("site"),
        )
        .join(MaintenancePlan, MaintenancePlan.id == PlanTarget.plan_id)
        .join(Site, Site.id == PlanTarget.site_id)
        .outerjoin(Equipment, Equipment.id == PlanTarget.equipment_id)
        .outerjoin(Location, Location.id == PlanTarget.location_id)
        .where(PlanTarget.state == "active", PlanTarget.next_due_on.is_not(None))
        .order_by(PlanTarget.id)
    )  # fmt: skip
    if by.site_ids is not None:
        statement = statement.where(PlanTarget.site_id.in_(by.site_ids))
    rows = iter(session.execute(statement).all())
    schedules = ledger.Schedules()
    while some := {row.id: row for row in islice(rows, AT_ONCE)}:
        for state, facts, _ in facts_of_states(session, ledger.target_states(session, list(some)), schedules):
            row = some[state.id]
            cycles = takewhile(
                lambda cycle: min(cycle.comes_on, cycle.due_on) <= until, foreseen(facts, row.next_due_on)
            )
            is_floating = facts.schedule.mode == "floating"
            for cycle in islice(cycles, 1) if is_floating else cycles:
                if cycle.outcome == "due" and cycle.comes_on <= until:
                    yield Due(
                        due_on=cycle.comes_on, order=None, plan=row.code, title=row.title,
                        item=row.tag or row.path, site=row.site,
                    )  # fmt: skip
