import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from app.core.clock import fixed_clock
from app.equipment.models import EquipmentCategory
from app.operations.actions.tick import tick
from app.places.models import Location, Site
from tests.factories.equipment import make_category, make_piece
from tests.factories.places import make_location


@pytest.fixture
def switch(database, cast):
    """A switch in Lyon and one in Nantes; the category's id."""
    with database.writing() as session:
        category = make_category(session)
        make_piece(session, cast.lyon, category, "SW-1", name="Core switch")
        make_piece(session, cast.nantes, category, "SW-2")
        return category.id


@pytest.fixture
def said(switch):
    """What the form sends: also the empty fields."""
    return {
        "title": "Clean switches",
        "kind": "cleaning",
        "category_ids[]": [str(switch)],
        "equipment_tags": "",
        "mode": "fixed",
        "interval": "6",
        "freq": "month",
        "start_on": "2027-01-01",
        "on": "",
        "shift": "next",
        "lead_days": "14",
        "overlap": "suppress",
        "catch_up": "latest",
        "late": "keep",
        "priority": "normal",
        "season_first_day": "",
        "season_first_month": "",
        "season_last_day": "",
        "season_last_month": "",
        "until": "",
        "team_id": "",
        "rrule": "",
        "dates": "",
    }


def create(client, said, **more):
    answer = client.post("/plans/new", data=said | more)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).replace("\u00a0", " ").split())


def test_an_empty_list_says_what_to_do_first(web):
    answer = web("alice").get("/plans")
    assert "No plan yet" in answer.text
    assert "/plans/new" in answer.text
    assert "/plans/new" not in web("bob").get("/plans").text


def test_a_plan_is_made_and_shown(web, said):
    alice = web("alice")
    address = create(alice, said)
    shown = text_of(alice.get(address))
    assert "Every 6 months on the 1st, moved to the next working day, 14 days ahead" in shown
    assert "Core switch" in shown
    assert "Mon 4 Jan 2027 New Year&#39;s Day" in shown
    assert "Clean switches" in alice.get("/plans").text


def test_the_preview_shows_dates_and_words_while_one_types(web, said):
    answer = web("alice").post("/plans/preview", data=said | {"title": ""}, headers={"hx-request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert answer.text.count("<time") == 12
    assert "2 items covered" in text_of(answer)


def test_the_preview_says_what_is_missing(web, said):
    answer = web("alice").post("/plans/preview", data=said | {"start_on": "", "interval": "many"})
    assert answer.status_code == 200
    assert "The dates cannot be shown yet." in answer.text
    assert "Enter a whole number." in answer.text


def test_the_preview_also_comes_without_javascript_and_saves_nothing(web, said):
    alice = web("alice")
    answer = alice.post("/plans/new", data=said | {"preview": "1"})
    assert answer.status_code == 200
    assert answer.text.count("<time") == 12
    assert 'value="Clean switches"' in answer.text
    assert "No plan yet" in alice.get("/plans").text


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"on": "day:-1", "shift": "previous"}, "Every 6 months on the last working day"),
        ({"on": "nth:1:monday"}, "on the first Monday"),
        ({"freq": "week", "interval": "1", "weekdays[]": ["monday", "thursday"]}, "Every week on Monday and Thursday"),
        ({"freq": "dates", "dates": "2027-03-01\n2027-06-15"}, "On 1 Mar 2027 and 15 Jun 2027"),
        ({"freq": "rrule", "rrule": "FREQ=YEARLY;BYMONTH=3;BYDAY=1MO"}, "Every year on the first Monday in March"),
        ({"freq": "working_day", "interval": "3"}, "Every 3 working days"),
        ({"months[]": ["4", "10"], "interval": "1"}, "Every month on the 1st in April and October"),
        (
            {"season_first_day": "1", "season_first_month": "4", "season_last_day": "30", "season_last_month": "9"},
            "only from the 1st of April to the 30th of September",
        ),
    ],
)
def test_a_rule_goes_through_the_form_and_back_unchanged(web, said, rule, words):
    alice = web("alice")
    address = create(alice, said, **rule)
    assert words in text_of(alice.get(address))
    form = alice.get(f"{address}/edit").text
    fields = fields_in(form)
    again = alice.post(f"{address}/edit", data=fields | {"title": "Renamed"})
    assert again.status_code == 303, text_of(again)
    page = text_of(alice.get(address))
    assert words in page
    assert "1 difference" in page
    assert "2 differences" not in page


def fields_in(html):
    """What a browser without JavaScript would send for the plan's form as it stands."""
    form = html[html.index('<form id="plan-form"') : html.index("</form>", html.index('<form id="plan-form"'))]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if attributes.get("type") in ("checkbox", "radio") and " checked" not in tag:
            continue
        fields.setdefault(attributes["name"], []).append(attributes.get("value", ""))
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body) or re.search(r'<option value="([^"]*)"', body)
        fields[name] = [chosen.group(1)]
    for name, body in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        fields[name] = [body]
    return fields


def test_a_refused_form_comes_back_with_what_was_typed(web, said):
    answer = web("alice").post("/plans/new", data=said | {"equipment_tags": "SW-9", "interval": "7"})
    assert answer.status_code == 422
    assert "No piece has the tag SW-9." in answer.text
    assert 'value="7"' in answer.text


