"""Orders are given to people by rule: by the clock, and at once where somebody asks for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.assignments.models import Assignment
from app.assignments.queries.orders import NOT_BEGUN, jobs_of, to_be_reassigned, waiting
from app.assignments.queries.people import house_at
from app.assignments.queries.rules import has_new_rule, rules_in_force
from app.assignments.queries.telling import in_one_line, sentences
from app.assignments.rules.deciding import Decision, House, decide, decide_all
from app.assignments.schemas import DecisionView
from app.core.errors import Conflict
from app.core.i18n import N_, in_language
from app.core.security import Actor, Permission, require
from app.places.queries import find_organisation
from app.workorders.actions.life import open_for_change
from app.workorders.actions.telling import tell
from app.workorders.models import WorkOrder
from app.workorders.rules.states import order_number

BATCH = 200
PREVIEWED = 50
LONGEST_REASON = 1000


def assign_due_orders(
    session: Session, *, now: datetime, after_id: int = 0, since: datetime | None = None
) -> int | None:
    """One batch of orders behind `after_id` that wait for a person; the last key looked at, None where that was all.

    `since`: all of them were looked at then. Of the older ones only those that are urgent are looked at again, unless
    there is a new rule.
    """
    if since is not None and has_new_rule(session, since):
        since = None
    return _decide_batch(session, waiting(now, since), now=now, after_id=after_id)


def reassign_orders_of_absent(session: Session, *, now: datetime, after_id: int = 0) -> int | None:
    """The same for orders whose person is away, where the rule that gave them says so."""
    return _decide_batch(session, to_be_reassigned(now), now=now, after_id=after_id)


def assign_work_order(
    session: Session, order_id: int, *, version: int | None = None, by: Actor, now: datetime
) -> DecisionView:
    """What the clock would do with this order, now. Whoever has it keeps it."""
    order = open_for_change(session, order_id, version=version, by=by)
    require(by, Permission.WORK, site_id=order.site_id)
    if order.assignee_id is not None:
        raise Conflict("has_person", N_("Somebody has this order already: hand it over instead."))
    if order.state not in NOT_BEGUN:
        raise Conflict("wrong_state", N_("This cannot be done to the order as it stands now."))
    house = house_at(session, now)
    decision = decide(jobs_of(session, [order], now)[0], rules_in_force(session), house)
    _apply(session, order, decision, by=by, now=now)
    return view_of(order, decision, house)


def preview_assignments(session: Session, *, by: Actor, now: datetime) -> list[DecisionView]:
    """What the rules would do with the orders that wait, the most urgent first; nothing is written."""
    require(by, Permission.PLAN)
    statement = waiting(now).order_by(WorkOrder.due_on, WorkOrder.id).limit(PREVIEWED)
    if by.site_ids is not None:
        statement = statement.where(WorkOrder.site_id.in_(by.site_ids))
    orders = session.scalars(statement).all()
    house = house_at(session, now)
    made = decide_all(jobs_of(session, orders, now), rules_in_force(session), house)
    return [view_of(order, decision, house) for order, decision in zip(orders, made, strict=True)]


def view_of(order: WorkOrder, decision: Decision, house: House) -> DecisionView:
    person = house.workers.get(decision.person_id or 0)
    return DecisionView(
        order_id=order.id,
        number=order_number(order.id),
        title=order.title,
        rule_id=decision.rule.id if decision.rule else None,
        team_id=decision.team_id if decision.rule else order.team_id,
        person_id=decision.person_id,
        person=person.name if person else None,
        explanation=sentences(decision.why),
    )


def _decide_batch(session: Session, which: Select[Any], *, now: datetime, after_id: int) -> int | None:
    """Orders are locked by their ids alone and nothing is waited for behind them, so that nobody waits in a ring."""
    rules = rules_in_force(session)
    if not rules:
        return None
    statement = which.where(WorkOrder.id > after_id).order_by(WorkOrder.id).limit(BATCH)
    orders = session.scalars(statement.with_for_update(of=WorkOrder, skip_locked=True)).all()
    if not orders:
        return None
    made = decide_all(jobs_of(session, orders, now), rules, house_at(session, now))
    with in_language(_language(session)):
        for order, decision in zip(orders, made, strict=True):
            _apply(session, order, decision, by=Actor.system(), now=now)
    return orders[-1].id if len(orders) == BATCH else None


def _language(session: Session) -> str:
    """History is written in the house's own language."""
    house = find_organisation(session)
    return house.language if house else "en"


def _apply(session: Session, order: WorkOrder, decision: Decision, *, by: Actor, now: datetime) -> None:
    values = {"assignee_id": decision.person_id, "team_id": decision.team_id}
    changes = {name: [getattr(order, name), value] for name, value in values.items() if getattr(order, name) != value}
    if decision.rule is None or not changes or (order.assignee_id is not None and decision.person_id is None):
        return
    for name in changes:
        setattr(order, name, values[name])
    order.version += 1
    kept = session.get(Assignment, order.id) or Assignment(order_id=order.id)
    kept.rule_id, kept.team_id, kept.person_id = decision.rule.id, decision.team_id, decision.person_id
    kept.explanation, kept.at = _plain(decision.why), now
    session.add(kept)
    session.flush()
    reason = in_one_line(decision.why)[:LONGEST_REASON]
    tell(session, order, "assigned", by=by, now=now, reason=reason, changes=changes)


def _plain(why: Sequence[Any]) -> list[Any]:
    return [[text, params] for text, params in why]
