"""Whether the house is in order, for people and for machines."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.core.security import Actor
from app.journal.actions import enqueue_mail
from app.journal.models import Heartbeat


def test_machines_are_told_in_a_word(stranger):
    assert stranger.get("/livez").text == "ok\n"
    assert stranger.get("/readyz").text == "ready\n"


def test_a_database_of_another_version_is_not_ready(stranger, database):
    with database.writing() as session:
        before = session.scalar(text("SELECT version_num FROM alembic_version"))
        session.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    try:
        answer = stranger.get("/readyz")
    finally:
        with database.writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": before})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")


def test_a_scheduler_that_is_silent_is_said(web, api, database, now):
    assert "No scheduler has been seen" in web("alice").get("/health").text
    with database.writing() as session:
        session.add(Heartbeat(instance="host-1", started_at=now, seen_at=now - timedelta(minutes=1), tick_ms=3))
    page = web("alice").get("/health").text
    assert "No scheduler has been seen" not in page
    assert "host-1" in page
    health = api("alice").get("/api/v1/meta/health").json()
    assert (health["is_whole"], health["is_scheduler_silent"]) == (True, False)
    assert health["schedulers"][0]["instance"] == "host-1"


@pytest.mark.parametrize("login", ["bob", "chloe"])
def test_health_is_for_managers(web, login):
    assert web(login).get("/health").status_code == 403


def test_mail_that_nobody_took_is_shown_and_sent_again(web, api, database, now):
    with database.writing() as session:
        mail = enqueue_mail(session, "chloe@example.org", "Your printer", "Repaired", by=Actor.system(), now=now)
        mail.state, mail.error = "dead", "550 no such user"
    page = web("alice").get("/health").text
    assert "Your printer" in page
    assert "550 no such user" in page
    assert "No mail server is set up" in page
    shown = api("alice").get("/api/v1/messages?state=dead").json()["items"]
    assert [(row["subject"], row["error"]) for row in shown] == [("Your printer", "550 no such user")]
    assert web("alice").post(f"/health/messages/{mail.id}/retry").status_code == 303
    assert api("alice").get("/api/v1/meta/health").json()["mail"] == {"is_set_up": False, "waiting": 1, "given_up": []}
