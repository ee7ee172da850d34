"""Pages of the registry: found, shown, edited; who may not sees no button and gets no page."""

import re
from datetime import date

import pytest
from sqlalchemy import event, select

from app.changes.actions.edits import create_plan
from app.core.security import Actor
from app.equipment.models import Equipment
from app.interventions.actions import complete_work_order
from app.interventions.schemas import CompletionInput
from app.plans.models import PlanTarget, PlanVersion
from app.workorders.actions import start_work_order
from tests.factories.equipment import make_category, make_equipment, make_model
from tests.factories.people import make_person
from tests.factories.places import make_location
from tests.factories.plans import make_occurrence, plan_input
from tests.factories.workorders import NOON, make_order


@pytest.fixture
def pieces(database, cast):
    with database.writing() as session:
        switch = make_category(session, "Switch", name_fr="Commutateur")
        room = make_location(session, cast.lyon, "Server room")
        person = make_person(session, "Zoé Petit")
        core = make_equipment(
            session,
            "SWI-0001",
            cast.lyon,
            switch,
            name="Core",
            location_id=room.id,
            person_id=person.id,
            model_id=make_model(session, "C9300").id,
            notes="VLAN 12\n<b>not bold</b>",
            remote_url="https://core.example.org",
        )
        other = make_equipment(session, "SWI-0002", cast.nantes, switch, status="out_of_order")
        return {"switch": switch.id, "core": core.id, "other": other.id, "room": room.id, "person": person.id}


def form_of(browser, pieces, **changes):
    """The form as a browser would send it back, with some answers changed."""
    text = browser.get(f"/equipment/{pieces['core']}/edit").text
    form = text.split('<form id="piece"')[1].split("</form>")[0]
    values = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form))
    values["criticality"] = re.search(r'value="(\w)" autocomplete="off" checked', form).group(1)
    for name in re.findall(r'<select.*?name="(\w+)".*?</select>', form, re.DOTALL):
        body = form.split(f'name="{name}"')[1].split("</select>")[0]
        chosen = re.search(r'<option value="(\w+)" selected', body)
        values[name] = chosen.group(1) if chosen else ""
    values["notes"] = "VLAN 12"
    return values | changes


def test_an_empty_registry_says_how_to_begin(web):
    text = web("alice").get("/equipment").text
    assert "No equipment yet" in text
    assert 'href="/equipment/import"' in text
    assert 'href="/equipment/new"' not in web("bob").get("/equipment").text


def test_the_list_finds_filters_and_keeps_what_was_asked_in_its_links(web, cast, pieces):
    bob = web("bob")
    assert "SWI-0001" in bob.get("/equipment?q=zoe").text
    found = bob.get(f"/equipment?q=switch&status=out_of_order&site_id={cast.nantes.id}&category_id=&cursor=").text
    assert ("SWI-0001" in found, "SWI-0002" in found) == (False, True)
    assert f"/equipment?q=switch&amp;status=retired&amp;site_id={cast.nantes.id}" in found
    nothing = bob.get("/equipment?q=nothing").text
    assert "No piece of equipment matches." in nothing
    narrowed = bob.get(f"/equipment?location_id={pieces['room']}").text
    assert 'aria-label="Remove the filter Server room"' in narrowed
    of_zoe = bob.get(f"/equipment?person_id={pieces['person']}").text
    assert ("SWI-0001" in of_zoe, "SWI-0002" in of_zoe, "Remove the filter Zoé Petit" in of_zoe) == (True, False, True)


def test_the_list_is_paged(web, cast, pieces, database):
    with database.writing() as session:
        for number in range(10, 70):
            make_equipment(session, f"SWI-{number:04}", cast.lyon)
    bob = web("bob")
    first = bob.get("/equipment?status=in_service").text
    following = re.search(r'href="(/equipment\?[^"]*cursor=[^"]+)" rel="next"', first).group(1).replace("&amp;", "&")
    second = bob.get(following).text
    assert ("SWI-0069" in first, "SWI-0069" in second) == (False, True)
    assert "SWI-0002" not in second  # the filter is kept


