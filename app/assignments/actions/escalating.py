"""Orders that are late go up a level: by the clock, or by hand; somebody says that they have seen it."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assignments.models import Escalation
from app.assignments.queries.escalations import late_order, maybe_late
from app.assignments.queries.rules import steps_in_force
from app.assignments.rules.escalating import reached
from app.assignments.schemas import EscalationInput
from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_, gettext, in_language
from app.core.security import Actor, Permission, require
from app.journal.actions import enqueue_mail
from app.people.models import Person, TeamMember
from app.people.queries.on_call import on_call_at
from app.places.queries import find_organisation
from app.resources.actions.timing import end_timers
from app.workorders.actions.life import open_for_change, open_for_work
from app.workorders.actions.making import check_people
from app.workorders.actions.telling import tell
from app.workorders.models import WorkOrder
from app.workorders.rules.states import order_number

BATCH = 200
TOLD_MOST = 20


def escalate_late_orders(session: Session, *, now: datetime, after_id: int = 0) -> int | None:
    """One batch of orders behind `after_id`; the last key looked at, None where that was all."""
    steps = steps_in_force(session)
    if not steps:
        return None
    every = [step for step, _ in steps.values()]
    statement = maybe_late(every, now).where(WorkOrder.id > after_id).order_by(WorkOrder.id).limit(BATCH)
    rows = session.execute(statement.with_for_update(of=WorkOrder, skip_locked=True)).all()
    for order, time_zone in rows:
        step = reached(late_order(order, time_zone), every, now)
        if step is None:
            continue
        rule = steps[step.id][1]
        escalation = Escalation(
            order_id=order.id,
            level=step.level,
            cause=step.cause,
            rule_id=rule.id,
            to_team_id=rule.to_team_id,
            to_person_id=rule.to_person_id,
        )
        _raise(session, order, escalation, assigns=rule.assigns, by=Actor.system(), now=now)
    return rows[-1][0].id if len(rows) == BATCH else None


def escalate_work_order(
    session: Session, order_id: int, data: EscalationInput, *, version: int | None = None, by: Actor, now: datetime
) -> Escalation:
    """Up to a level by hand, with a note; whoever is named gets the order."""
    order = open_for_work(session, order_id, version=version, by=by)
    if data.level <= order.escalation_level:
        raise Conflict("level_reached", N_("The order has reached this level already."))
    check_people(session, {"assignee_id": data.to_person_id, "team_id": data.to_team_id})
    escalation = Escalation(order_id=order.id, cause="by_hand", **data.model_dump())
    _raise(session, order, escalation, assigns=True, by=by, now=now)
    return escalation


def acknowledge_escalations(session: Session, order_id: int, *, by: Actor, now: datetime) -> int:
    """Somebody has seen every level that the order has reached until now; answers how many were new to be seen."""
    order = open_for_change(session, order_id, version=None, by=by)
    require(by, Permission.WORK, site_id=order.site_id)
    unseen = Escalation.acknowledged_at.is_(None)
    rows = session.scalars(select(Escalation).where(Escalation.order_id == order_id, unseen)).all()
    for row in rows:
        row.acknowledged_at, row.acknowledged_by = now, by.name
    if rows:
        session.flush()
        changes = {"acknowledged": [None, max(row.level for row in rows)]}
        tell(session, order, "acknowledged", by=by, now=now, changes=changes)
    return len(rows)


def _raise(
    session: Session, order: WorkOrder, escalation: Escalation, *, assigns: bool, by: Actor, now: datetime
) -> None:
    escalation.at, escalation.by_name = now, by.name
    session.add(escalation)
    changes: dict[str, list[object]] = {"escalation_level": [order.escalation_level, escalation.level]}
    order.escalation_level = escalation.level
    order.version += 1
    if assigns:
        changes |= _give(order, escalation)
        if "assignee_id" in changes:
            end_timers(session, order, now=now)
    session.flush()
    tell(session, order, "escalated", by=by, now=now, reason=escalation.note, changes=changes)
    for person in _told(session, escalation, now):
        _write_to(session, order, escalation, person, by=by, now=now)


def _give(order: WorkOrder, escalation: Escalation) -> dict[str, list[object]]:
    """To the person named; to a team alone: its people take it."""
    values = {"assignee_id": escalation.to_person_id}
    if escalation.to_team_id is not None:
        values["team_id"] = escalation.to_team_id
    if set(values.values()) == {None}:
        return {}
    changes: dict[str, list[object]] = {}
    for name, value in values.items():
        if getattr(order, name) != value:
            changes[name] = [getattr(order, name), value]
            setattr(order, name, value)
    return changes


def _told(session: Session, escalation: Escalation, now: datetime) -> Sequence[Person]:
    """The person named; else whoever of the team is on call; else the team."""
    who = select(Person).where(Person.archived_at.is_(None), Person.email.is_not(None)).order_by(Person.id)
    if escalation.to_person_id is not None:
        return session.scalars(who.where(Person.id == escalation.to_person_id)).all()
    if escalation.to_team_id is None:
        return []
    on_call = on_call_at(session, now, [escalation.to_team_id]).get(escalation.to_team_id)
    if on_call is not None:
        return session.scalars(who.where(Person.id == on_call)).all()
    members = select(TeamMember.person_id).where(TeamMember.team_id == escalation.to_team_id)
    return session.scalars(who.where(Person.id.in_(members)).limit(TOLD_MOST)).all()


def _write_to(
    session: Session, order: WorkOrder, escalation: Escalation, person: Person, *, by: Actor, now: datetime
) -> None:
    house = find_organisation(session)
    with in_language(person.language or (house.language if house else "en")):
        said = {"number": order_number(order.id), "title": order.title, "level": escalation.level}
        subject = gettext("Level %(level)s: %(number)s %(title)s") % said
        text = gettext("%(number)s “%(title)s” has reached level %(level)s. Open it in Ronde and say that you saw it.")
        body = text % said + (f"\n\n{escalation.note}" if escalation.note else "")
    about = ("work_order", order.id)
    with suppress(InvalidInput):  # an address that no mail can be sent to keeps no order from going up
        enqueue_mail(session, person.email or "", subject, body, about=about, site_id=order.site_id, by=by, now=now)
