"""Pages of work: three taps for nothing found, a report that is not lost, forms that work without a script."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.places.models import Calendar
from app.workorders.models import Resolution
from tests.factories.equipment import make_equipment
from tests.factories.places import make_site
from tests.factories.workorders import make_order


@pytest.fixture
def order(database, cast):
    with database.writing() as session:
        piece = make_equipment(session, "SWI-0001", cast.lyon, name="Core switch")
        order = make_order(session, piece, "Clean the fans", kind="cleaning", due_on="2026-11-20", estimate_minutes=25)
        return order.id


def test_my_day_shows_what_is_late_with_its_answers(web, order):
    text = web("bob").get("/").text
    assert "Clean the fans" in text
    assert "3 days late" in text
    assert f'action="/work-orders/{order}/complete"' in text


def test_nothing_to_report_is_one_form(web, order):
    bob = web("bob")
    answer = bob.post(f"/work-orders/{order}/complete", data={"version": "1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Done and recorded." in bob.get("/").text
    assert "Cleaned" in bob.get(f"/work-orders/{order}").text


def test_a_refused_report_keeps_what_was_written(web, order):
    bob = web("bob")
    said = {"version": "1", "finding": "failed", "restoration": "palliative", "explanation": "Fan stuck <b>"}
    answer = bob.post(f"/work-orders/{order}/complete", data=said)
    assert answer.status_code == 422
    assert "Say by when the lasting fix is due." in answer.text
    assert "Fan stuck &lt;b&gt;" in answer.text
    assert bob.get(f"/work-orders/{order}").text.count("Ready") >= 1


def test_an_old_page_does_not_overwrite(web, order):
    bob = web("bob")
    bob.post(f"/work-orders/{order}/start", data={"version": "1"})
    assert bob.post(f"/work-orders/{order}/complete", data={"version": "1"}).status_code == 412


def test_an_order_waits_and_goes_on(web, order):
    bob = web("bob")
    bob.post(f"/work-orders/{order}/start", data={"version": "1"})
    bob.post(f"/work-orders/{order}/hold", data={"version": "2", "reason": "parts", "until": "2026-11-25"})
    assert "Waiting for a part" in bob.get("/").text
    bob.post(f"/work-orders/{order}/resume", data={})
    assert "In progress" in bob.get(f"/work-orders/{order}").text


def test_work_is_logged_by_the_tag_on_the_label(web, order):
    bob = web("bob")
    answer = bob.post("/work-orders/log", data={"tag": "swi-0001", "title": "Cable plugged in", "minutes_spent": "5"})
    assert answer.status_code == 303
    assert "Cable plugged in" in bob.get(answer.headers["location"]).text
    assert bob.post("/work-orders/log", data={"tag": "NOPE", "title": "x"}).status_code == 422


def test_when_it_was_out_of_use_is_read_at_the_site(web, database, cast):
    with database.writing() as session:
        far = make_site(session, "RUN", session.get_one(Calendar, cast.lyon.calendar_id), time_zone="Indian/Reunion")
        make_equipment(session, "RUN-1", far)
    said = {"tag": "RUN-1", "title": "Plugged in", "finding": "failed", "work_kind": "repair"}
    down = {"down_from": "2026-11-23T09:00", "down_until": "2026-11-23T11:00"}
    assert web("bob").post("/work-orders/log", data=said | down).status_code == 303
    with database.reading() as session:
        assert session.scalar(select(Resolution.down_from)) == datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def test_who_does_not_know_the_tag_finds_it_by_the_name(web, order):
    bob = web("bob")
    assert '<option value="SWI-0001">Core switch' in bob.get("/pieces", params={"tag": "core"}).text
    assert "<option" not in bob.get("/pieces", params={"tag": "S"}).text


def test_a_problem_becomes_a_follow_up(web, order):
    bob = web("bob")
    form = {"equipment_id": "1", "parent_id": str(order), "title": "Replace the fan", "due_on": "2026-12-01"}
    answer = bob.post("/work-orders/new", data=form)
    assert f"OT-{order:06d}" in bob.get(answer.headers["location"]).text


def test_who_only_asks_for_help_finds_their_own_page(web, order):
    assert web("chloe").get("/").headers["location"] == "/portal"


def test_a_foreign_order_is_not_found(web, order):
    assert web("eve").get(f"/work-orders/{order}").status_code == 404
