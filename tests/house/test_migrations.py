"""A house of the first version, with something in every table that later ones change: up, and down again, whole."""

import json

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from app.core.db import Database
from tests.house.tree import ROOT

FIRST = "0001"
AT = "2026-01-05 08:00:00"
ROWS: dict[str, dict[str, object]] = {
    "calendars": {"id": 1, "code": "FR", "name": "Été", "weekdays": "1111100", "version": 1},
    "customers": {"id": 1, "code": "ACME", "name": "Électro", "created_at": AT, "version": 1},
    "sites": {
        "id": 1, "code": "LYO", "name": "Siège", "customer_id": 1, "time_zone": "Europe/Paris", "calendar_id": 1,
        "address": "1 allée Zola", "search_text": "siege", "created_at": AT, "version": 1,
    },
    "locations": {
        "id": 1, "site_id": 1, "name": "Étage", "path": "Étage", "search_text": "etage", "created_at": AT, "version": 1,
    },
    "persons": {
        "id": 1, "name": "Élodie", "email": "E@example.org", "search_text": "elodie", "created_at": AT, "version": 1,
    },
    "teams": {"id": 1, "name": "Équipe", "version": 1},
    "team_members": {"team_id": 1, "person_id": 1},
    "equipment_categories": {
        "id": 1, "code": "ups", "name": "UPS", "tag_prefix": "UPS", "is_immaterial": False, "search_text": "ups",
        "created_at": AT, "version": 1,
    },
    "equipment": {
        "id": 1, "tag": "UPS-1", "name": "Cœur", "category_id": 1, "site_id": 1, "criticality": "B",
        "status": "in_service", "qr_token": "q", "custom_fields": "{}", "search_text": "ups-1 | coeur",
        "created_at": AT, "updated_at": AT, "version": 1,
    },
    "maintenance_plans": {
        "id": 1, "code": "P-1", "title": "Dépoussiérer", "kind": "cleaning", "state": "active", "current_number": 1,
        "created_at": AT, "version": 1,
    },
    "plan_versions": {
        "id": 1, "plan_id": 1, "number": 1, "title": "Dépoussiérer", "kind": "cleaning", "priority": "normal",
        "requires_photo": False, "requires_signature": False, "anchor_on": "2026-01-05", "anchor_policy": "plan",
        "schedule": "{}", "created_at": AT,
    },
    "plan_targets": {
        "id": 1, "plan_id": 1, "equipment_id": 1, "site_id": 1, "state": "active", "enrolled_on": "2026-01-05",
        "anchor_on": "2026-01-05", "is_anchor_due": True, "counter": 0, "failure_count": 0, "created_at": AT,
        "updated_at": AT,
    },
}  # fmt: skip
ORDER = {
    "type": "preventive", "kind": "cleaning", "equipment_id": 1, "site_id": 1, "origin": "manual", "priority": "normal",
    "state": "ready", "due_on": "2026-02-01", "requires_photo": False, "requires_signature": False, "reopen_count": 0,
    "created_at": AT, "version": 1,
}  # fmt: skip

