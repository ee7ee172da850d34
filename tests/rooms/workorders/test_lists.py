"""Lists of orders: whose they show, in which order, and that they do not walk through history."""

from datetime import date, timedelta
from typing import get_args

import pytest
from sqlalchemy import event

from app.core.errors import InvalidInput
from app.core.security import Actor, Role
from app.equipment.models import Equipment
from app.interventions import actions as interventions
from app.interventions.schemas import CompletionInput
from app.visits.queries.day import my_day
from app.workorders import queries
from app.workorders.queries.lists import OrderFilter, Sort, sort_keys
from tests.factories.equipment import make_equipment
from tests.factories.people import make_team, make_user
from tests.factories.places import make_site
from tests.factories.workorders import NOON, make_order

DAN = Actor(name="Dan", role=Role.TECHNICIAN, user_id=4, person_id=4)
MONDAY = date(2026, 11, 23)


def at_sites(*site_ids):
    return Actor(name="Eve", role=Role.MANAGER, site_ids=frozenset(site_ids))


@pytest.fixture
def orders(session):
    """Twelve on four days at two sites; one of three is done."""
    pieces = [make_equipment(session, f"SWI-{code}", make_site(session, code)) for code in ("LYO", "NTE")]
    made = [make_order(session, pieces[n % 2], f"n{n}", due_on=MONDAY + timedelta(days=n % 4)) for n in range(12)]
    for order in made[::3]:
        interventions.complete_work_order(session, order.id, CompletionInput(), by=DAN, now=NOON)
    return made


@pytest.mark.parametrize("sort", get_args(Sort))
def test_pages_one_after_another_are_the_whole_list_in_its_order(session, orders, sort):
    seen, after = [], None
    keys = sort_keys(sort)
    while True:
        rows = queries.order_rows(session, OrderFilter(), by=DAN, limit=5, sort=sort, after=after)
        seen += [row.id for row in rows[:5]]
        if len(rows) <= 5:
            break
        after = [str(rows[4].due_on), rows[4].id] if len(keys) == 2 else [rows[4].id]
    expected = sorted(orders, key=lambda order: order.id, reverse=keys[-1][1])
    if len(keys) == 2:
        expected = sorted(expected, key=lambda order: order.due_on, reverse=keys[0][1])
    assert seen == [order.id for order in expected]


@pytest.mark.parametrize("sort", ["due_on", "-due_on,id", "id"])
@pytest.mark.parametrize("after", [[], ["x", "y"], [None, None], ["2026-11-23"], [1, 2, 3]])
def test_a_cursor_that_is_none_is_refused(session, sort, after):
    with pytest.raises(InvalidInput):
        queries.order_rows(session, OrderFilter(), by=DAN, limit=5, sort=sort, after=after)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"status": "completed"}, 4),
        ({"is_open": False, "sort": "-id"}, 4),
        ({"kind": "repair"}, 12),
        ({"priority": "high"}, 0),
        ({"assignee_id": 7}, 0),
        ({"due_before": MONDAY + timedelta(days=2), "due_after": MONDAY}, 3),
        ({"q": "n11", "is_open": True}, 1),
    ],
)
def test_a_filter_narrows_whatever_else_is_asked(session, orders, asked, found):
    sort = asked.pop("sort", "due_on")
    for _ in range(2):  # the second time, the statement is there already
        assert len(queries.order_rows(session, OrderFilter(**asked), by=DAN, limit=50, sort=sort)) == found


def test_whoever_sees_some_sites_sees_their_orders_only(session, orders):
    lyon, nantes = orders[0].site_id, orders[1].site_id
    for is_open in (None, True, False):

        def count(by, is_open=is_open, **more):
            return len(queries.order_rows(session, OrderFilter(is_open=is_open, **more), by=by, limit=50))

        assert count(at_sites(lyon)) + count(at_sites(nantes)) == count(at_sites(lyon, nantes)) == count(DAN)
        assert count(at_sites()) == 0
        assert count(at_sites(lyon), site_id=nantes) == 0
        assert count(at_sites(lyon, nantes), site_id=nantes) == count(DAN, site_id=nantes) > 0


def test_what_was_done_where_a_piece_stood_before_is_for_who_sees_that_site(session, orders):
    done, now_there = orders[0], make_site(session, "PAR")
    session.get_one(Equipment, done.equipment_id).site_id = now_there.id
    session.flush()
    new = make_order(session, session.get_one(Equipment, done.equipment_id), "After the move")
    seen = [queries.previous_orders(session, new, by=by) for by in (DAN, at_sites(now_there.id))]
    assert ([row.title for row in seen[0]], seen[1]) == (["n6", "n0"], [])


def test_a_piece_is_found_by_its_tag_however_its_letters_are_written(session):
    accented, plain = make_equipment(session, "ÉCR-1"), make_equipment(session, "ecr-2")
    found = [queries.find_piece_by_tag(session, tag, by=DAN) for tag in (" ÉCR-1", "écr-1", "ECR-2", "Ecr-2")]
    assert [row.id for row in found] == [accented.id, accented.id, plain.id, plain.id]


def test_a_day_shows_own_orders_and_those_of_nobody(session, orders):
    bob, zoe = make_user(session, "bob"), make_user(session, "zoe")
    mine, theirs = make_team(session, "Field", [bob.person]), make_team(session, "Desk", [zoe.person])
    names = {
        "own": (bob.person_id, None),
        "hers": (zoe.person_id, None),
        "field": (None, mine.id),
        "desk": (None, theirs.id),
    }
    piece = session.get_one(Equipment, orders[0].equipment_id)
    for title, (assignee_id, team_id) in names.items():
        make_order(session, piece, title, due_on=MONDAY, assignee_id=assignee_id, team_id=team_id)
    by = Actor(name="Bob", role=Role.TECHNICIAN, user_id=bob.id, person_id=bob.person_id)
    day = my_day(session, by=by, today=MONDAY)
    assert {"own", "field"} <= {row.title for row in day.due}
    assert not {"hers", "desk"} & {row.title for row in day.due}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("by", [DAN, at_sites(1), at_sites(1, 2)])
def test_what_is_open_is_not_looked_for_in_history(session, by):
    """SQLite says so of an empty database too; PostgreSQL decides by what there is."""
    plans = _plans_of(session, lambda: queries.order_rows(session, OrderFilter(is_open=True), by=by, limit=50))
    assert "INDEX ix_work_orders_open" in plans
    plans = _plans_of(session, lambda: my_day(session, by=by, today=MONDAY))
    assert "INDEX ix_work_orders_open_of" in plans
    assert "INDEX ix_work_orders_done_by" in plans
    assert "SCAN work_orders" not in plans.replace("SCAN work_orders USING INDEX ix_work_orders_open", "")


def _plans_of(session, work):
    sent = []

    def note(_connection, _cursor, statement, parameters, *_):
        sent.append((statement, parameters))

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    lines = []
    for statement, parameters in sent:
        if statement.startswith("SELECT"):
            explained = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            lines += [row[3] for row in explained]
    return "\n".join(lines)
