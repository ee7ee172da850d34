"""Two at the same moment: a form pressed twice, a verdict given twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from app.core.errors import InvalidInput
from app.core.security import Actor
from app.requests import actions
from app.requests.models import WorkRequest
from app.requests.schemas import DuplicateInput, FeedbackInput, RequestInput
from tests.factories.equipment import make_equipment
from tests.factories.requests import NOON, make_request
from tests.factories.workorders import make_order

ONCE = "a-number-of-the-form-itself"


def twice(database, act):
    """Both begin together; what they answer."""
    barrier = Barrier(2)

    def one(_n):
        barrier.wait(timeout=10)
        with database.writing() as session:
            return act(session)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(2)))


def count(database):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(WorkRequest))


def test_a_form_pressed_twice_at_once_is_one_request(database):
    with database.writing() as session:
        piece_id = make_equipment(session).id
    data = RequestInput(equipment_id=piece_id, text="No toner", once=ONCE)
    ids = twice(database, lambda s: actions.create_request(s, data, by=Actor.system(), now=NOON).id)
    assert (ids[0] == ids[1], count(database)) == (True, 1)


def test_not_solved_said_twice_at_once_is_asked_again_once(database):
    with database.writing() as session:
        piece = make_equipment(session)
        asked, order = make_request(session, piece), make_order(session, piece)
        order.state, asked.state, asked.order_id = "completed", "accepted", order.id
        secret = asked.secret
    data = FeedbackInput(feedback="not_solved", asks_again=True)
    ids = twice(database, lambda s: actions.judge_by_link(s, secret, data, now=NOON)[1].id)
    assert (ids[0] == ids[1], count(database)) == (True, 2)


def test_two_that_are_said_at_once_to_be_one_another_s_duplicates_do_not_both_vanish(database):
    with database.writing() as session:
        piece = make_equipment(session)
        ids = [make_request(session, piece, text).id for text in ("No toner", "It does not print")]
    pairs = [ids, ids[::-1]]

    def mark(session):
        one, other = pairs.pop()
        try:
            return actions.mark_duplicate(
                session, one, DuplicateInput(request_id=other), by=Actor.system(), now=NOON
            ).state
        except InvalidInput as refused:
            return refused.fields[0].code

    assert sorted(twice(database, mark)) == ["duplicate", "itself"]