LATER: dict[str, dict[str, object]] = {
    "parts": {
        "id": 1, "reference": "CR-1220", "name": "Pile", "unit": "pièce", "stock": 3, "currency": "EUR",
        "created_at": AT, "version": 1, "sort_name": "pile", "search_text": "cr-1220 | pile",
    },
    "stock_movements": {
        "id": 1, "part_id": 1, "kind": "receipt", "quantity": 3, "stock": 3, "at": AT, "user_name": "Bob",
    },
    "ladder_rules": {
        "id": 1, "category_id": 1, "test": "failures", "threshold": 3, "window_days": 90, "again_after": 2,
        "cool_down_days": 30, "is_automatic": False, "is_active": True, "created_at": AT, "version": 1,
    },
    "proposals": {
        "id": 1, "kind": "repair", "equipment_id": 1, "site_id": 1, "rule": "failures:no_power", "evidence": "{}",
        "state": "open", "is_automatic": False, "is_rearmed": False, "created_at": AT, "updated_at": AT, "version": 1,
    },
    "reported_pieces": {"id": 1, "equipment_id": 1, "reported_at": AT},
    "messages": {
        "id": 1, "message_key": "m", "recipient": "chloe@example.org", "subject": "Réparé", "body": "Bonjour",
        "state": "queued", "attempts": 0, "next_attempt_at": AT, "created_at": AT,
    },
    "failure_codes": {
        "id": 1, "category_id": 1, "kind": "mode", "code": "beeps", "name": "Beeps", "follows": "[]",
        "created_at": AT, "version": 1,
    },
    "suppliers": {
        "id": 1, "name": "Électro", "sort_name": "electro", "search_text": "electro", "created_at": AT, "version": 1,
    },
    "requests": {
        "id": 1, "channel": "portal", "equipment_id": 1, "site_id": 1, "text": "Ça sonne", "urgency": "hinders",
        "language": "fr", "search_text": "ca sonne", "state": "accepted", "order_id": 1, "secret": "s",
        "since_at": AT, "created_at": AT, "version": 1,
    },
    "request_messages": {
        "id": 1, "request_id": 1, "is_from_person": True, "user_name": "Chloé", "text": "Encore", "created_at": AT,
    },
    "downtimes": {"id": 1, "equipment_id": 1, "from_at": AT, "is_planned": False, "source": "derived"},
    "case_texts": {
        "order_id": 1, "equipment_id": 1, "category_id": 1, "site_id": 1, "kind": "repaired", "is_failure": True,
        "failed_on": "2026-01-05", "done_on": "2026-01-06", "words": "_s1 ecran noir",
    },
    "order_texts": {"order_id": 1, "words": "_s1 ecran noir", "is_stale": False},
    "order_terms": {"term": "ecran"},
    "commissioning_tasks": {
        "id": 1, "category_id": 1, "position": 1, "kind": "installation", "title": "Mount it", "days_after": 0,
        "created_at": AT, "version": 1,
    },
    "commissioning_orders": {"equipment_id": 1, "task_id": 1, "order_id": 1},
    "disposals": {"equipment_id": 1, "how": "recycled", "recorded_at": AT, "version": 1},
    "loans": {
        "id": 1, "equipment_id": 1, "for_equipment_id": 2, "lent_at": AT, "lent_by": "Bob", "from_site_id": 1,
    },
    "work_order_people": {"order_id": 1, "person_id": 1, "added_at": AT},
    "time_entries": {
        "id": 1, "order_id": 1, "person_id": 1, "source": "entered", "worked_on": "2026-02-01", "minutes": 25,
        "created_at": AT, "version": 1,
    },
    "part_usages": {
        "id": 1, "order_id": 1, "part_id": 1, "quantity": 2, "returned": 1, "currency": "EUR", "movement_id": 1,
        "used_at": AT, "user_name": "Bob",
    },
    "cost_lines": {
        "id": 1, "order_id": 1, "kind": "outside", "label": "Déplacement", "supplier_id": 1, "amount_minor": 9000,
        "currency": "EUR", "created_at": AT, "user_name": "Bob",
    },
    "procedures": {
        "id": 1, "code": "G-1", "title": "Autotest", "created_at": AT, "version": 1, "sort_name": "autotest",
        "search_text": "autotest | g-1",
    },
    "procedure_versions": {
        "id": 1, "procedure_id": 1, "number": 1, "state": "published", "created_at": AT, "created_by_name": "Alice",
    },
    "procedure_steps": {
        "id": 1, "procedure_version_id": 1, "position": 1, "title": "Autonomie", "kind": "number", "is_mandatory": True,
        "minimum": "12", "choices": "[]", "on_failure": "follow_up",
    },
    "procedure_parts": {"id": 1, "procedure_version_id": 1, "part_id": 1, "quantity": 2},
    "step_suggestions": {
        "id": 1, "procedure_id": 1, "procedure_version_id": 1, "step_id": 1, "order_id": 1, "text": "Préciser",
        "user_name": "Bob", "created_at": AT, "state": "taken", "taken_in_id": 1, "version": 1,
    },
    "work_order_procedures": {"order_id": 1, "procedure_version_id": 1, "position": 1},
    "step_results": {
        "id": 1, "order_id": 1, "step_id": 1, "equipment_id": 1, "series": "autonomie", "is_current": True,
        "value": "11", "outcome": "failed", "is_failed": True, "answered_at": AT, "user_name": "Bob",
    },
    "library_procedures": {
        "id": 1, "code": "ups-self-test", "language": "fr", "edition": 1, "digest": "d", "procedure_id": 1,
        "loaded_at": AT, "loaded_by_name": "Alice",
    },
    "library_plans": {
        "id": 1, "loaded_id": 1, "key": "monthly", "edition": 1, "digest": "d", "plan_id": 1, "loaded_at": AT,
    },
    "skills": {"id": 1, "name": "Onduleurs", "version": 1, "sort_name": "onduleurs", "search_text": "onduleurs"},
    "person_skills": {"person_id": 1, "skill_id": 1, "level": 3},
    "absences": {
        "id": 1, "person_id": 1, "kind": "leave", "first_on": "2026-12-21", "last_on": "2026-12-24", "created_at": AT,
        "version": 1,
    },
    "on_call_rotas": {
        "team_id": 1, "time_zone": "Europe/Paris", "starts_on": "2026-11-02", "handover_minutes": 480,
        "opens_minutes": 480, "closes_minutes": 1080, "version": 1,
    },
    "on_call_turns": {"team_id": 1, "position": 0, "person_id": 1},
    "on_call_swaps": {
        "id": 1, "team_id": 1, "person_id": 1, "first_on": "2026-12-05", "last_on": "2026-12-06", "created_at": AT,
    },
    "assignment_rules": {
        "id": 1, "position": 1, "name": "Onduleurs", "strategy": "least_loaded", "skill_id": 1,
        "reassigns_absent": True, "created_at": AT, "version": 1,
    },
    "assignments": {"order_id": 1, "rule_id": 1, "person_id": 1, "explanation": "[]", "at": AT},
    "escalation_rules": {
        "id": 1, "level": 2, "cause": "overdue", "after_minutes": 240, "to_team_id": 1, "assigns": False,
        "created_at": AT, "version": 1,
    },
    "escalations": {
        "id": 1, "order_id": 1, "level": 2, "cause": "overdue", "rule_id": 1, "to_team_id": 1, "at": AT,
        "by_name": "Ronde",
    },
    "visits": {
        "id": 1, "title": "Siège", "site_id": 1, "day_on": "2026-02-01", "state": "planned", "origin": "manual",
        "created_at": AT, "version": 1,
    },
    "visit_orders": {"visit_id": 1, "order_id": 1, "position": 1},
    "bundled_teams": {"team_id": 1},
}  # fmt: skip


