"""The doctor finds nothing in a house that is whole, and each kind of damage by its name."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.core.clock import fixed_clock
from app.core.db import Database
from app.core.security import Actor
from app.interventions.actions import complete_work_order
from app.interventions.schemas import CompletionInput
from app.journal.actions import beat, keep_file, seal_audit
from app.journal.models import AuditEntry, OutboxEvent
from app.ledger.models import Occurrence
from app.operations.actions.tick import tick
from app.operations.queries.doctor import examine
from app.plans.models import PlanTarget
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from app.workorders.models import Resolution, WorkOrder, WorkOrderEvent
from tests.factories.engine import make_targets
from tests.factories.equipment import make_equipment
from tests.factories.workorders import make_order

SYSTEM = Actor.system()
LATER = datetime(2027, 1, 20, 8, tzinfo=UTC)


@pytest.fixture
def files_dir(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def house(database: Database, files_dir: Path) -> Iterator[Session]:
    """Two targets with a weekly plan and some suppressed weeks, an order reported by hand, a file, a sealed audit."""
    with database.writing() as session:
        make_targets(session, 2, Schedule(Rule("week")), date(2027, 1, 1))
    day = date(2026, 12, 30)
    while day <= date(2027, 1, 20):
        tick(database, clock=fixed_clock(datetime(day.year, day.month, day.day, 8, tzinfo=UTC)), instance="a")
        day += timedelta(days=1)
    with database.writing() as session:
        order = make_order(session, make_equipment(session))
        made = datetime(2026, 11, 23, 12, tzinfo=UTC)
        complete_work_order(session, order.id, CompletionInput(), by=SYSTEM, now=made)
        keep_file(session, "a.txt", b"seen", files_dir=files_dir, most=100, by=SYSTEM, now=LATER)
        seal_audit(session, now=LATER)
        beat(session, "a", started_at=LATER, now=LATER, tick_ms=1, error=None)
    with Session(database.engine.execution_options(ronde_begin="BEGIN IMMEDIATE")) as session:
        yield session


def codes(session: Session, files_dir: Path) -> set[str]:
    session.flush()
    return {finding.code for finding in examine(session, files_dir=files_dir, now=LATER)}


def test_a_whole_house_has_no_finding(house: Session, files_dir: Path) -> None:
    assert codes(house, files_dir) == set()


def lose_an_order(session: Session) -> None:
    order_id = session.scalars(select(WorkOrder.id).where(WorkOrder.occurrence_id.is_not(None)).limit(1)).one()
    session.execute(delete(WorkOrderEvent).where(WorkOrderEvent.order_id == order_id))
    session.execute(delete(WorkOrder).where(WorkOrder.id == order_id))


def double_an_order(session: Session) -> None:
    columns = [column for column in WorkOrder.__table__.columns if column.name not in ("id", "is_open")]
    row = session.execute(select(*columns).where(WorkOrder.occurrence_id.is_not(None)).limit(1)).one()
    session.execute(insert(WorkOrder).values(**row._mapping))


def change_a_fate(session: Session) -> None:
    session.execute(update(Occurrence).where(Occurrence.fate == "generated").values(fate="skipped", reason="person"))


def change_a_state(session: Session) -> None:
    session.execute(update(WorkOrder).where(WorkOrder.origin == "occurrence").values(state="on_hold"))


def lose_an_event(session: Session) -> None:
    session.execute(delete(OutboxEvent).where(OutboxEvent.entity == "work_order"))


def lose_a_report(session: Session) -> None:
    session.execute(delete(Resolution))


def lose_a_cycle(session: Session) -> None:
    session.execute(update(PlanTarget).values(settled_through=date(2027, 2, 12)))


def count_wrongly(session: Session) -> None:
    session.execute(update(Occurrence).where(Occurrence.fate == "suppressed").values(count=9))


def record_past_the_end(session: Session) -> None:
    session.execute(update(PlanTarget).values(settled_through=date(2027, 1, 8)))


def decide_a_cycle_twice(session: Session) -> None:
    session.execute(
        update(Occurrence)
        .where(Occurrence.fate == "suppressed")
        .values(raw_due_on=date(2027, 1, 1), cycle_key="D:twice")
    )


def stall_a_target(session: Session) -> None:
    session.execute(update(WorkOrder).values(state="cancelled"))
    session.execute(update(PlanTarget).values(wake_at=None, next_due_on=date(2027, 1, 22)))


def edit_the_audit(session: Session) -> None:
    session.execute(update(AuditEntry).where(AuditEntry.id == 1).values(user_name="Eve"))


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lose_an_order, "order_missing"),
        (double_an_order, "order_doubled"),
        (change_a_fate, "fate_differs"),
        (change_a_state, "history_differs"),
        (lose_an_event, "event_missing"),
        (lose_a_report, "report_missing"),
        (lose_a_cycle, "ledger_gap"),
        (count_wrongly, "ledger_count"),
        (record_past_the_end, "ledger_beyond"),
        (decide_a_cycle_twice, "ledger_overlap"),
        (stall_a_target, "target_stalled"),
        (edit_the_audit, "audit_broken"),
    ],
)
def test_damage_is_found_by_its_name(
    house: Session, files_dir: Path, damage: Callable[[Session], None], code: str
) -> None:
    damage(house)
    assert code in codes(house, files_dir)


def test_a_file_that_is_lost_or_changed_is_found(house: Session, files_dir: Path) -> None:
    [kept] = [path for path in files_dir.rglob("*") if path.is_file() and len(path.name) == 64]
    kept.write_bytes(b"other")
    assert codes(house, files_dir) == {"file_changed"}
    stray = kept.rename(files_dir / "stray")
    os.utime(stray, (LATER.timestamp(), LATER.timestamp()))
    assert codes(house, files_dir) == {"file_lost"}  # it may be on its way
    os.utime(stray, (0, 0))
    assert codes(house, files_dir) == {"file_lost", "stray_file"}


def test_a_silent_scheduler_is_a_warning(house: Session, files_dir: Path) -> None:
    found = list(examine(house, files_dir=files_dir, now=LATER + timedelta(minutes=30)))
    assert [(finding.severity, finding.code) for finding in found] == [("warning", "scheduler_silent")]
