"""What people decided about dates to come, and what a date may be moved between (S35)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.security import Actor
from app.decisions.schemas import ExceptionView
from app.ledger.models import Occurrence, PlanException
from app.ledger.queries.facts import calendars_of, facts_of_target
from app.ledger.rules.coming import dropped, foreseen
from app.ledger.rules.exceptions import is_ahead
from app.ledger.rules.facts import Facts
from app.ledger.rules.generation import PEEKED
from app.plans.queries.targets import get_target
from app.plans.queries.wording import not_worked


def list_exceptions(session: Session, target_id: int, *, by: Actor) -> list[ExceptionView]:
    """Those about dates that have not come, in their order; not what is void because a clock started anew."""
    target = get_target(session, target_id, by=by)
    rows = _exceptions(session, target_id)
    ahead = [r for r in rows if is_ahead(r.cycle_key, r.raw_due_on, target.settled_through, target.counter)]
    void = {each.key for each in dropped(facts_of_target(session, target_id))} if ahead else set()
    return [ExceptionView.model_validate(row) for row in ahead if row.cycle_key not in void]


def _exceptions(session: Session, target_id: int) -> Sequence[PlanException]:
    own = select(PlanException).where(PlanException.target_id == target_id)
    return session.scalars(own.order_by(PlanException.raw_due_on, PlanException.id)).all()


def get_exception(session: Session, target_id: int, exception_id: int) -> PlanException:
    row = session.get(PlanException, exception_id)
    if row is None or row.target_id != target_id:
        raise NotFound("not_found", N_("This does not exist, or you have no access to it."))
    return row


def neighbours_ahead(session: Session, target_id: int, facts: Facts, key: str) -> tuple[date | None, date | None]:
    """The days before and after one that has no row yet, as they stand in the diary; None where there is none.

    A floating target's day before is the one that it counts from; its day after counts from its own, not from where a
    person has put it before.
    """
    facts = replace(facts, exceptions=tuple(each for each in facts.exceptions if each.key != key))
    is_floating = facts.schedule.mode == "floating"
    before = (facts.anchor_on if facts.counter else None) if is_floating else _day_of(_last_row(session, target_id))
    is_found = False
    for cycle in islice(foreseen(facts), PEEKED):
        if cycle.key == key:
            is_found = True
        elif cycle.outcome in ("due", "skipped_person"):
            if is_found:
                return before, cycle.comes_on
            before = cycle.comes_on
    return before, None


def neighbours_recorded(
    session: Session, facts: Facts, row: Occurrence, *, on: date
) -> tuple[date | None, date | None]:
    """The same for one that has its row; a floating one has nothing beside it while its order is open.

    `on`: today; what a meter's estimate puts before it comes then.
    """
    if facts.schedule.mode == "floating":
        return None, None
    before = _day_of(_last_row(session, row.target_id, before=row.raw_due_on))
    later = _rows_with_days(row.target_id).where(Occurrence.raw_due_on > row.raw_due_on)
    after = session.scalars(later.order_by(Occurrence.raw_due_on).limit(1)).first()
    if after is not None:
        return before, after.scheduled_on or after.due_on
    coming = (cycle.comes_on for cycle in islice(foreseen(facts, on), PEEKED) if cycle.outcome == "due")
    return before, next(coming, None)


def _last_row(session: Session, target_id: int, before: date | None = None) -> Occurrence | None:
    rows = _rows_with_days(target_id)
    if before is not None:
        rows = rows.where(Occurrence.raw_due_on < before)
    return session.scalars(rows.order_by(Occurrence.raw_due_on.desc()).limit(1)).first()


def _rows_with_days(target_id: int) -> Select[Occurrence]:
    return select(Occurrence).where(Occurrence.target_id == target_id, Occurrence.fate.not_in(("skipped", "merged")))


def _day_of(row: Occurrence | None) -> date | None:
    return (row.scheduled_on or row.last_due_on) if row else None


def warning_of(session: Session, target_id: int, on: date, *, by: Actor) -> str | None:
    """S30: a person's day is final; where nobody works on it, that is said."""
    get_target(session, target_id, by=by)
    return not_worked(calendars_of(session, [target_id])[target_id][1], on)