def to(database, revision, move=command.upgrade):
    config = Config(ROOT / "alembic.ini")
    with database.migrating() as connection:
        config.attributes["connection"] = connection
        move(config, revision)


@pytest.fixture(params=["sqlite", "postgresql"])
def first(request, tmp_path):
    """An empty database of the first version."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'first.db'}")
    else:
        server = Database(request.getfixturevalue("postgresql_url"))
        name = f"first_{request.getfixturevalue('worker_id')}"
        with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name}"))
        server.close()
        database = Database(str(server.url.set(database=name).render_as_string(hide_password=False)))
    to(database, FIRST)
    yield database
    database.close()


def insert(session, table, row):
    names = ", ".join(row)
    session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in row)})"), row)


def one(session, columns, table, where="id = 1"):
    return tuple(session.execute(text(f"SELECT {columns} FROM {table} WHERE {where}")).one())


def test_a_filled_house_goes_up_and_down(first):
    with first.writing() as session:
        for table, row in ROWS.items():
            insert(session, table, row)
        insert(session, "equipment", ROWS["equipment"] | {"id": 2, "tag": "UPS-2", "qr_token": "r"})
        insert(session, "work_orders", ORDER | {"title": "Écran noir"})
        insert(session, "work_orders", ORDER | {"title": "Dépoussiérer", "plan_id": 1, "plan_version_id": 1})
    to(first, "head")
    with first.writing() as session:
        for table, row in LATER.items():
            insert(session, table, row)
        session.execute(text("UPDATE work_orders SET procedure_version_id = 1"))
        session.execute(text("UPDATE plan_versions SET procedure_id = 1"))
    to(first, "0025", command.downgrade)
    to(first, "head")
    with first.reading() as session:
        assert one(session, "sort_name, search_text", "persons") == ("elodie", "elodie | e@example.org")
        assert one(session, "sort_name, search_text", "sites") == ("siege", "lyo | siege | 1 allee zola")
        assert one(session, "sort_name, search_text", "customers") == ("electro", "acme | electro")
        assert one(session, "sort_name, search_text", "calendars") == ("ete", "fr | ete")
        assert one(session, "sort_name, search_text", "teams") == ("equipe", "equipe")
        assert one(session, "sort_name, search_text", "maintenance_plans") == ("depoussierer", "depoussierer | p-1")
        assert one(session, "search_text", "plan_versions") == ("depoussierer",)
        assert one(session, "search_text", "work_orders", "plan_id IS NULL") == ("ecran noir",)
        assert one(session, "search_text", "work_orders", "plan_id = 1") == (None,)
        assert one(session, "escalation_level, asked_at", "work_orders") == (2, None)
    to(first, FIRST, command.downgrade)
    with first.reading() as session:
        assert one(session, "name, search_text", "persons") == ("Élodie", "elodie")
        assert one(session, "name, search_text", "sites") == ("Siège", "siege")
        assert one(session, "count(*)", "team_members", "true") == (1,)
        assert one(session, "count(*)", "plan_targets", "true") == (1,)
        assert one(session, "count(*)", "work_orders", "true") == (2,)
    to(first, "head")
    with first.reading() as session:
        assert one(session, "search_text", "work_orders", "plan_id IS NULL") == ("ecran noir",)


def test_a_way_down_leaves_nothing_in_a_schedule_that_the_older_program_does_not_read(first):
    with first.writing() as session:
        for table, row in ROWS.items():
            insert(session, table, row)
        insert(session, "maintenance_plans", ROWS["maintenance_plans"] | {"id": 2, "code": "P-2"})
        insert(session, "plan_versions", ROWS["plan_versions"] | {"id": 2, "plan_id": 2})
    to(first, "head")
    more = '"trigger": {"kind": "counter", "meter": "m", "every": "9"}, "spread_days": 3, "when_idle": "continue"'
    with first.writing() as session:
        for plan_id, rule, mode in ((1, "none", "fixed"), (2, "month", "floating")):
            said = f'{{"rule": {{"freq": "{rule}"}}, "mode": "{mode}", {more}}}'
            changed = text("UPDATE plan_versions SET schedule = :said WHERE plan_id = :plan_id")
            if first.engine.dialect.name == "postgresql":
                changed = text("UPDATE plan_versions SET schedule = CAST(:said AS jsonb) WHERE plan_id = :plan_id")
            session.execute(changed, {"said": said, "plan_id": plan_id})
    to(first, FIRST, command.downgrade)
    with first.reading() as session:
        found = [
            (json.loads(schedule) if isinstance(schedule, str) else schedule, state)
            for schedule, state in session.execute(
                text(
                    "SELECT schedule, state FROM plan_versions JOIN maintenance_plans ON plan_id = maintenance_plans.id"
                    " ORDER BY plan_id"
                )
            )
        ]
        assert one(session, "state, wake_at", "plan_targets") == ("paused", None)
    assert found == [
        ({"rule": {"freq": "year"}, "mode": "fixed"}, "paused"),
        ({"rule": {"freq": "month"}, "mode": "floating"}, "active"),
    ]
