"""Orders are given to people by rule, once, and never over a person's choice."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from app.assignments.actions.assigning import (
    assign_due_orders,
    assign_work_order,
    preview_assignments,
    reassign_orders_of_absent,
)
from app.assignments.actions.ruling import create_assignment_rule, move_assignment_rule
from app.assignments.models import Assignment
from app.assignments.queries.orders import orders_of_absent
from app.assignments.queries.telling import find_reasons
from app.assignments.schemas import AssignmentRuleInput
from app.core.errors import Conflict, InvalidInput, NotAllowed
from app.core.security import Actor, Role
from app.workorders.actions import edit_work_order
from app.workorders.models import WorkOrderEvent
from tests.factories.equipment import make_category, make_piece
from tests.factories.people import make_absence, make_rota, make_skill, make_team, make_user
from tests.factories.places import make_calendar, make_organisation, make_site
from tests.factories.workorders import make_order

ALICE = Actor("Alice", Role.MANAGER, user_id=1, language="en")
NOVEMBER_25 = date(2026, 11, 25)


class House:
    def __init__(self, session):
        calendar = make_calendar(session)
        make_organisation(session, calendar)
        self.site = make_site(session, "LYO", calendar)
        self.category = make_category(session)
        self.piece = make_piece(session, self.site, self.category, "UPS-1")
        self.bob, self.dan = make_user(session, "bob").person, make_user(session, "dan").person
        self.team = make_team(session, "Field", [self.bob, self.dan])


@pytest.fixture
def house(session):
    return House(session)


def rule(session, now, **more):
    said = {"name": "Field work"} | more
    return create_assignment_rule(session, AssignmentRuleInput.model_validate(said), by=ALICE, now=now)


def given(session, order):
    session.refresh(order)
    return order.team_id, order.assignee_id


def history(session, order):
    statement = select(WorkOrderEvent.kind, WorkOrderEvent.user_name, WorkOrderEvent.reason)
    return session.execute(statement.where(WorkOrderEvent.order_id == order.id).order_by(WorkOrderEvent.id)).all()


def test_an_order_goes_to_the_least_loaded_who_is_able_and_history_says_why(session, house, now):
    skill = make_skill(session, "printers", [house.bob, house.dan])
    make_absence(session, house.dan.id, NOVEMBER_25, date(2026, 11, 27))
    rule(session, now, team_id=house.team.id, skill_id=skill.id)
    order = make_order(session, house.piece, estimate_minutes=60)
    assert assign_due_orders(session, now=now) is None
    assert given(session, order) == (house.team.id, house.bob.id)
    kind, name, reason = history(session, order)[-1]
    assert (kind, name) == ("assigned", "Ronde")
    assert "Bob" in reason
    assert "Dan" in reason
    assert find_reasons(session, order.id, house.bob.id).startswith("Rule “Field work”: given to Bob, has the skill")
    assert find_reasons(session, order.id, house.dan.id) is None


def test_it_happens_once_and_nobodys_choice_is_overruled(session, house, now):
    rule(session, now)
    chosen = make_order(session, house.piece, assignee_id=house.dan.id)
    refused = make_order(session, house.piece, assignee_id=house.dan.id)
    edit_work_order(session, refused.id, {"assignee_id": None}, by=ALICE, now=now)
    taken_back, order = make_order(session, house.piece), make_order(session, house.piece)
    far = make_order(session, house.piece, due_on=date(2027, 3, 1))
    assign_due_orders(session, now=now)
    assert given(session, chosen)[1] == house.dan.id
    assert given(session, refused)[1] is None
    assert given(session, far)[1] is None
    edit_work_order(session, taken_back.id, {"assignee_id": None}, by=ALICE, now=now)
    version = order.version
    assign_due_orders(session, now=now)
    assert given(session, taken_back)[1] is None
    assert order.version == version


def test_orders_for_which_nobody_was_found_are_not_gone_through_each_minute(session, house, now):
    before = now - timedelta(days=1)
    rule(session, before, strategy="person", person_id=house.bob.id)
    old, urgent = (make_order(session, house.piece, priority=p) for p in ("normal", "urgent"))
    for order in (old, urgent):
        order.created_at = order.released_at = before
    new = make_order(session, house.piece)
    assign_due_orders(session, now=now, since=now - timedelta(minutes=5))
    assert [given(session, order)[1] for order in (old, urgent, new)] == [None, house.bob.id, house.bob.id]
    rule(session, now, strategy="person", person_id=house.dan.id, name="New")
    assign_due_orders(session, now=now, since=now - timedelta(minutes=5))
    assert given(session, old)[1] == house.bob.id


def test_an_urgent_order_goes_to_whoever_is_on_call_out_of_hours_alone(session, house, now):
    make_rota(session, house.team.id, [house.dan.id])
    rule(session, now, strategy="on_call", priority="urgent", team_id=house.team.id)
    order = make_order(session, house.piece, priority="urgent", due_on=date(2027, 3, 1))
    assign_due_orders(session, now=now)  # Monday 8:30
    assert given(session, order)[1] is None
    assign_due_orders(session, now=now.replace(hour=20))
    assert given(session, order) == (house.team.id, house.dan.id)


def test_a_site_round_is_for_those_whose_account_names_the_site(session, house, now):
    carl = make_user(session, "carl", sites=[house.site]).person
    rule(session, now, strategy="site_round", site_id=house.site.id)
    order = make_order(session, house.piece)
    assign_due_orders(session, now=now)
    assert given(session, order)[1] == carl.id


def test_a_category_means_those_below_it_too(session, house, now):
    below = make_category(session, "Small", house.category)
    piece = make_piece(session, house.site, below, "UPS-2")
    rule(session, now, category_id=house.category.id, strategy="person", person_id=house.dan.id)
    order = make_order(session, piece)
    assign_due_orders(session, now=now)
    assert given(session, order)[1] == house.dan.id


def test_rules_are_asked_in_the_order_that_people_give_them(session, house, now):
    rule(session, now, strategy="person", person_id=house.bob.id)
    second = rule(session, now, strategy="person", person_id=house.dan.id)
    move_assignment_rule(session, second.id, "up", by=ALICE, now=now)
    move_assignment_rule(session, second.id, "up", by=ALICE, now=now)
    order = make_order(session, house.piece)
    [told] = preview_assignments(session, by=ALICE, now=now)
    assert (told.person, told.explanation[:2]) == ("Dan", ["Rule “Field work”", "given to Dan"])
    assert given(session, order)[1] is None
    assert session.scalar(select(Assignment.order_id)) is None


def test_whoever_asks_for_it_is_answered_at_once_also_that_nobody_was_found(session, house, now):
    order = make_order(session, house.piece)
    told = assign_work_order(session, order.id, version=1, by=ALICE, now=now)
    assert (told.person_id, told.explanation) == (None, ["No rule is about this order."])
    rule(session, now)
    told = assign_work_order(session, order.id, version=1, by=ALICE, now=now)
    assert told.person_id == order.assignee_id == house.bob.id
    assert history(session, order)[-1].user_name == "Alice"
    with pytest.raises(Conflict):
        assign_work_order(session, order.id, by=ALICE, now=now)


def test_orders_of_who_is_away_are_listed_and_given_to_others_where_the_rule_says_so(session, house, now):
    rule(session, now, strategy="least_loaded", reassigns_absent=True)
    order, chosen = make_order(session, house.piece), make_order(session, house.piece, assignee_id=house.bob.id)
    assign_due_orders(session, now=now)
    assert given(session, order)[1] == house.dan.id  # Bob has one already
    for person in (house.bob, house.dan):
        make_absence(session, person.id, NOVEMBER_25, NOVEMBER_25)
    assert [(row.order_id, row.person, row.is_reassigned) for row in orders_of_absent(session, by=ALICE, now=now)] == [
        (order.id, "Dan", True), (chosen.id, "Bob", False),
    ]  # fmt: skip
    reassign_orders_of_absent(session, now=now)
    assert given(session, order)[1] == house.dan.id  # nobody else is there
    carl = make_user(session, "carl").person
    reassign_orders_of_absent(session, now=now)
    assert (given(session, order)[1], given(session, chosen)[1]) == (carl.id, house.bob.id)
    assert [kind for kind, *_ in history(session, order)] == ["created", "assigned", "assigned"]


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"strategy": "person"}, "person_id"),
        ({"strategy": "team"}, "team_id"),
        ({"team_id": 999}, "team_id"),
        ({"category_id": 999}, "category_id"),
    ],
)
def test_it_refuses_a_rule_that_names_nobody(session, house, now, more, pointer):
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - Pydantic's, or the action's
        rule(session, now, **more)
    if isinstance(refused.value, InvalidInput):
        assert [field.pointer for field in refused.value.fields] == [pointer]


def test_a_rule_of_the_whole_house_is_not_for_the_manager_of_a_site(session, house, now):
    local = Actor("Eve", Role.MANAGER, site_ids=frozenset({house.site.id}))
    with pytest.raises(NotAllowed):
        create_assignment_rule(session, AssignmentRuleInput(name="x"), by=local, now=now)
    create_assignment_rule(session, AssignmentRuleInput(name="x", site_id=house.site.id), by=local, now=now)


def test_a_batch_asks_the_database_as_often_for_many_orders_as_for_few(session, house, now):
    rule(session, now, kind="training")  # about none of them: what is counted is the asking

    def sent(work):
        seen = []

        def note(*arguments):
            seen.append(arguments[2])

        event.listen(session.get_bind(), "before_cursor_execute", note)
        work()
        event.remove(session.get_bind(), "before_cursor_execute", note)
        return len(seen)

    make_order(session, house.piece)
    few = sent(lambda: assign_due_orders(session, now=now))
    for _ in range(8):
        make_order(session, house.piece)
    assert sent(lambda: assign_due_orders(session, now=now)) == few <= 25
