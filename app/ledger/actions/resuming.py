"""S38: on resuming, what was due during the pause is missed, unless its latest date is asked for."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core.db.bulk import one_of
from app.ledger.actions.outcomes import write_difference
from app.ledger.models import Occurrence
from app.ledger.queries.facts import facts_of_target, rows_from
from app.ledger.rules.rows import difference
from app.ledger.rules.settling import latest_anew
from app.plans.models import PlanTarget


def bring_back(session: Session, target_ids: Collection[int], *, now: datetime) -> list[int]:
    """Of the dates that have just been recorded as missed in a pause, the latest of each target waits to be judged.

    Whoever calls has locked and settled the targets at this very moment; answers with those that had such a date.
    """
    latest_first = Occurrence.raw_due_on.desc(), Occurrence.id.desc()
    newest = func.row_number().over(partition_by=Occurrence.target_id, order_by=latest_first)
    missed = (
        select(Occurrence.id, Occurrence.target_id, Occurrence.count.label("cycles"), newest.label("place"))
        .where(
            one_of(Occurrence.target_id, target_ids),
            Occurrence.fate == "missed",
            Occurrence.reason == "paused",
            Occurrence.decided_at == now,
        )
        .subquery()
    )
    latest = session.execute(select(missed).where(missed.c.place == 1).order_by(missed.c.target_id)).all()
    alone = update(Occurrence).where(one_of(Occurrence.id, [row.id for row in latest if row.cycles == 1]))
    session.execute(alone.values(fate="waiting", reason="came_back", because_key=None, decided_at=now))
    for row in latest:
        if row.cycles > 1:
            _split_off(session, row, now=now)
    found = [row.target_id for row in latest]
    awake = update(PlanTarget).where(one_of(PlanTarget.id, found), PlanTarget.state.in_(("active", "error")))
    session.execute(awake.values(wake_at=now, updated_at=now))
    return found


def _split_off(session: Session, row: Any, *, now: datetime) -> None:
    last = session.get_one(Occurrence, row.id)
    facts = facts_of_target(session, row.target_id)
    before = [one for one in rows_from(session, row.target_id, last.raw_due_on) if one.key == last.cycle_key]
    found = difference(before, latest_anew(before[0], facts))
    write_difference(session, row.target_id, found, lambda _: facts, now=now)
