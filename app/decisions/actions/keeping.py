"""A person's word about one cycle is kept, taken back, or followed at once (S35). The caller has locked the target."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.journal.actions import record_change
from app.ledger.actions.outcomes import occurrence_of
from app.ledger.models import Occurrence, PlanException
from app.ledger.queries.facts import target_states
from app.ledger.rules.facts import NewRow
from app.ledger.rules.rows import new_row
from app.plans.models import PlanTarget
from app.plans.rules.schedule import Cycle

ENTITY = "plan_target"


def keep_exception(
    session: Session, target: PlanTarget, cycle: Cycle, moved_on: date | None, reason: str, *, by: Actor, now: datetime
) -> PlanException:
    """`moved_on` null: the cycle is skipped. What was said of it before is replaced."""
    session.execute(
        delete(PlanException).where(PlanException.target_id == target.id, PlanException.cycle_key == cycle.key)
    )
    row = PlanException(
        target_id=target.id,
        cycle_key=cycle.key,
        raw_due_on=cycle.raw_due_on,
        due_on=cycle.due_on,
        kind="skip" if moved_on is None else "move",
        moved_on=moved_on,
        reason=reason,
        user_id=by.user_id,
        user_name=by.name,
        created_at=now,
    )
    session.add(row)
    session.flush()
    told = {"date": [cycle.due_on.isoformat(), moved_on and moved_on.isoformat()], "reason": [None, reason]}
    name = "date_skipped" if moved_on is None else "date_moved"
    record_change(session, name, ENTITY, target.id, told, by=by, now=now, site_id=target.site_id)
    return row


def remove_exception(session: Session, target: PlanTarget, row: PlanException, *, by: Actor, now: datetime) -> None:
    told = {"date": [row.moved_on and row.moved_on.isoformat(), row.due_on.isoformat()]}
    session.delete(row)
    session.flush()
    record_change(session, "date_restored", ENTITY, target.id, told, by=by, now=now, site_id=target.site_id)


def settle_ahead(
    session: Session, target: PlanTarget, rows: Sequence[NewRow], *, batch: str, now: datetime
) -> Occurrence:
    """The rows of a day whose order is wanted now; it is made from the batch."""
    made = pass_over(session, target, rows, now=now)
    wanted = next(row for row in made if row.fate == "generated")
    wanted.batch = batch
    session.flush()
    return wanted


def pass_over(session: Session, target: PlanTarget, rows: Sequence[NewRow], *, now: datetime) -> list[Occurrence]:
    """The target goes on behind these rows."""
    if not rows:
        return []
    version_id = target_states(session, [target.id])[0].version_id
    made = [occurrence_of(target.id, new_row(row, version_id), _without_lead(row.cycle), now=now) for row in rows]
    session.add_all(made)
    last = rows[-1].cycle
    if last.key.startswith("N:"):
        target.counter = int(last.key.removeprefix("N:"))
    else:
        target.settled_through = last.raw_due_on
    session.flush()
    return made


def _without_lead(cycle: Cycle) -> Cycle:
    return replace(cycle, trace=tuple(step for step in cycle.trace if step["step"] != "lead"))
