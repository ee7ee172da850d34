"""A house of any size, written in bulk: equipment, plans, targets that sleep or are due, and a past of orders."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import Table, insert, text
from sqlalchemy.orm import Session

from app.core.clock import start_of_day
from app.core.db import Base, Database
from app.operations.actions.upgrade import upgrade
from app.plans.rules.policy import Schedule
from app.plans.rules.rule import Rule

SIZES = {"small": (500, 10_000), "medium": (20_000, 200_000), "large": (1_000_000, 1_000_000)}  # targets, orders
ZONE = "Europe/Paris"
PLANS = 4  # sleeping plans that share each piece
CATEGORIES = ("SRV", "SWI", "PRN", "WKS", "LAP")
OPEN_SHARE = 40  # one order in so many is open
CHUNK = 20_000


def write(database: Database, table: str, rows: Iterable[dict[str, Any]]) -> None:
    target: Table = Base.metadata.tables[table]
    remaining = iter(rows)
    while chunk := list(islice(remaining, CHUNK)):
        with database.writing() as session:
            session.execute(insert(target), chunk)


def build(database: Database, *, targets: int, orders: int, now: datetime, pieces: int = 0) -> None:
    """Everything but what is due: see `make_due`."""
    upgrade(database)
    today = now.date()
    pieces = max(targets // PLANS, 250, pieces)
    people = max(20, orders // OPEN_SHARE // 50)
    calendar = {"id": 1, "code": "FR", "name": "France", "weekdays": "1111100", "country": "FR", "region": None}
    write(database, "calendars", [calendar])
    house = {"id": 1, "name": "Bench", "language": "fr", "country": "FR", "time_zone": ZONE, "currency": "EUR"}
    write(database, "organisation", [house | {"calendar_id": 1, "created_at": now}])
    write(database, "sites", [
        {"id": i, "code": f"S{i}", "name": f"Site {i}", "time_zone": ZONE, "calendar_id": 1, "created_at": now}
        for i in (1, 2, 3)
    ])  # fmt: skip
    write(database, "locations", [
        {"id": i, "site_id": i, "name": "Salle serveurs", "path": "Salle serveurs", "created_at": now}
        for i in (1, 2, 3)
    ])  # fmt: skip
    write(database, "persons", ({"id": i, "name": f"Technicien {i}", "created_at": now} for i in range(1, people + 1)))
    write(database, "equipment_categories", [
        {"id": i, "code": code, "name": code, "tag_prefix": code, "created_at": now}
        for i, code in enumerate(CATEGORIES, 1)
    ])  # fmt: skip
    write(database, "equipment", equipment(pieces, today, now))
    make_plans(database, 1, PLANS, Schedule(Rule("year")), anchor_on=today - timedelta(days=100), now=now)
    write(database, "plan_scopes", [  # or the night's reconciliation would end every target
        {"plan_version_id": plan, "category_id": category}
        for plan in range(1, PLANS + 1) for category in range(1, len(CATEGORIES) + 1)
    ])  # fmt: skip
    write(database, "plan_targets", sleeping(targets, today, now))
    write(database, "work_orders", past(orders, pieces, people, today, now))
    enter_words(database)
    settle(database)


def equipment(count: int, today: date, now: datetime) -> Iterator[dict[str, Any]]:
    for i in range(1, count + 1):
        tag, name = f"{CATEGORIES[i % 5]}-{i:07d}", f"poste-{i:07d}"
        yield {
            "id": i, "tag": tag, "name": name, "sort_name": name, "serial": f"SN{i * 7919:09d}",
            "category_id": i % 5 + 1, "site_id": i % 3 + 1, "location_id": i % 3 + 1,
            "criticality": "B", "status": "in_service", "qr_token": f"q{i}", "custom_fields": {},
            "commissioned_on": today - timedelta(days=i % 2000),
            "search_text": f"{tag} {name} sn{i * 7919:09d} salle serveurs".lower(), "created_at": now,
            "updated_at": now,
        }  # fmt: skip


def make_plans(
    database: Database, first: int, count: int, schedule: Schedule, *, anchor_on: date, now: datetime
) -> None:
    ids = range(first, first + count)
    shared = {"title": "Dépoussiérage", "kind": "cleaning", "created_at": now}
    write(database, "maintenance_plans", [
        {"id": i, "code": f"P{i}", "state": "active", "current_number": 1, **shared} for i in ids
    ])  # fmt: skip
    write(database, "plan_versions", [
        {"id": i, "plan_id": i, "number": 1, "priority": "normal", "anchor_on": anchor_on, "anchor_policy": "plan",
         "estimate_minutes": 20, "instructions": "Nettoyer.", "schedule": schedule.to_dict(), **shared}
        for i in ids
    ])  # fmt: skip


def target(plan_id: int, equipment_id: int, anchor_on: date, due_on: date, now: datetime) -> dict[str, Any]:
    """Settled through its anchor: the cycle at `due_on` comes next."""
    return {
        "plan_id": plan_id, "equipment_id": equipment_id, "site_id": equipment_id % 3 + 1, "state": "active",
        "enrolled_on": anchor_on, "anchor_on": anchor_on, "is_anchor_due": False, "settled_through": anchor_on,
        "next_due_on": due_on, "wake_at": start_of_day(due_on, ZONE), "created_at": now, "updated_at": now,
    }  # fmt: skip


def sleeping(count: int, today: date, now: datetime) -> Iterator[dict[str, Any]]:
    """Yearly work whose next date lies months away."""
    anchor_on = today - timedelta(days=100)
    due_on = anchor_on + timedelta(days=366)
    for i in range(count):
        yield target(i % PLANS + 1, i // PLANS + 1, anchor_on, due_on, now)


def make_due(database: Database, count: int, *, now: datetime) -> None:
    """`count` further targets of monthly plans, each with one cycle that is due today."""
    today = now.date()
    anchor_on = today - timedelta(days=30)
    with database.reading() as session:
        each = min(1000, session.scalar(text("SELECT max(id) FROM equipment")))
        first = 1 + session.scalar(text("SELECT max(id) FROM maintenance_plans"))
    make_plans(database, first, -(-count // each), Schedule(Rule("day", 30)), anchor_on=anchor_on, now=now)
    rows = (target(first + i // each, i % each + 1, anchor_on, today, now) for i in range(count))
    write(database, "plan_targets", rows)
    settle(database)


def past(count: int, pieces: int, people: int, today: date, now: datetime) -> Iterator[dict[str, Any]]:
    """Orders of two years, most of them done; the open ones shared out evenly among the technicians."""
    random = Random(1)
    for i in range(1, count + 1):
        is_open = i % OPEN_SHARE == 0
        due_on = today + timedelta(days=random.randrange(-3, 25) if is_open else -random.randrange(1, 700))
        piece = random.randrange(1, pieces + 1)
        done_at = None if is_open else datetime.combine(due_on, now.timetz())
        yield {
            "type": "preventive", "kind": "cleaning", "title": "Dépoussiérage", "instructions": "Nettoyer.",
            "equipment_id": piece, "site_id": piece % 3 + 1, "origin": "manual", "priority": "normal",
            "state": "ready" if is_open else "closed", "due_on": due_on, "window_first_on": due_on,
            "window_last_on": due_on, "assignee_id": i // OPEN_SHARE % people + 1, "estimate_minutes": 20,
            "created_at": now, "done_on": None if is_open else due_on, "completed_at": done_at, "recorded_at": done_at,
            "closed_at": done_at,
        }  # fmt: skip


def enter_words(database: Database) -> None:
    """As the clock has long done it, so that it does not begin while something else is measured."""
    words = "'_s_' || site_id || ' depoussierage poste salle serveurs'"
    with database.writing() as session:
        session.execute(text(f"INSERT INTO order_texts SELECT id, {words}, false FROM work_orders"))
        session.execute(text("INSERT INTO order_terms VALUES ('depoussierage'), ('poste'), ('salle'), ('serveurs')"))


def settle(database: Database) -> None:
    """Keys that were given do not move PostgreSQL's sequences; statistics as after a night's autovacuum."""
    with database.writing() as session:
        if not database.is_sqlite:
            for table in Base.metadata.sorted_tables:
                if "id" in table.c and table.c.id.type.python_type is int and table.name != "organisation":
                    advance_sequence(session, table.name)
        session.execute(text("ANALYZE"))


def advance_sequence(session: Session, table: str) -> None:
    sequence = session.scalar(text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": table})
    if sequence:
        session.execute(text(f"SELECT setval('{sequence}', (SELECT coalesce(max(id), 0) + 1 FROM {table}), false)"))
