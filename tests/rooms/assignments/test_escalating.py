"""Late orders go up a level: once each, told to somebody, seen by somebody."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.assignments.actions.escalating import acknowledge_escalations, escalate_late_orders, escalate_work_order
from app.assignments.actions.ruling import create_escalation_rule
from app.assignments.queries.escalations import escalations_of, maybe_late
from app.assignments.queries.rules import steps_in_force
from app.assignments.schemas import EscalationInput, EscalationRuleInput
from app.core.errors import Conflict
from app.core.security import Actor, Role
from app.journal.models import Message
from app.workorders.actions import start_work_order
from app.workorders.models import WorkOrderEvent
from tests.factories.equipment import make_category, make_piece
from tests.factories.people import make_rota, make_team, make_user
from tests.factories.places import make_calendar, make_organisation, make_site
from tests.factories.workorders import NOON, make_order

ALICE = Actor("Alice", Role.MANAGER, user_id=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def house(session):
    calendar = make_calendar(session)
    make_organisation(session, calendar)
    site = make_site(session, "LYO", calendar)
    piece = make_piece(session, site, make_category(session), "UPS-1")
    bob, dan = make_user(session, "bob").person, make_user(session, "dan").person
    bob.email, dan.email = "bob@example.org", "dan@example.org"
    return piece, bob, dan, make_team(session, "Field", [bob, dan])


def rule(session, now, **more):
    said = {"level": 1, "cause": "overdue", "after_minutes": 240} | more
    return create_escalation_rule(session, EscalationRuleInput.model_validate(said), by=ALICE, now=now)


def told(session, order):
    rows = escalations_of(session, order.id, by=ALICE)
    return [(row.level, row.cause, row.to_person or row.to_team, row.acknowledged_by) for row in rows]


def test_an_overdue_order_goes_up_level_by_level_and_once_each(session, house, now):
    piece, bob, dan, team = house
    rule(session, now, to_team_id=team.id)
    rule(session, now, level=2, after_minutes=480, to_person_id=dan.id, assigns=True)
    order = make_order(session, piece, due_on=date(2026, 11, 22), assignee_id=bob.id)
    midnight = now.replace(day=22, hour=23, minute=0)  # the end of the day in Paris
    for hours, levels in ((3.9, []), (4, [1]), (5, [1]), (8, [1, 2]), (90, [1, 2])):
        escalate_late_orders(session, now=midnight + hours * HOUR)
        assert [level for level, *_ in told(session, order)] == levels
    assert told(session, order) == [(1, "overdue", "Field", None), (2, "overdue", "Dan", None)]
    assert order.assignee_id == dan.id
    assert order.escalation_level == 2
    mails = session.execute(select(Message.recipient, Message.subject).order_by(Message.id)).all()
    assert [mail.recipient for mail in mails] == ["bob@example.org", "dan@example.org", "dan@example.org"]


def test_late_orders_that_no_rule_is_about_are_not_looked_at_each_minute(session, house, now):
    piece, _bob, dan, _team = house
    rule(session, now, priority="urgent", to_person_id=dan.id)
    urgent, _other = (make_order(session, piece, due_on=date(2026, 11, 20), priority=p) for p in ("urgent", "low"))
    steps = [step for step, _ in steps_in_force(session).values()]
    assert [order.id for order, _zone in session.execute(maybe_late(steps, now))] == [urgent.id]
    escalate_late_orders(session, now=now)
    assert session.execute(maybe_late(steps, now)).all() == []


def test_of_a_team_whoever_is_on_call_is_told(session, house, now):
    piece, _bob, dan, team = house
    make_rota(session, team.id, [dan.id])
    rule(session, now, to_team_id=team.id)
    make_order(session, piece, due_on=date(2026, 11, 22))
    escalate_late_orders(session, now=now)
    assert session.scalars(select(Message.recipient)).all() == ["dan@example.org"]


def test_an_urgent_order_that_nobody_begins_goes_up_after_minutes(session, house, now):
    piece, bob, dan, _team = house
    rule(session, now, cause="not_started", priority="urgent", after_minutes=15, to_person_id=dan.id)
    waiting, calm = make_order(session, piece, priority="urgent"), make_order(session, piece)
    begun = make_order(session, piece, priority="urgent")
    start_work_order(session, begun.id, by=Actor("Bob", Role.TECHNICIAN, person_id=bob.id), now=NOON)
    for minutes, levels in ((14, []), (15, [1])):
        escalate_late_orders(session, now=NOON + timedelta(minutes=minutes))
        assert [level for level, *_ in told(session, waiting)] == levels
    assert told(session, calm) == told(session, begun) == []


def test_it_is_sent_up_by_hand_with_a_note_and_seen(session, house, now):
    piece, _bob, dan, _team = house
    order = make_order(session, piece)
    data = EscalationInput(level=2, to_person_id=dan.id, note="Needs the supplier’s tool")
    escalate_work_order(session, order.id, data, version=1, by=ALICE, now=now)
    assert told(session, order) == [(2, "by_hand", "Dan", None)]
    assert order.assignee_id == dan.id
    for level in (1, 2):
        with pytest.raises(Conflict):
            escalate_work_order(session, order.id, data.model_copy(update={"level": level}), by=ALICE, now=now)
    assert [acknowledge_escalations(session, order.id, by=ALICE, now=now) for _ in range(2)] == [1, 0]
    assert told(session, order) == [(2, "by_hand", "Dan", "Alice")]
    kinds = session.scalars(select(WorkOrderEvent.kind).order_by(WorkOrderEvent.id)).all()
    assert kinds == ["created", "escalated", "acknowledged"]


@pytest.mark.parametrize("more", [{}, {"cause": "not_started", "to_person_id": 1}])
def test_it_refuses_a_rule_that_tells_nobody_or_all_orders_that_wait(more):
    with pytest.raises(ValueError):  # noqa: PT011
        EscalationRuleInput.model_validate({"level": 1, "cause": "overdue", "after_minutes": 5} | more)
