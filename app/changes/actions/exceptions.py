"""What people decided about dates that a new version no longer has drops (S36)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.equipment.models import Equipment
from app.ledger.models import PlanException
from app.ledger.queries.facts import facts_of_target
from app.ledger.rules.coming import dropped
from app.ledger.schemas import DroppedException
from app.places.models import Location
from app.plans.models import PlanTarget


def drop_exceptions(session: Session, plan_id: int) -> list[DroppedException]:
    """S36: what had been decided about dates that the version in force no longer has."""
    concerned = (
        select(PlanTarget.id, Equipment.tag, Location.path)
        .outerjoin(Equipment, Equipment.id == PlanTarget.equipment_id)
        .outerjoin(Location, Location.id == PlanTarget.location_id)
        .where(
            PlanTarget.plan_id == plan_id,
            PlanTarget.state != "ended",
            PlanTarget.id.in_(select(PlanException.target_id)),
        )
        .order_by(PlanTarget.id)
    )
    found = []
    for target_id, tag, place in session.execute(concerned).all():
        for gone in dropped(facts_of_target(session, target_id)):
            own = (PlanException.target_id == target_id, PlanException.cycle_key == gone.key)
            row = session.scalars(select(PlanException).where(*own)).one()
            found.append(
                DroppedException(
                    target_id=target_id,
                    item=tag or place,
                    due_on=row.due_on,
                    kind=row.kind,
                    moved_on=row.moved_on,
                    reason=row.reason,
                )
            )
            session.delete(row)
    session.flush()
    return found
