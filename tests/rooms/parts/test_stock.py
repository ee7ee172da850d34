"""Stock: what comes, goes and is counted; never below nothing."""

import threading

import pytest
from sqlalchemy import func, select

from app.core.db import Database
from app.core.errors import Conflict, InvalidInput, NotAllowed, PreconditionFailed
from app.core.security import Actor, Role
from app.journal.models import AuditEntry
from app.parts import actions, queries
from app.parts.models import Part, StockMovement
from app.parts.schemas import CountInput, PartInput, ReceiptInput
from tests.factories.parts import make_part

ALICE = Actor("Alice", Role.MANAGER)
BOB = Actor("Bob", Role.TECHNICIAN)
EVE = Actor("Eve", Role.MANAGER, site_ids=frozenset({1}))


def test_a_part_is_made_and_its_stock_follows_what_happens(session, now):
    part = actions.create_part(session, PartInput(reference="CR-1220", name="Cell", threshold=2), by=ALICE, now=now)
    assert (part.stock, part.currency) == (0, "EUR")
    received = ReceiptInput(quantity=5, unit_cost_minor=120, note="BL 77")
    actions.receive_part(session, part.id, received, by=BOB, now=now)
    actions.take_part(session, part.id, 3, order_id=7, by=BOB, now=now)
    actions.return_part(session, part.id, 1, order_id=7, by=BOB, now=now)
    actions.count_part(session, part.id, CountInput(stock=2), by=BOB, now=now)
    rows = queries.movements(session, part.id, by=BOB)
    assert [(row.kind.value, row.quantity, row.stock, row.order_id) for row in rows] == [
        ("count", -1, 2, None),
        ("return", 1, 3, 7),
        ("use", -3, 2, 7),
        ("receipt", 5, 5, None),
    ]
    assert (part.unit_cost_minor, rows[0].user_name) == (120, "Bob")
    entries = session.scalars(select(AuditEntry.action).where(AuditEntry.entity == "part")).all()
    assert entries.count("stock_changed") == 4


def test_it_refuses_more_than_lies_there_and_says_how_many_do(session, now):
    part = make_part(session, stock=2, name="Fan")
    with pytest.raises(Conflict, match="Fan: 2 in stock, 3 needed"):
        actions.take_part(session, part.id, 3, by=BOB, now=now)
    actions.count_part(session, part.id, CountInput(stock=3), by=BOB, now=now)
    actions.take_part(session, part.id, 3, by=BOB, now=now)
    assert part.stock == 0


def test_a_part_is_low_at_its_threshold(session, now):
    watched = make_part(session, "A", 2, threshold=2)
    make_part(session, "B", 3, threshold=2)
    make_part(session, "C", 0)
    assert [part.id for part in queries.parts(session, by=BOB, low=True)] == [watched.id]
    assert queries.get_part(session, watched.id, by=BOB).is_low


def test_parts_are_found_by_the_words_of_reference_and_name(session):
    made = make_part(session, "VENT-40", name="Ventilateur 40 mm à roulement")
    make_part(session, "ALIM", name="Alimentation")
    assert [part.id for part in queries.parts(session, by=BOB, q="vent ROULEMENT")] == [made.id]
    assert [part.reference for part in queries.parts(session, by=BOB)] == ["ALIM", "VENT-40"]
    assert queries.find_part(session, " vent-40", by=BOB) == made.id
    assert queries.find_part(session, "alimentation", by=BOB) is not None
    assert queries.find_part(session, "vent", by=BOB) is None
    accented = make_part(session, "RÉF-1", name="Réfrigérant")
    assert queries.find_part(session, "RÉF-1", by=BOB) == accented.id


def test_two_parts_do_not_share_a_reference(session, now):
    part = make_part(session, "A")
    with pytest.raises(InvalidInput, match="Another part"):
        actions.create_part(session, PartInput(reference="A", name="Other"), by=ALICE, now=now)
    actions.edit_part(session, part.id, PartInput(reference="A", name="Same"), version=1, by=ALICE, now=now)
    with pytest.raises(PreconditionFailed):
        actions.edit_part(session, part.id, PartInput(reference="A", name="Late"), version=1, by=ALICE, now=now)


def test_an_archived_part_is_taken_for_nothing_but_comes_back_from_an_order(session, now):
    part = make_part(session, stock=1)
    actions.archive_part(session, part.id, by=ALICE, now=now)
    with pytest.raises(Conflict, match="archived"):
        actions.take_part(session, part.id, 1, by=BOB, now=now)
    actions.return_part(session, part.id, 1, by=BOB, now=now)
    assert queries.parts(session, by=BOB) == []
    assert queries.find_part(session, part.reference, by=BOB) is None


@pytest.mark.parametrize("by", [BOB, EVE])
def test_a_manager_of_the_whole_house_keeps_the_catalogue(session, now, by):
    with pytest.raises(NotAllowed):
        actions.create_part(session, PartInput(reference="A", name="A"), by=by, now=now)


def test_of_people_who_take_at_once_nobody_takes_what_is_gone(database, now):
    with database.writing() as session:
        part_id = make_part(session, stock=4).id
    own = [Database(database.url.render_as_string(hide_password=False)) for _ in range(3)]
    barrier, refused = threading.Barrier(3), []

    def take(number: int) -> None:
        barrier.wait()
        for _ in range(2):
            try:
                with own[number].writing() as session:
                    actions.take_part(session, part_id, 1, by=BOB, now=now)
            except Conflict as error:
                refused.append(error.code)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in own:
        each.close()
    assert refused == ["not_enough"] * 2
    with database.reading() as session:
        assert session.get_one(Part, part_id).stock == 0
        assert session.scalar(select(func.sum(StockMovement.quantity))) == 0
