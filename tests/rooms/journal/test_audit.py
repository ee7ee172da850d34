"""The audit chain: what was sealed cannot be edited, removed or reordered unseen."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.security import Actor, Role
from app.journal import actions, queries
from app.journal.models import AuditBlock, AuditEntry, IdempotencyRecord

ALICE = Actor(name="Alice", role=Role.MANAGER, user_id=1)
MINUTE = timedelta(minutes=1)


def change(session: Session, title: str, now: datetime) -> None:
    actions.record_change(session, "edited", "plan", 7, {"title": ["Avant", title]}, by=ALICE, now=now)
    session.flush()


def test_sealed_entries_verify(session: Session, now: datetime) -> None:
    change(session, "Été", now)
    change(session, "Noël", now)
    assert actions.seal_audit(session, now=now + MINUTE) == 2
    change(session, "Pâques", now + MINUTE)
    assert actions.seal_audit(session, now=now + 2 * MINUTE) == 1
    session.expire_all()
    assert list(queries.broken_blocks(session)) == []


def test_sealing_waits_for_a_moment_without_another_writer(postgresql: Database, now: datetime) -> None:
    with Session(postgresql.engine) as long_import, Session(postgresql.engine) as clock:
        change(long_import, "Été", now)
        assert actions.seal_audit(clock, now=now) == 0
        long_import.rollback()
        change(clock, "Noël", now)
        assert actions.seal_audit(clock, now=now) == 1
        assert actions.seal_audit(clock, now=now) == 0
    with postgresql.writing() as session:
        session.execute(text("TRUNCATE audit_entries, audit_blocks, outbox_events RESTART IDENTITY"))


def edit(session: Session) -> None:
    session.execute(update(AuditEntry).where(AuditEntry.id == 2).values(user_name="Eve"))


def remove(session: Session) -> None:
    session.execute(delete(AuditEntry).where(AuditEntry.id == 2))


def remove_block(session: Session) -> None:
    session.execute(delete(AuditBlock).where(AuditBlock.id == 1))


def swap(session: Session) -> None:
    for old, new in ((1, 99), (2, 1), (99, 2)):
        session.execute(update(AuditEntry).where(AuditEntry.id == old).values(id=new))


@pytest.mark.parametrize("attack", [edit, remove, remove_block, swap])
def test_the_chain_shows(attack: Callable[[Session], None], session: Session, now: datetime) -> None:
    for n in range(3):
        change(session, f"Titre {n}", now)
        actions.seal_audit(session, now=now + MINUTE)
    attack(session)
    session.expire_all()
    assert list(queries.broken_blocks(session))


def test_a_nightly_job_is_claimed_once_a_day(session: Session, now: datetime) -> None:
    day = date(2026, 11, 23)
    assert actions.claim_job_run(session, "reconcile", day, instance="a", now=now)
    assert not actions.claim_job_run(session, "reconcile", day, instance="b", now=now)
    assert actions.claim_job_run(session, "reconcile", date(2026, 11, 24), instance="b", now=now)


def test_a_silent_scheduler_is_noticed(session: Session, now: datetime) -> None:
    assert queries.is_scheduler_silent(session, now=now)
    actions.beat(session, "a", started_at=now, now=now, tick_ms=3, error=None)
    session.flush()
    assert not queries.is_scheduler_silent(session, now=now + MINUTE)
    assert queries.is_scheduler_silent(session, now=now + 10 * MINUTE)


def test_old_answers_are_forgotten(session: Session, now: datetime) -> None:
    actions.remember_answer(
        session, principal="user:1", key="k", request_hash="h", status=201, headers={}, body="{}", now=now
    )
    session.flush()
    actions.forget_answers(session, now=now + timedelta(days=1))
    assert queries.find_idempotency_record(session, "user:1", "k")
    actions.forget_answers(session, now=now + timedelta(days=3))
    session.expire_all()
    assert session.query(IdempotencyRecord).count() == 0
