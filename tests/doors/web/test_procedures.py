"""Procedures in a browser, without JavaScript."""

import re
from html import unescape

import pytest

from app.procedures.actions import suggest
from tests.factories.equipment import make_equipment
from tests.factories.plans import BOB
from tests.factories.procedures import make_procedure, publish_next, version_of
from tests.factories.workorders import make_order


def text_of(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).replace("\u00a0", " ").split())


def fields_of(answer):
    """What the draft's form would send as it stands."""
    page = answer.text
    found = {
        name: unescape(value) for name, value in re.findall(r'<input [^>]*name="([\w.]+)"[^>]* value="([^"]*)"', page)
    }
    for name, inside in re.findall(r'<select [^>]*name="([\w.]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        found[name] = unescape(chosen[1]) if chosen else re.findall(r'value="([^"]*)"', inside)[0]
    for name, inside in re.findall(r'<textarea [^>]*name="([\w.]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        found[name] = unescape(inside)
    ticked = set(re.findall(r'name="(steps\.\d+\.is_mandatory)" value="1" checked', page))
    return {name: value for name, value in found.items() if not name.endswith("is_mandatory") or name in ticked}


@pytest.fixture
def procedure(database):
    with database.writing() as session:
        return make_procedure(session)


def test_a_procedure_is_written_step_by_step_and_published(web):
    alice = web("alice")
    made = alice.post("/procedures/new", data={"title": "Clean a switch", "kind": "cleaning", "code": ""})
    url = made.headers["location"]
    assert url == "/procedures/1/draft"
    form = fields_of(alice.post(url, data=fields_of(alice.get(url)) | {"do": "add:0"}))
    form |= {"steps.0.title": "Fans turn", "steps.0.kind": "pass_fail", "steps.0.on_failure": "follow_up"}
    form = fields_of(alice.post(url, data=form | {"do": "add:1"}))
    form |= {"steps.1.title": "Photo", "steps.1.kind": "photo", "steps.1.only_if": "1:failed", "tools": "Brush"}
    saved = alice.post(url, data=form)
    assert (saved.status_code, saved.headers["location"]) == (303, "/procedures/1?version=1")
    shown = text_of(alice.get(saved.headers["location"]))
    assert "2. Photo Photo Only if step 1 fails" in shown
    assert "If it fails: a follow-up order is proposed" in shown
    assert alice.post("/procedures/1/publish", data={"version": "2"}).status_code == 303
    assert "Version 1 In force" in text_of(alice.get("/procedures/1"))


def test_steps_are_moved_and_removed_with_what_hangs_on_them(web, procedure):
    alice, url = web("alice"), f"/procedures/{procedure.id}/draft"
    alice.post(f"{url}/start", data={"version": "2"})
    form = fields_of(alice.get(url))
    assert form["steps.2.only_if"] == "1:failed"
    form = fields_of(alice.post(url, data=form | {"do": "down:1"}))
    assert [form[f"steps.{n}.title"] for n in range(3)] == ["Temperature", "Fans turn freely", "Photo of the dust"]
    assert (form["steps.2.only_if"], form["steps.0.maximum"]) == ("2:failed", "24")
    form = fields_of(alice.post(url, data=form | {"do": "remove:2"}))
    assert (form["steps.1.title"], form["steps.1.only_if"]) == ("Photo of the dust", "")
    assert len(alice.get(f"/procedures/{procedure.id}?version=2").text.split('id="step-')) == 4  # nothing is saved


def test_what_is_wrong_is_said_beside_its_field(web, procedure):
    alice, url = web("alice"), f"/procedures/{procedure.id}/draft"
    alice.post(f"{url}/start", data={"version": "2"})
    refused = alice.post(url, data=fields_of(alice.get(url)) | {"steps.1.minimum": "30"})
    assert refused.status_code == 422
    assert "The upper limit lies below the lower one." in text_of(refused)
    assert 'id="s2-maximum-error"' in refused.text


def test_what_a_kind_has_no_use_for_is_left_out(web, procedure):
    alice, url = web("alice"), f"/procedures/{procedure.id}/draft"
    alice.post(f"{url}/start", data={"version": "2"})
    assert alice.post(url, data=fields_of(alice.get(url)) | {"steps.1.kind": "text"}).status_code == 303
    assert "24" not in text_of(alice.get(f"/procedures/{procedure.id}?version=2")).split("Temperature")[1][:40]


@pytest.mark.parametrize(
    "said",
    [
        {"steps": "1", "steps.0.title": "x"},
        {"steps.0.title": "x", "steps.0": "1"},
        {"steps.0.kind.x": "check", "do": "add:0"},
        {"steps.0.title.x": "a", "steps.0.kind": "sing", "steps.0.only_if": "9:failed"},
        {"steps.x.title": "a", "do.x": "up:1"},
        {"steps.0.title": "x", "do": "remove:99999999999999999999"},
        {"parts.0.part_id.x": "1", "parts.1.part_id": "9" * 30},
        {"estimate_minutes.x": "1", "version.x": "3", "note": "a\x00b"},
    ],
)
def test_a_form_that_is_none_of_ours_is_answered_in_words(web, procedure, said):
    alice, url = web("alice"), f"/procedures/{procedure.id}/draft"
    alice.post(f"{url}/start", data={"version": "2"})
    assert alice.post(url, data={"version": "3"} | said).status_code in (200, 303, 422)


def test_who_saves_later_keeps_what_was_typed(web, procedure):
    alice, url = web("alice"), f"/procedures/{procedure.id}/draft"
    alice.post(f"{url}/start", data={"version": "2"})
    form = fields_of(alice.get(url))
    alice.post(url, data=form | {"tools": "Brush"})
    refused = alice.post(url, data=form | {"tools": "Vacuum"})
    assert (refused.status_code, fields_of(refused)["tools"]) == (412, "Vacuum")
    assert "Saved now: Brush" in text_of(refused)


def test_versions_are_compared(web, database, procedure):
    with database.writing() as session:
        publish_next(session, procedure, [{"title": "Temperature", "kind": "number", "maximum": 27, "unit": "°C"}])
    shown = text_of(web("bob").get(f"/procedures/{procedure.id}/compare?before=1&after=2"))
    assert "Temperature Step changed" in shown
    assert "24 → 27" in shown
    assert "Fans turn freely Removed" in shown
    assert web("bob").get(f"/procedures/{procedure.id}/compare?before=1&after=9").status_code == 404


def test_a_suggestion_goes_its_way_and_its_author_sees_it(web, database, procedure):
    bob, alice = web("bob"), web("alice")
    with database.writing() as session:
        order = make_order(session, make_equipment(session), procedure_id=procedure.id)
    sent = bob.post(f"/work-orders/{order.id}/suggestions", data={"text": "Say which fan", "step_id": ""})
    assert sent.status_code == 303
    assert "Say which fan" in text_of(alice.get("/procedures/suggestions"))
    assert "In the draft" not in text_of(bob.get("/me"))
    refused = alice.post("/procedures/suggestions/1/refuse", data={"answer": "", "version": "1"})
    assert (refused.status_code, "Say why" in text_of(refused)) == (422, True)
    assert alice.post("/procedures/suggestions/1/take", data={"answer": "Good", "version": "1"}).status_code == 303
    assert "In the draft of version 2" in text_of(bob.get("/me"))
    assert "Say which fan" in text_of(alice.get(f"/procedures/{procedure.id}/draft"))
    alice.post(f"/procedures/{procedure.id}/publish", data={})
    assert "Since version 2" in text_of(bob.get(f"/procedures/{procedure.id}"))
    late = alice.post("/procedures/suggestions/1/refuse", data={"answer": "No", "version": "1"})
    assert late.headers["location"] == "/procedures/suggestions"


def test_pages_ask_the_same_whatever_their_length(app, web, database, queries_of, now):
    bob = web("bob")
    with database.writing() as session:
        first = make_procedure(session)
    before = {path: queries_of(app, lambda path=path: bob.get(path)) for path in ("/procedures", "/procedures/1")}
    with database.writing() as session:
        publish_next(session, first, [{"title": f"Step {n}"} for n in range(30)])
        for n in range(9):
            make_procedure(session, f"Procedure {n}")
        for _ in range(5):
            suggest(session, version_of(session, first), "Better", by=BOB, now=now)
    for path, count in before.items():
        assert queries_of(app, lambda path=path: bob.get(path)) <= count <= 16, path
