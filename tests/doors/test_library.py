"""The library over REST, on its pages and on the command line."""

import json
import re
from copy import deepcopy

import pytest
from typer.testing import CliRunner

import app.cli.library  # noqa: F401 - registers the command
from app.cli.app import cli
from app.library import queries
from app.library.queries import shelf
from app.library.rules.entries import entry_of
from tests.doors.web.test_plans import text_of
from tests.factories.equipment import make_category, make_equipment

LIBRARY = "/api/v1/library"


@pytest.fixture
def ups(database, cast):
    with database.writing() as session:
        category = make_category(session, "UPS")
        make_equipment(session, "UPS-0001", cast.lyon, category)
        return category.id


def test_rest_previews_loads_and_tells_the_standing(api, ups):
    alice = api("alice")
    rows = {row["code"]: row for row in alice.get(LIBRARY).json()}
    assert (len(rows), rows["ups-self-test"]["standing"]) == (17, "not_loaded")
    entry = alice.get(f"{LIBRARY}/ups-self-test").json()
    assert (entry["title"], entry["suggested_category_ids"]) == ("UPS self-test", [ups])
    wanted = {"plans": ["monthly"], "category_ids": [ups], "language": "fr", "is_active": True}
    told = alice.post(f"{LIBRARY}/ups-self-test/preview", json=wanted).json()
    assert told["plans"][0]["preview"]["target_count"] == 1
    made = alice.post(f"{LIBRARY}/ups-self-test/load", json=wanted)
    assert made.status_code == 201
    plan = alice.get(f"/api/v1/maintenance-plans/{made.json()['plan_ids'][0]}").json()
    assert (plan["state"], plan["procedure_id"]) == ("active", made.json()["procedure_id"])
    assert alice.get(f"{LIBRARY}/ups-self-test").json()["loaded"]["is_edited"] is False
    assert alice.post(f"{LIBRARY}/ups-self-test/decide", json={"take": True}).status_code == 409


def test_rest_refuses_in_words(api, ups):
    alice = api("alice")
    assert alice.get(f"{LIBRARY}/nothing").status_code == 404
    refused = alice.post(f"{LIBRARY}/ups-self-test/load", json={"plans": ["monthly"]})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/category_ids")
    assert api("eve").post(f"{LIBRARY}/ups-self-test/load", json={}).status_code == 403
    assert api("bob").get(LIBRARY).status_code == 403


def test_the_pages_show_what_is_made_and_load_it(web, ups):
    alice = web("alice")
    assert "UPS battery replacement" in text_of(alice.get("/library"))
    page = alice.get("/library/ups-self-test")
    assert 'value="monthly" checked' in page.text
    assert f'value="{ups}" checked' in page.text
    assert "Estimated runtime after the test" in text_of(page)
    form = {"language": "fr", "plans[]": "monthly", "category_ids[]": str(ups)}
    told = text_of(alice.post("/library/ups-self-test/preview", data=form))
    assert "Autotest de l’onduleur" in told
    assert "1 item" in told
    answer = alice.post("/library/ups-self-test/load", data=form)
    assert "Loaded from the library" in text_of(alice.get(answer.headers["location"]))
    assert "Loaded" in text_of(alice.get("/library"))
    refused = alice.post("/library/ups-self-test/load", data={"plans[]": "monthly"})
    assert refused.status_code == 422
    assert "Choose what the plans look after" in text_of(refused)
    assert "somebody who sees all of them" in text_of(web("eve").get("/library/ups-self-test"))


def test_a_newer_edition_is_shown_and_taken_as_a_draft(web, ups, monkeypatch):
    alice = web("alice")
    alice.post("/library/ups-self-test/load", data={"language": "en", "plans[]": "monthly", "category_ids[]": str(ups)})
    data = deepcopy(dict(shelf.catalogue()["ups-self-test"].data))
    data["edition"], data["steps"][1]["minimum"] = 2, 95
    data["plans"][0] |= {"interval": 3, "priority": "high"}
    later = dict(shelf.catalogue()) | {"ups-self-test": entry_of(data)}
    for module in (shelf, queries, queries.entries):
        monkeypatch.setattr(module, "catalogue", lambda: later)
    assert "A newer edition is there" in text_of(alice.get("/library"))
    page = text_of(alice.get("/library/ups-self-test"))
    assert "Yours was not edited" in page
    assert "Changed · Battery charge" in page
    assert re.search(r"Dates Every month[^→]* → Every 3 months", page)
    assert "Interval 1 → 3" in page
    assert "Priority Normal → High" in page
    answer = alice.post("/library/ups-self-test/decide", data={"take": "1"})
    assert "is a draft" in text_of(alice.get(answer.headers["location"]))


def test_the_command_line_lists_and_loads(database, ups, tmp_path):
    url = database.url.render_as_string(hide_password=False)
    flags = ["--data-dir", str(tmp_path), "--database-url", url, "library"]
    runner = CliRunner()
    loaded = runner.invoke(cli, [*flags, "load", "ups-self-test", "--plan", "monthly", "--category", str(ups)])
    assert loaded.exit_code == 0, loaded.output
    rows = json.loads(runner.invoke(cli, [*flags, "list", "--json"]).stdout)
    assert [row["code"] for row in rows if row["standing"] == "current"] == ["ups-self-test"]
    assert "ups-self-test" in runner.invoke(cli, [*flags, "list"]).stdout
