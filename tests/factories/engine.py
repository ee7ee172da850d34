"""Plans with many targets, straight into the tables."""

from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.enrolment.rules import begin
from app.equipment.models import Equipment, EquipmentCategory
from app.places.models import Site
from app.plans.models import MaintenancePlan, PlanTarget, PlanVersion
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from tests.factories.equipment import make_category, new_piece
from tests.factories.people import BEFORE
from tests.factories.places import make_site

MONTHLY = Schedule(Rule("month"))


def make_pieces(session: Session, count: int, site: Site | None = None, prefix: str = "PC") -> list[Equipment]:
    site = site or session.scalar(select(Site)) or make_site(session)
    category = session.scalar(select(EquipmentCategory)) or make_category(session, "Computer")
    first = len(session.scalars(select(Equipment.id)).all())
    pieces = [new_piece(site, category, f"{prefix}-{first + n:06}") for n in range(count)]
    session.add_all(pieces)
    session.flush()
    return pieces


def make_plan_of(session: Session, schedule: Schedule = MONTHLY, anchor: date = date(2027, 1, 1), code: str = "P1"):
    plan = MaintenancePlan(code=code, title=code, kind="cleaning", state="active", current_number=1, created_at=BEFORE)
    session.add(plan)
    session.flush()
    add_version(session, plan, schedule, anchor)
    return plan


def add_version(session: Session, plan: MaintenancePlan, schedule: Schedule, anchor: date, number: int = 1):
    version = PlanVersion(
        plan_id=plan.id,
        number=number,
        title=plan.title,
        kind=plan.kind,
        priority="normal",
        estimate_minutes=30,
        requires_photo=True,
        anchor_on=anchor,
        anchor_policy="plan",
        schedule=schedule.to_dict(),
        created_at=BEFORE,
    )
    session.add(version)
    plan.current_number = number
    session.flush()
    return version


def make_targets(
    session: Session,
    count: int = 1,
    schedule: Schedule = MONTHLY,
    anchor: date = date(2027, 1, 1),
    code: str = "P1",
    enrolled: date = date(2026, 11, 23),
) -> list[PlanTarget]:
    """A plan on so many pieces, enrolled on that day, to be looked at by the next tick."""
    plan = make_plan_of(session, schedule, anchor, code)
    start = begin(schedule, None, (anchor, True), enrolled)
    targets = [
        PlanTarget(
            plan_id=plan.id,
            equipment_id=piece.id,
            site_id=piece.site_id,
            state="active",
            enrolled_on=enrolled,
            anchor_on=anchor,
            is_anchor_due=True,
            settled_through=start.settled_through,
            counted_after_on=start.counted_after_on,
            wake_at=datetime(enrolled.year, enrolled.month, enrolled.day, tzinfo=UTC),
            created_at=BEFORE,
            updated_at=BEFORE,
        )
        for piece in make_pieces(session, count)
    ]
    session.add_all(targets)
    session.flush()
    return targets
