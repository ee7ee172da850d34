"""One item of a plan rests, until a day or until somebody says so, and goes on (S38)."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.clock import start_of_day, today
from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor
from app.decisions.actions.dates import open_target
from app.decisions.actions.keeping import ENTITY
from app.engine.actions.settling import settle_targets
from app.journal.actions import record_change
from app.ledger.actions.outcomes import lock_target
from app.ledger.actions.resuming import bring_back
from app.ledger.queries.facts import target_states
from app.plans.models import PlanTarget
from app.plans.schemas import Pause


def pause_target(session: Session, target_id: int, data: Pause, *, by: Actor, now: datetime) -> PlanTarget:
    """Nothing is generated meanwhile; open orders stay."""
    target = open_target(session, target_id, by=by, now=now)
    state = target_states(session, [target_id])[0]
    if target.pause_reason is not None:
        raise Conflict("already_paused", N_("This item is paused already."))
    if data.until is not None and data.until <= today(now, state.time_zone):
        raise InvalidInput.at("until", "in_the_past", N_("Choose a day to come."))
    was, target.state = target.state, "paused"
    target.pause_reason, target.paused_until, target.paused_by = data.reason, data.until, by.name
    target.next_due_on = None
    target.wake_at = start_of_day(data.until, state.time_zone) if data.until else None
    target.updated_at = now
    session.flush()
    until = data.until and data.until.isoformat()
    told = {"state": [was, "paused"], "pause_reason": [None, data.reason], "paused_until": [None, until]}
    record_change(session, "paused", ENTITY, target_id, told, by=by, now=now, site_id=target.site_id)
    return target


def resume_target(
    session: Session, target_id: int, *, is_caught_up: bool = False, by: Actor, now: datetime
) -> PlanTarget:
    """What was due during the pause is missed; where it is to be caught up, its latest date is judged anew.

    While its plan is paused, the item goes on resting with it.
    """
    target = open_target(session, target_id, by=by, now=now)
    if target.pause_reason is None:
        raise Conflict("not_paused", N_("This item is not paused by itself."))
    state = target_states(session, [target_id])[0]
    told = {"pause_reason": [target.pause_reason, None], "is_caught_up": [None, is_caught_up]}
    target.pause_reason = target.paused_by = None
    target.paused_until = today(now, state.time_zone)
    target.updated_at = target.wake_at = now
    session.flush()
    settle_targets(session, [target_id], now=now)
    if is_caught_up:
        settle_targets(session, bring_back(session, [target_id], now=now), now=now)
    record_change(session, "resumed", ENTITY, target_id, told, by=by, now=now, site_id=target.site_id)
    return lock_target(session, target_id)
