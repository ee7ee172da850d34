"""`ronde tick` on both databases."""

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

import app.cli.tick  # noqa: F401 - registers the command
from app.cli.app import cli
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from app.workorders.models import WorkOrder
from tests.factories.engine import make_targets
from tests.factories.places import make_calendar, make_organisation

FUTURE = "2087-01-01"


@pytest.fixture
def ronde(database):
    """Calls the command on a house with one monthly plan on two pieces."""
    with database.writing() as session:
        make_targets(session, 2, Schedule(Rule("month")), anchor=date(2027, 1, 1))
    url = database.url.render_as_string(hide_password=False)
    return lambda *words: CliRunner().invoke(cli, ["--database-url", url, "--log-level", "error", *words])


def orders(database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(WorkOrder)) or 0


def test_it_refuses_a_future_instant_unless_told_that_it_is_meant(ronde, database):
    refused = ronde("tick", "--now", FUTURE)
    assert (refused.exit_code, orders(database)) == (2, 0)
    assert "--dry-run" in refused.stderr
    assert ronde("tick", "--now", FUTURE, "--yes").exit_code == 0
    assert orders(database) == 2


def test_a_demonstration_may_travel_in_time(ronde, database):
    with database.writing() as session:
        make_organisation(session, make_calendar(session, "HOUSE"), is_demonstration=True)
    assert ronde("tick", "--now", FUTURE).exit_code == 0
    assert orders(database) == 2


def test_a_dry_run_writes_nothing_and_says_what_would_be(ronde, database):
    said = ronde("tick", "--now", FUTURE, "--dry-run", "--json")
    told = json.loads(said.stdout)
    assert (told["is_dry"], told["orders"], told["cycles"]["generated"]) == (True, 2, 2)
    assert orders(database) == 0


def test_json_tells_the_run_and_a_second_tick_does_nothing(ronde):
    first = json.loads(ronde("tick", "--now", FUTURE, "--yes", "--json").stdout)
    second = json.loads(ronde("tick", "--now", FUTURE, "--yes", "--json").stdout)
    assert (first["orders"], first["run_id"] is None) == (2, False)
    assert (second["orders"], second["run_id"], second["errors"]) == (0, None, [])


def test_an_instant_without_an_offset_is_local_to_the_house(ronde, database):
    with database.writing() as session:
        make_organisation(session, make_calendar(session, "HOUSE"))
    told = json.loads(ronde("tick", "--now", "2087-01-01T00:30", "--dry-run", "--json").stdout)
    assert datetime.fromisoformat(told["as_of"]) == datetime(2086, 12, 31, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize("words", ["nonsense", "2027-13-01", "2027-01-01Tx"])
def test_it_refuses_an_instant_that_is_none(ronde, words):
    refused = ronde("tick", "--now", words)
    assert refused.exit_code != 0
    assert getattr(refused.exception, "code", None) == "wrong_instant"
