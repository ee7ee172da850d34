"""The queue of pieces to look at: one that cannot be judged stops no other."""

from datetime import UTC, date, datetime

from sqlalchemy import func, select

from app.core.security import Actor, Role
from app.interventions.models import ReportedPiece
from app.operations.actions.on_demand import generate_now
from app.proposals.actions import climbing, queue
from app.proposals.actions.queue import climb_all
from app.proposals.models import Proposal
from tests.factories.equipment import make_equipment
from tests.rooms.proposals.test_climbing import fail


def test_a_piece_that_fails_is_put_aside_and_the_others_climb(database, monkeypatch):
    with database.writing() as session:
        broken = make_equipment(session, "PRI-1").id
        sound = make_equipment(session, "PRI-2")
        for day in (date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)):
            fail(session, sound, day)
        session.add(ReportedPiece(equipment_id=broken, reported_at=datetime(2026, 3, 1, tzinfo=UTC)))
    known = climbing.pieces_known

    def faulty(session, ids, book, *, now):
        if broken in ids:
            raise ZeroDivisionError
        return known(session, ids, book, now=now)

    monkeypatch.setattr(climbing, "pieces_known", faulty)
    climb_all(database, now=datetime(2026, 3, 4, 20, tzinfo=UTC))
    with database.reading() as session:
        assert session.scalars(select(Proposal.equipment_id)).all() == [sound.id]
        assert session.scalar(select(func.count()).select_from(ReportedPiece)) == 0


def test_a_tick_on_demand_climbs_ladders_as_a_tick_does_and_leaves_what_fails_to_the_scheduler(database, monkeypatch):
    with database.writing() as session:
        piece = make_equipment(session, "PRI-1")
        for day in (date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)):
            fail(session, piece, day)
    alice, now = Actor("Alice", Role.MANAGER), datetime(2026, 3, 4, 20, tzinfo=UTC)
    with monkeypatch.context() as broken, database.writing() as session:
        broken.setattr(climbing, "pieces_known", lambda *_, **__: 1 / 0)
        assert generate_now(session, by=alice, now=now).errors == []
    with database.writing() as session:
        assert session.scalars(select(Proposal.equipment_id)).all() == []
        generate_now(session, by=alice, now=now)
        assert session.scalars(select(Proposal.equipment_id)).all() == [piece.id]
        assert session.scalar(select(func.count()).select_from(ReportedPiece)) == 0


def test_a_tick_waits_for_so_many_pieces_and_the_next_goes_on(database, monkeypatch):
    with database.writing() as session:
        for n in range(3):
            piece_id = make_equipment(session, f"PRI-{n}").id
            session.add(ReportedPiece(equipment_id=piece_id, reported_at=datetime(2026, 3, 1, tzinfo=UTC)))
    monkeypatch.setattr(queue, "BATCH", 1)
    monkeypatch.setattr(queue, "BATCHES", 2)
    left = []
    for _ in range(2):
        queue.climb_all(database, now=datetime(2026, 3, 4, 20, tzinfo=UTC))
        with database.reading() as session:
            left.append(session.scalar(select(func.count()).select_from(ReportedPiece)))
    assert left == [1, 0]