def test_what_was_archived_meanwhile_stays_covered_when_the_plan_is_edited(web, database, cast, said, switch):
    with database.writing() as session:
        room = make_location(session, session.get_one(Site, cast.lyon.id), "Room 1").id
    alice = web("alice")
    address = create(alice, said, **{"within_location_ids[]": [str(room)], "site_ids[]": [str(cast.lyon.id)]})
    with database.writing() as session:
        for table, key in ((EquipmentCategory, switch), (Location, room), (Site, cast.lyon.id)):
            session.get_one(table, key).archived_at = datetime(2026, 11, 23, tzinfo=UTC)
    form = alice.get(f"{address}/edit").text
    for name, key in (("category_ids", switch), ("within_location_ids", room), ("site_ids", cast.lyon.id)):
        assert f'id="{name}-{key}" name="{name}[]" value="{key}" checked' in form


def test_an_edit_of_an_old_version_is_refused_with_a_way_out(web, said):
    alice = web("alice")
    address = create(alice, said)
    fields = fields_in(alice.get(f"{address}/edit").text)
    assert alice.post(f"{address}/edit", data=fields | {"title": "First"}).status_code == 303
    late = alice.post(f"{address}/edit", data=fields | {"title": "Second"})
    assert late.status_code == 412
    assert "Take what is saved" in late.text


def test_a_plan_is_paused_resumed_and_archived(web, said):
    alice = web("alice")
    address = create(alice, said)
    assert alice.post(f"{address}/pause", data={"reason": ""}).status_code == 422
    assert alice.post(f"{address}/pause", data={"reason": "Move", "until": "2027-02-01"}).status_code == 303
    assert "until Monday 1 February 2027" in text_of(alice.get(address))
    assert alice.post(f"{address}/resume").status_code == 303
    assert alice.post(f"{address}/archive").status_code == 303
    assert "Clean switches" not in alice.get("/plans").text
    assert "Clean switches" in alice.get("/plans?archived=1").text


def test_an_item_shows_its_dates_its_ledger_and_why(web, api, database, said):
    alice = web("alice")
    address = create(alice, said, freq="week", interval="1", lead_days="0")
    for day in (4, 8, 9):  # 1 January is moved to the 4th
        tick(database, clock=fixed_clock(datetime(2027, 1, day, 8, tzinfo=UTC)), instance="test")
    [target, _] = api("alice").get("/api/v1/plan-targets").json()["items"]
    item = alice.get(f"{address}/items/{target['id']}")
    shown = text_of(item)
    assert "was still open when its date was over" in shown
    assert "OT-0000" in shown
    plan = text_of(alice.get(address))
    assert "Absorbed" in plan
    assert "Order made" in plan
    saved = alice.post(f"{address}/items/{target['id']}", data={"anchor": "date", "anchor_on": "2027-02-03"})
    assert saved.status_code == 303
    wrong = alice.post(f"{address}/items/{target['id']}", data={"anchor": "date", "anchor_on": ""})
    assert wrong.status_code == 422


def test_those_who_do_not_plan_see_no_buttons_and_are_refused(web, said):
    address = create(web("alice"), said)
    bob = web("bob")
    assert "/edit" not in bob.get(address).text
    assert bob.get("/plans/new").status_code == 403
    assert bob.get(f"{address}/edit").status_code == 403
    assert bob.post(f"{address}/pause", data={"reason": "No"}).status_code == 403
    assert web("chloe").get("/plans").status_code == 403


def test_a_manager_of_one_site_makes_plans_for_it(web, said, cast):
    eve = web("eve")
    assert "The whole house" not in eve.get("/plans/new").text
    address = create(eve, said, site_id=str(cast.nantes.id))
    assert "Core switch" not in eve.get(address).text
    assert create(web("alice"), said) != address
    assert eve.get(create(web("alice"), said, site_id=str(cast.lyon.id))).status_code == 404


def test_a_plan_says_what_it_covers_and_whose_it_is_without_the_places_of_others(web, said, cast, database):
    with database.writing() as session:
        rooms = [make_location(session, site, "Server room").id for site in (cast.lyon, cast.nantes)]
    places = {"within_location_ids[]": [str(room) for room in rooms]}
    pieces = {"equipment_tags": "SW-1"}
    address = create(web("alice"), said | places | pieces)
    seen, seen_in_nantes = web("alice").get(address).text, web("eve").get(address).text
    assert "Lyon &gt; Server room · Nantes &gt; Server room" in seen
    assert "1 chosen by tag" in seen
    assert ("Nantes &gt; Server room" in seen_in_nantes, "Lyon" in seen_in_nantes) == (True, False)


def test_the_pages_speak_french(web, said, database, cast):
    alice = web("alice")
    address = create(alice, said)
    with database.writing() as session:
        session.get_one(type(cast.alice), cast.alice.id).language = "fr"
    for path in ("/plans", address, f"{address}/edit", "/plans/new"):
        assert alice.get(path).status_code == 200
    assert "Plans de maintenance" in alice.get("/plans").text
    assert "Les prochaines dates" in alice.get(address).text


def test_the_queries_of_the_list_do_not_grow_with_its_rows(web, app, said):
    alice = web("alice")

    def queries(path):
        seen = []
        engine = app.state.house.database.engine
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        assert alice.get(path).status_code == 200
        event.remove(engine, "before_cursor_execute", listener)
        return len(seen)

    address = create(alice, said)
    few, shown = queries("/plans"), queries(address)
    for n in range(5):
        create(alice, said, title=f"More {n}")
    assert queries("/plans") == few
    assert queries(address) == shown
