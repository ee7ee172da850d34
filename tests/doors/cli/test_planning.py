"""`ronde due`, `ronde explain` and `ronde simulate`."""

import json
from datetime import date

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

import app.cli.due
import app.cli.explain
import app.cli.simulate  # noqa: F401 - registers the command
from app.changes.actions import edits
from app.cli.app import WrongCall, cli
from app.core.clock import fixed_clock
from app.core.errors import InvalidInput, NotFound
from app.operations.actions.tick import tick
from app.plans.schemas import PlanInput
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_category, make_piece
from tests.factories.people import make_person, make_team
from tests.factories.places import make_calendar, make_organisation, make_site
from tests.factories.plans import ALICE


@pytest.fixture
def ronde(database, now, monkeypatch):
    """Two switches in Lyon, cleaned on the first working day of each month; the clock stands at 23 November 2026."""
    with database.writing() as session:
        make_organisation(session, make_calendar(session, "HOUSE"))
        site, category = make_site(session, "LYO"), make_category(session, "switch")
        make_piece(session, site, category, "SW-1")
        make_piece(session, site, category, "SW-2")
        said = {"title": "Clean", "kind": "cleaning", "code": "CLEAN", "start_on": date(2026, 12, 1), "lead_days": 14}
        plan = PlanInput(**said, shift="next", estimate_minutes=30, category_ids=[category.id])
        edits.create_plan(session, plan, by=ALICE, now=now)
        make_team(session, "Field", [make_person(session, "Bob")])
    tick(database, clock=fixed_clock(now), instance="test")
    monkeypatch.setattr("app.cli.app.Installation.now", now)
    url = database.url.render_as_string(hide_password=False)
    return lambda *words: CliRunner().invoke(cli, ["--database-url", url, "--log-level", "error", *words])


def told(result):
    assert result.exit_code == 0, result.exception
    return json.loads(result.stdout)


def plain(result):
    return result.stdout.replace("\N{NO-BREAK SPACE}", " ")


def test_what_comes_due_is_what_is_open_and_what_is_to_come(ronde):
    rows = told(ronde("due", "--until", "2027-01-31", "--json"))
    assert [(row["due_on"], row["item"], bool(row["order"])) for row in rows] == [
        ("2026-12-01", "SW-1", True), ("2026-12-01", "SW-2", True),
        ("2027-01-04", "SW-1", False), ("2027-01-04", "SW-2", False),
    ]  # fmt: skip
    assert rows[0]["order"].startswith("OT-")
    assert "Nothing falls due" in ronde("due", "--until", "2026-11-24").stdout


def test_an_order_is_explained(ronde, database):
    with database.reading() as session:
        number = f"OT-{session.scalars(select(WorkOrder.id)).first():06}"
    said = told(ronde("explain", number, "--json"))
    assert (said["due_on"], said["fate"], said["trace"][0]["step"]) == ("2026-12-01", "generated", "rule")
    assert "from version 1 of the plan" in ronde("explain", number).stdout


def test_a_date_is_explained_before_it_comes(ronde):
    said = plain(ronde("explain", "--plan", "CLEAN", "--equipment", "SW-1", "--date", "2027-01-04"))
    assert "Fri 1 Jan 2027 is a public holiday (New Year's Day): moved to the next working day" in said
    next_one = told(ronde("explain", "--plan", "CLEAN", "--equipment", "SW-1", "--json"))
    assert next_one["due_on"] == "2027-01-04"


def test_a_day_without_work_says_which_dates_lie_around_it(ronde):
    said = plain(ronde("explain", "--plan", "CLEAN", "--equipment", "SW-1", "--date", "2027-01-05"))
    assert said.splitlines() == [
        "No date of this plan falls on Tue 5 Jan 2027.",
        "The one before lies on Mon 4 Jan 2027.",
        "The next one lies on Mon 1 Feb 2027.",
    ]


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        ([], WrongCall, "Name an order"),
        (["OT-000001", "--plan", "CLEAN", "--equipment", "SW-1"], WrongCall, "Name an order"),
        (["--plan", "CLEAN"], WrongCall, "Name an order"),
        (["--plan", "CLEAN", "--equipment", "SW-1", "--date", "soon"], WrongCall, "--date needs a day"),
        (["OT-999999"], NotFound, "no access"),
        (["nonsense"], NotFound, "no order nonsense"),
        (["--plan", "NONE", "--equipment", "SW-1"], NotFound, "no plan NONE"),
        (["--plan", "CLEAN", "--equipment", "PRN-1"], NotFound, "the tag PRN-1"),
    ],
)
def test_what_cannot_be_explained_is_refused_in_words(ronde, words, error, says):
    said = ronde("explain", *words)
    assert isinstance(said.exception, error), said.exception
    assert says in str(said.exception)


def test_options_suppose_what_a_file_would(ronde, tmp_path):
    added = told(ronde("simulate", "--add", "3", "--category", "switch", "--site", "lyo", "--weeks", "8", "--json"))
    assert [week["orders"] for week in added["then"]["weeks"]] == [0, 5, 0, 0, 0, 0, 5, 0]
    assert [week["orders"] for week in added["today"]["weeks"]] == [0, 2, 0, 0, 0, 0, 2, 0]
    file = tmp_path / "what-if.json"
    file.write_text(json.dumps({"forecast": {"weeks": 8}, "absences": []}))
    assert told(ronde("simulate", str(file), "--json"))["then"] == added["today"]


def test_a_changed_plan_and_an_absence(ronde):
    words = ["--plan", "CLEAN", "--every", "2", "--unit", "week", "--estimate", "60", "--weeks", "4"]
    away = ["--absent", "Bob", "--from", "2026-12-07", "--until", "2026-12-11"]
    said = told(ronde("simulate", *words, *away, "--json"))["then"]["weeks"]
    assert [(week["minutes"], week["capacity_minutes"]) for week in said] == [
        (0, 2100), (60, 2100), (0, 0), (120, 2100),
    ]  # fmt: skip
    assert "In all" in ronde("simulate", *words).stdout


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--add", "3"], WrongCall),
        (["--absent", "Bob"], WrongCall),
        (["--absent", "Nobody", "--from", "2026-12-07", "--until", "2026-12-11"], NotFound),
        (["/nowhere/at-all.json"], WrongCall),
        (["--plan", "CLEAN", "--every", "0"], InvalidInput),
        (["--weeks", "500"], InvalidInput),
    ],
)
def test_what_cannot_be_supposed_is_refused(ronde, words, error):
    assert isinstance(ronde("simulate", *words).exception, error)


@pytest.mark.parametrize("said", ['{"forecast": []}', '{"plans": "x"}', '{"equipment": {}}'])
def test_a_file_that_is_no_simulation_is_refused_in_words(ronde, tmp_path, said):
    path = tmp_path / "what-if.json"
    path.write_text(said)
    assert isinstance(ronde("simulate", str(path), "--weeks", "4", "--add", "1").exception, InvalidInput)
