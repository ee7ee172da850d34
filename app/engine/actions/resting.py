"""Targets that leave while they rest: what was due meanwhile is recorded as missed before they end (S36b, S38)."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from itertools import islice, takewhile
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, update
from sqlalchemy.orm import Session

from app.core.clock import today
from app.engine.actions.batch import Decided, facts_of_states
from app.engine.actions.recording import record_fates
from app.engine.actions.runs import begin_run, finish_run
from app.ledger.actions.corrections import keep_watches
from app.ledger.queries.facts import Schedules, target_states
from app.ledger.rules.deciding import decide
from app.ledger.rules.facts import Facts
from app.ledger.rules.generation import PAUSED
from app.ledger.rules.metering import step_of
from app.plans.models import PlanTarget
from app.plans.rules.errors import RuleError

BATCH = 500


def record_rest(session: Session, target_ids: Collection[int], *, now: datetime) -> None:
    """Nothing else comes of it: what is due from today on has no fate, as it would have none had the item left before.

    What a meter had brought by then has come.
    """
    schedules, counts, run_id = Schedules(), Counter[str](), None
    ids = iter(sorted(target_ids))
    while chunk := list(islice(ids, BATCH)):
        while chunk:  # a decision is bounded (S15)
            resting = [state for state in target_states(session, chunk) if state.state == "paused"]
            looked = (_missed(state, facts, now) for state, facts, _ in facts_of_states(session, resting, schedules))
            found = [item for item in looked if item is not None]
            if found:
                run_id = run_id or begin_run(session, instance="settle", as_of=now, now=now)
                record_fates(session, found, run_id=run_id, batch=uuid4().hex, now=now)
                _keep_looked(session, found)
                session.execute(update(PlanTarget), [_settled(item) for item in found])
                counts.update(row.verdict.fate for item in found for row in item.decision.rows)
            chunk = [item.state.id for item in found if item.decision.is_cut]
    if run_id is not None:
        finish_run(session, run_id, counts=counts, errors=[], now=now)


def _keep_looked(session: Session, found: Collection[Decided]) -> None:
    watches = [(item.state.id, item.facts.meter, item.decision.watch) for item in found]
    keep_watches(session, {key: (meter.meter_id, watch) for key, meter, watch in watches if meter and watch})


def _missed(state: Row[Any], facts: Facts, now: datetime) -> Decided | None:
    on = today(now, state.time_zone)
    facts = replace(facts, schedule=replace(facts.schedule, lead_days=0), paused_until=on, waiting=())
    if facts.meter is not None:
        facts = replace(facts, meter=replace(facts.meter, rested_until=None, rested_total=None))
    try:
        decision = decide(facts, on)
    except RuleError:  # a plan in error shows that itself
        return None
    rows = tuple(takewhile(lambda row: row.verdict == PAUSED or row.cycle.comes_on < on, decision.rows))
    is_cut = decision.is_cut and len(rows) == len(decision.rows)
    past = replace(decision, rows=rows, changes=(), replaced=(), reminded=(), is_cut=is_cut)
    return Decided(state, facts, past) if rows else None


def _settled(item: Decided) -> dict[str, Any]:
    last = item.decision.rows[-1]
    if last.cycle.key.startswith("M:"):
        return {"id": item.state.id, "counter": step_of(last.cycle.key) + last.count - 1}
    if item.facts.schedule.mode == "fixed":
        return {"id": item.state.id, "settled_through": last.cycle.raw_due_on}
    counter = item.state.counter + len(item.decision.rows)
    anchor = {"anchor_on": item.decision.anchor_on, "counted_after_on": item.decision.counted_after_on}
    return {"id": item.state.id, "counter": counter, **anchor}
