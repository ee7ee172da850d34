"""A temporary fix is not forgotten: it stays on its list until it is mended for good."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from app.core.security import Actor, Role
from app.interventions.actions import complete_work_order
from app.interventions.queries.temporary import FixFilter, fix_lines, temporary_fixes
from app.interventions.schemas import CompletionInput
from app.workorders.actions.life import cancel_work_order
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_equipment
from tests.factories.workorders import NOON, make_order

BOB = Actor(name="Bob", role=Role.TECHNICIAN, user_id=2)
ALICE = Actor(name="Alice", role=Role.MANAGER, user_id=1)


@pytest.fixture
def piece(session):
    return make_equipment(session)


def patch_up(session, order, due="2026-12-01", at=NOON):
    said = {"finding": "failed", "restoration": "palliative", "curative_due_on": due}
    complete_work_order(session, order.id, CompletionInput.model_validate(said), by=BOB, now=at)


def follow_up_of(session, order):
    return session.scalars(select(WorkOrder).where(WorkOrder.parent_id == order.id)).one()


def fixes(session, by=BOB, **wanted):
    return fix_lines(temporary_fixes(session, FixFilter(**wanted), by=by, limit=50))


def test_it_stands_on_the_list_with_its_age_due_date_and_follow_up(session, piece):
    order = make_order(session, piece, "Fan stuck")
    patch_up(session, order)
    (fix,) = fixes(session)
    assert (fix["title"], fix["done_on"], fix["curative_due_on"]) == (
        "Fan stuck",
        date(2026, 11, 23),
        date(2026, 12, 1),
    )
    assert fix["follow_up_id"] == follow_up_of(session, order).id
    assert fix["number"] == f"OT-{order.id:06d}"


def test_a_lasting_fix_takes_it_off(session, piece):
    order = make_order(session, piece)
    patch_up(session, order)
    complete_work_order(session, follow_up_of(session, order).id, CompletionInput(), by=BOB, now=NOON)
    assert fixes(session) == []


def test_a_second_temporary_fix_stands_for_the_first(session, piece):
    order = make_order(session, piece)
    patch_up(session, order)
    second = follow_up_of(session, order)
    patch_up(session, second, "2026-12-15")
    assert [fix["id"] for fix in fixes(session)] == [second.id]


def test_its_age_counts_from_the_first_of_the_fixes_that_follow_one_another(session, piece):
    order, other = make_order(session, piece), make_order(session, piece, "Another fault")
    for days, order_ in ((0, order), (3, other)):
        patch_up(session, order_, at=NOON + timedelta(days=days))
    second = follow_up_of(session, order)
    patch_up(session, second, "2026-12-15", at=NOON + timedelta(days=5))
    third = follow_up_of(session, second)
    patch_up(session, third, "2026-12-16", at=NOON + timedelta(days=7))
    assert [(fix["id"], fix["since_on"], fix["done_on"]) for fix in fixes(session)] == [
        (other.id, date(2026, 11, 26), date(2026, 11, 26)),
        (third.id, date(2026, 11, 23), date(2026, 11, 30)),
    ]


def test_other_work_that_follows_leaves_it_there(session, piece):
    order = make_order(session, piece)
    patch_up(session, order)
    check = make_order(session, piece, kind="inspection", parent_id=order.id)
    complete_work_order(session, check.id, CompletionInput(), by=BOB, now=NOON)
    assert len(fixes(session)) == 1


def test_a_follow_up_that_is_cancelled_is_missed(session, piece):
    order = make_order(session, piece)
    patch_up(session, order)
    cancel_work_order(session, follow_up_of(session, order).id, "No budget", by=ALICE, now=NOON)
    assert [fix["follow_up_id"] for fix in fixes(session)] == [None]


def test_a_piece_that_is_gone_needs_no_fix(session, piece):
    patch_up(session, make_order(session, piece))
    session.refresh(piece)
    piece.status = "retired"
    session.flush()
    assert fixes(session) == []


def test_the_most_urgent_comes_first_and_another_site_s_not_at_all(session, piece):
    late, early = make_order(session, piece), make_order(session, piece)
    patch_up(session, late, "2026-12-20")
    patch_up(session, early, "2026-11-30")
    assert [fix["id"] for fix in fixes(session)] == [early.id, late.id]
    stranger = Actor(name="Eve", role=Role.MANAGER, site_ids=frozenset({piece.site_id + 1}))
    assert fixes(session, by=stranger) == []
    assert fixes(session, equipment_id=piece.id + 1) == []


def test_the_list_costs_one_question(session, piece):
    for _ in range(3):
        patch_up(session, make_order(session, piece), at=NOON + timedelta(minutes=1))
    asked = []
    listen = lambda *args: asked.append(args[2])  # noqa: E731
    event.listen(session.connection(), "before_cursor_execute", listen)
    assert len(fixes(session)) == 3
    assert len(asked) == 1