def test_a_list_of_many_costs_as_many_queries_as_a_list_of_few(web, cast, pieces, database, app):
    statements: list[str] = []
    event.listen(app.state.house.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    bob = web("bob")
    bob.get("/equipment")
    few = len(statements)
    with database.writing() as session:
        for number in range(10, 40):
            make_equipment(session, f"SWI-{number:04}", cast.lyon)
    statements.clear()
    bob.get("/equipment")
    assert len(statements) == few


def test_a_piece_shows_what_it_is_and_what_was_changed(web, pieces):
    alice = web("alice")
    alice.post(f"/equipment/{pieces['core']}/edit", data=form_of(alice, pieces, name="Heart", status="in_maintenance"))
    text = web("bob").get(f"/equipment/{pieces['core']}").text
    for words in ("Heart", "Cisco C9300", "Zoé Petit", "Server room", "In maintenance", "https://core.example.org"):
        assert words in text
    assert "Name: Core → Heart" in text
    assert "Status: In service → In maintenance" in text
    assert "Nothing is planned for this piece" in text
    assert f"/equipment/{pieces['core']}/edit" not in text  # Bob reads


def test_a_piece_shows_its_work_to_come_and_what_was_done(web, pieces, database, clock):
    by = Actor.system()
    with database.writing() as session:
        core = session.get(Equipment, pieces["core"])
        make_order(session, core, "Replace the fan", due_on=date(2026, 11, 20))
        done = make_order(session, core, "Tighten the connector")
        start_work_order(session, done.id, by=by, now=clock())
        report = CompletionInput(
            kind="repaired",
            finding="failed",
            restoration="palliative",
            curative_due_on=date(2026, 12, 7),
            observed="Battery missing, says the alarm",
            minutes_spent=25,
        )
        complete_work_order(session, done.id, report, by=by, now=clock())
    text = web("bob").get(f"/equipment/{pieces['core']}").text
    for words in ("Replace the fan", "3 days late", "Lasting fix", "Repaired", "temporary fix", "Battery missing"):
        assert words in text
    assert f'href="/work-orders/log?equipment_id={pieces["core"]}"' in text
    assert f'href="/work-orders/new?equipment_id={pieces["core"]}"' in text


def test_a_piece_shows_what_its_plans_will_bring_and_what_passed_without_work(web, pieces, database, clock):
    with database.writing() as session:
        plan = create_plan(
            session, plan_input(category_ids=[pieces["switch"]], code="P1"), by=Actor.system(), now=clock()
        )
        target = session.scalars(select(PlanTarget).where(PlanTarget.equipment_id == pieces["core"])).one()
        version = session.scalars(select(PlanVersion).where(PlanVersion.plan_id == plan.id)).one()
        make_occurrence(session, target, version)
    text = web("bob").get(f"/equipment/{pieces['core']}").text
    assert "1 plan" in text
    assert "Clean switches" in text
    assert "1\u00a0Jan 2027" in text
    assert "Dates without work" in text
    assert "Missed" in text


def test_notes_are_text(web, pieces):
    assert "&lt;b&gt;not bold" in web("bob").get(f"/equipment/{pieces['core']}").text


def test_a_piece_is_registered_by_hand(web, cast, pieces, database):
    alice = web("alice")
    assert alice.get("/equipment/new").status_code == 200
    form = {
        "category_id": pieces["switch"],
        "site_id": cast.lyon.id,
        "criticality": "A",
        "status": "in_service",
        "purchase_cost": "1 840,50",
        "person": "zoe petit",
        "parent": "SWI-0001",
    }
    made = alice.post("/equipment/new", data=form)
    assert made.status_code == 303
    with database.reading() as session:
        piece = session.get(Equipment, int(made.headers["location"].rsplit("/", 1)[1]))
        assert (piece.tag, piece.purchase_cost_minor, piece.currency) == ("SWI-0003", 184050, "EUR")
        assert (piece.parent_id, piece.person_id is not None) == (pieces["core"], True)


def test_a_form_that_was_opened_and_saved_changes_nothing(web, pieces, database):
    alice = web("alice")
    form = form_of(alice, pieces) | {"notes": "VLAN 12\n<b>not bold</b>"}
    assert alice.post(f"/equipment/{pieces['core']}/edit", data=form).status_code == 303
    with database.reading() as session:
        assert session.get(Equipment, pieces["core"]).version == 1


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"purchase_cost": "cheap"}, "“cheap” is no amount."),
        ({"person": "Nobody"}, "Nobody of this name is known."),
        ({"parent": "NOPE"}, "No piece bears this tag."),
        ({"parent": "SWI-0001"}, "A piece cannot belong to itself."),
        ({"tag": "SWI-0002"}, "already used"),
        ({"warranty_until": "tomorrow"}, "Enter a date"),
        ({"remote_url": "javascript:alert(1)"}, "Enter a link that starts with"),
        ({"site_id": ""}, "This is needed."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(web, pieces, database, answers, words):
    alice = web("alice")
    sent = form_of(alice, pieces, name="Typed") | answers
    answer = alice.post(f"/equipment/{pieces['core']}/edit", data=sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Typed"' in answer.text
    with database.reading() as session:
        assert session.get(Equipment, pieces["core"]).name == "Core"


def test_who_was_slower_is_told_and_may_save_over_it(web, pieces):
    alice = web("alice")
    first, second = form_of(alice, pieces, name="First"), form_of(alice, pieces, name="Second")
    assert alice.post(f"/equipment/{pieces['core']}/edit", data=first).status_code == 303
    late = alice.post(f"/equipment/{pieces['core']}/edit", data=second)
    assert late.status_code == 412
    assert "Somebody else has saved this" in late.text
    assert re.search(r"Saved now: <strong[^>]*>First<", late.text)
    assert 'value="Second"' in late.text
    assert 'name="version" value="2"' in late.text


def test_a_label_leads_to_its_piece(web, pieces, database):
    bob = web("bob")
    drawn = bob.get(f"/equipment/{pieces['core']}/label.svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert drawn.text.startswith("<svg")
    with database.reading() as session:
        token = session.get(Equipment, pieces["core"]).qr_token
    assert bob.get(f"/e/{token}").headers["location"] == f"/equipment/{pieces['core']}"
    assert bob.get("/e/unknown").status_code == 404
    assert web("eve").get(f"/e/{token}").status_code == 404


def test_a_piece_is_archived_and_taken_back(web, pieces):
    alice, path = web("alice"), f"/equipment/{pieces['core']}"
    assert alice.post(f"{path}/archive").status_code == 303
    assert "Core" not in alice.get("/equipment").text
    assert "Core" in alice.get("/equipment?archived=1").text
    alice.post(f"{path}/archive", data={"is_archived": "0"})
    assert "Core" in alice.get("/equipment").text


def test_technicians_read_and_strangers_sign_in(web, pieces, stranger):
    bob, path = web("bob"), f"/equipment/{pieces['core']}"
    for page in ("/equipment/new", f"{path}/edit", "/equipment/categories/new", "/equipment/models/new"):
        assert bob.get(page).status_code == 403
        assert bob.post(page, data={}).status_code == 403
    assert bob.post(f"{path}/archive").status_code == 403
    assert web("chloe").get("/equipment").status_code == 403
    assert stranger.get(path).headers["location"].startswith("/login?next=")


def test_another_site_is_not_found(web, pieces):
    eve, path = web("eve"), f"/equipment/{pieces['core']}"
    for page in (path, f"{path}/edit", f"{path}/label.svg"):
        assert eve.get(page).status_code == 404
    assert eve.post(f"{path}/edit", data={}).status_code == 404
    assert "SWI-0001" not in eve.get("/equipment").text


def test_categories_and_models_are_kept_by_managers_of_the_whole_house(web, pieces):
    alice, eve = web("alice"), web("eve")
    made = alice.post("/equipment/categories/new", data={"code": "ups", "name": "UPS", "name_fr": "Onduleur"})
    assert made.headers["location"] == "/equipment/categories"
    assert "OND" in alice.get("/equipment/categories?q=onduleur").text
    taken = alice.post("/equipment/categories/new", data={"code": "ups", "name": "Other"})
    assert (taken.status_code, "This code is taken." in taken.text) == (422, True)
    path = f"/equipment/categories/{pieces['switch']}"
    assert 'value="Commutateur"' in alice.get(path).text
    changed = {"code": "switch", "name": "Network switch", "tag_prefix": "NET", "version": "1"}
    assert alice.post(path, data=changed).status_code == 303
    assert eve.get(path).status_code == 403
    assert eve.post(path, data=changed).status_code == 403
    alice.post(f"{path}/archive")
    assert "Network switch" not in alice.get("/equipment/categories").text
    alice.post(f"{path}/restore")
    assert "Network switch" in web("bob").get("/equipment/categories").text
    model = {"manufacturer": "Eaton", "reference": "5PX", "replacement_cost": "620"}
    assert alice.post("/equipment/models/new", data=model).status_code == 303
    assert "5PX" in web("bob").get("/equipment/models?q=eaton").text


def test_what_was_done_on_a_piece_is_all_a_click_away(web, database, pieces):
    with database.writing() as session:
        piece = session.get(Equipment, pieces["core"])
        for number in range(1, 10):
            order = make_order(session, piece, f"Call {number}.")
            complete_work_order(session, order.id, CompletionInput(), by=Actor.system(), now=NOON)
    card = web("alice").get(f"/equipment/{pieces['core']}").text.split('id="done"')[1].split("</section>")[0]
    assert "Call 1." not in card
    address = re.search(r'href="([^"]+)">See all', card).group(1).replace("&amp;", "&")
    text = web("alice").get(address).text
    assert all(f"Call {number}." in text for number in range(1, 10))
