"""Help is asked for, and given: the portal, a label, the phone, triage, and the link from a mail."""

import re
from datetime import UTC, datetime
from html import unescape
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from app.places.models import Site
from app.requests.models import WorkRequest
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_equipment
from tests.factories.places import make_location
from tests.factories.requests import make_request


@pytest.fixture
def piece(database, cast):
    """Chloe's, in a room of Lyon, with a label that anybody may use."""
    with database.writing() as session:
        site = session.merge(cast.lyon)
        site.allows_anonymous_requests = True
        room = make_location(session, site, "Floor 2 <b>")
        return make_equipment(
            session,
            "IMP-0001",
            site,
            name="Hall printer",
            location_id=room.id,
            person_id=cast.chloe.person_id,
            serial="SECRET-SERIAL",
            notes="SECRET-NOTES",
            remote_host="SECRET-HOST",
        )


@pytest.fixture
def asked(database, piece):
    with database.writing() as session:
        return make_request(session, piece, "It eats the paper", contact_name="Chloe", urgency="blocks").id


def row(database, request_id=1):
    with database.reading() as session:
        return session.get_one(WorkRequest, request_id)


def text_of(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).replace("\u00a0", " ").split())


def photo():
    out = BytesIO()
    Image.new("RGB", (40, 30)).save(out, "JPEG")
    return out.getvalue()


def send(stranger, **more):
    return stranger.post("/q/qr-IMP-0001", data={"text": "It eats the paper"} | more)


def solve(web, request_id):
    bob = web("bob")
    order = bob.post(f"/requests/{request_id}/accept", data={"version": "1"}).headers["location"]
    bob.post(f"{order}/complete", data={"explanation": "Rollers changed"})
    return order


def test_who_asks_finds_their_equipment_first_and_follows_their_request(web, database, piece):
    chloe = web("chloe")
    assert chloe.get("/").headers["location"] == "/portal"
    assert "Hall printer" in text_of(chloe.get("/portal"))
    form = chloe.get(f"/portal/new?equipment_id={piece.id}").text
    once = re.search(r'name="once" value="([^"]+)"', form).group(1)
    said = {"equipment_id": piece.id, "text": "No toner", "urgency": "blocks", "once": once}
    files = {"photo": ("a.jpg", photo())}
    sent = [chloe.post("/portal/new", data=said, files=files).headers["location"] for _ in range(2)]
    assert sent == ["/portal/1", "/portal/1"]
    page = chloe.get("/portal/1")
    assert "Request received" in text_of(page)
    assert page.text.count("<img") == 1
    assert chloe.get(re.search(r'src="(/portal/1/files/\d+)"', page.text).group(1)).status_code == 200
    assert "No toner" in text_of(chloe.get("/portal"))
    assert row(database).contact_name == "Chloe"


def test_a_piece_is_found_by_its_label_and_a_place_is_chosen(web, database, piece):
    chloe = web("chloe")
    assert "Hall printer" in text_of(chloe.get("/portal?q=imp-0001"))
    assert "Nothing is called" in text_of(chloe.get("/portal?q=zzz"))
    assert "Floor 2 <b>" in text_of(chloe.get("/portal/new"))
    sent = chloe.post("/portal/new", data={"location_id": piece.location_id, "text": "Too hot"})
    assert sent.status_code == 303
    assert row(database).location_id == piece.location_id


def test_what_is_wrong_in_the_form_is_said_and_nothing_is_lost(web, piece):
    chloe = web("chloe")
    answer = chloe.post("/portal/new", data={"equipment_id": piece.id, "text": "", "urgency": "blocks"})
    assert (answer.status_code, "This is needed" in text_of(answer)) == (422, True)
    answer = chloe.post(
        "/portal/new", data={"equipment_id": piece.id, "text": "Look"}, files={"photo": ("x.jpg", b"no photo")}
    )
    assert (answer.status_code, "Attach a photo" in text_of(answer), "Look" in answer.text) == (422, True, True)


def test_a_label_shows_a_stranger_the_tag_the_name_and_the_place_alone(stranger, piece):
    assert stranger.get("/e/qr-IMP-0001").headers["location"] == "/q/qr-IMP-0001"
    page = stranger.get("/q/qr-IMP-0001")
    assert page.status_code == 200
    assert "IMP-0001 Hall printer · Floor 2 <b>" in text_of(page)
    assert not re.search(r"SECRET|Lyon|Chloe|equipment_id", page.text)


def test_a_stranger_asks_follows_writes_and_judges_by_their_link(stranger, web, database, piece):
    link = send(stranger, contact_name="Zoé", contact_email="zoe@example.org").headers["location"]
    assert link == f"/r/{row(database).secret}"
    assert "Keep this page’s address" in text_of(stranger.get(link))
    order = solve(web, 1)
    page = text_of(stranger.get(link))
    assert "Rollers changed" in page
    assert "Is it solved?" in page
    assert stranger.post(f"{link}/messages", data={"text": "Thank you"}).status_code == 303
    assert "Thank you" in text_of(web("bob").get(order))
    assert stranger.post(f"{link}/feedback", data={"feedback": "not_solved"}).headers["location"] == link
    assert "Not solved, says the person" in text_of(web("bob").get("/requests/1"))
    again = stranger.post(f"{link}/feedback", data={"feedback": "not_solved", "asks_again": "1", "text": "Still"})
    assert again.headers["location"] == f"/r/{row(database, 2).secret}"
    assert "You sent it in again" in text_of(stranger.get(link))


def test_the_page_of_a_link_changes_nothing_by_being_looked_at(stranger, web, database, asked):
    solve(web, asked)
    before = row(database, asked)
    stranger.get(f"/r/{before.secret}")
    assert row(database, asked).feedback is None


def test_who_is_signed_in_is_led_on_from_a_label(web, piece):
    assert web("bob").get("/e/qr-IMP-0001").headers["location"] == f"/equipment/{piece.id}"
    assert web("bob").get("/q/qr-IMP-0001").headers["location"] == f"/equipment/{piece.id}"
    assert web("chloe").get("/e/qr-IMP-0001").headers["location"] == f"/portal/new?equipment_id={piece.id}"
    assert web("eve").get("/e/qr-IMP-0001").status_code == 404


def test_where_the_site_does_not_allow_it_a_label_leads_to_the_sign_in(stranger, database, piece, cast):
    with database.writing() as session:
        session.merge(cast.lyon).allows_anonymous_requests = False
    for token in ("qr-IMP-0001", "unknown"):
        assert stranger.get(f"/e/{token}").headers["location"].startswith("/login")
        assert stranger.get(f"/q/{token}").status_code == 404
        assert stranger.post(f"/q/{token}", data={"text": "x"}).status_code == 404


def test_a_request_is_taken_down_on_the_phone(web, database, piece):
    bob = web("bob")
    assert "Take down a request" in text_of(bob.get(f"/requests/new?equipment_id={piece.id}"))
    said = {"contact_name": "chloe", "tag": "imp-0001", "text": "No toner", "urgency": "hinders", "location_id": ""}
    assert bob.post("/requests/new", data=said | {"tag": "nowhere"}).status_code == 422
    assert bob.post("/requests/new", data=said).headers["location"] == "/requests/1"
    assert (row(database).channel, row(database).person_id is not None) == ("phone", True)
    since = {"since_at": "2026-11-23T07:15"}
    files = {"photo": ("jam.jpg", photo(), "image/jpeg")}
    assert bob.post("/requests/new", data=said | since, files=files).headers["location"] == "/requests/2"
    assert row(database, 2).since_at == datetime(2026, 11, 23, 6, 15, tzinfo=UTC)  # at the site it was 7:15
    page = bob.get("/requests/2")
    assert ("so since Mon 23 Nov" in text_of(page), page.text.count("<img")) == (True, 1)
    assert 'value="2026-11-23T07:15"' in page.text  # to be corrected, if it is wrong
    late = bob.post("/requests/new", data=said | {"since_at": "2026-11-24T07:15"})
    assert (late.status_code, "This lies in the future" in text_of(late)) == (422, True)


@pytest.mark.parametrize(("login", "door"), [("bob", "/requests/new"), ("chloe", "/portal/new")])
def test_since_when_is_read_on_the_clock_of_the_site(web, database, piece, cast, login, door):
    with database.writing() as session:
        session.get_one(Site, cast.lyon.id).time_zone = "Indian/Reunion"
    said = {"equipment_id": piece.id, "text": "No toner", "since_at": "2026-11-23T09:15"}
    assert web(login).post(door, data=said).status_code == 303
    assert row(database).since_at == datetime(2026, 11, 23, 5, 15, tzinfo=UTC)


def test_what_was_solved_at_once_is_logged_with_the_text_carried_over(web, database, piece):
    bob = web("bob")
    said = {"equipment_id": piece.id, "text": "No toner", "then": "log"}
    log = bob.post("/requests/new", data=said).headers["location"]
    assert log == "/requests/1/log"
    assert 'value="No toner"' in bob.get(log).text
    said = {"equipment_id": piece.id, "title": "Toner put in", "work_kind": "assistance", "finding": "none"}
    assert bob.post(log, data=said).headers["location"] == "/work-orders/1"
    assert row(database).order_id == 1
    assert bob.get(log).status_code == 409


def test_triage_shows_what_is_open_on_the_same_item(web, database, piece, asked):
    with database.writing() as session:
        make_request(session, piece, "Paper jam again")
    bob = web("bob")
    assert "Paper jam again" in text_of(bob.get(f"/requests/{asked}"))
    order = bob.post(f"/requests/{asked}/accept", data={"version": "1", "title": "Look at the rollers"})
    assert order.headers["location"] == "/work-orders/1"
    assert "Look at the rollers" in text_of(bob.get("/requests/2"))
    assert bob.post("/requests/2/duplicate", data={"version": "1", "of": "nonsense"}).status_code == 422
    assert bob.post("/requests/2/duplicate", data={"version": "1", "of": "OT-000001"}).status_code == 303
    assert "It eats the paper" in text_of(bob.get("/work-orders/1"))
    with database.reading() as session:
        assert session.scalars(select(WorkOrder.origin)).all() == ["request"]


def test_a_refusal_needs_a_reason_and_is_taken_back(web, asked):
    bob = web("bob")
    assert bob.post(f"/requests/{asked}/reject", data={"version": "1"}).status_code == 422
    assert bob.post(f"/requests/{asked}/reject", data={"version": "1", "reason": "Leased"}).status_code == 303
    assert "Leased" in text_of(bob.get(f"/requests/{asked}"))
    assert bob.post(f"/requests/{asked}/reopen", data={"version": "2"}).status_code == 303
    assert "Waits for an answer" in text_of(bob.get(f"/requests/{asked}"))


def test_a_form_that_is_old_meets_what_was_decided(web, asked):
    alice, bob = web("alice"), web("bob")
    assert alice.post(f"/requests/{asked}/edit", data={"version": "1", "urgency": "can_wait"}).status_code == 303
    answer = bob.post(f"/requests/{asked}/reject", data={"version": "1", "reason": "Leased"})
    assert (answer.status_code, "Somebody else has saved this" in text_of(answer)) == (412, True)


def test_the_wrong_piece_is_put_right_by_its_tag(web, database, cast, asked):
    with database.writing() as session:
        other = make_equipment(session, "IMP-0002", cast.lyon).id
    bob = web("bob")
    assert bob.post(f"/requests/{asked}/edit", data={"version": "1", "tag": "nowhere"}).status_code == 422
    assert bob.post(f"/requests/{asked}/edit", data={"version": "1", "tag": "imp-0002"}).status_code == 303
    assert row(database, asked).equipment_id == other


def test_the_list_is_filtered_counted_and_taken_away_as_a_file(web, asked):
    bob = web("bob")
    assert "It eats the paper" in text_of(bob.get("/requests"))
    assert "It eats the paper" not in text_of(bob.get("/requests?show=done"))
    assert "(1)" in text_of(bob.get("/requests/count"))
    lines = bob.get("/requests/export.csv?show=all").text.splitlines()
    assert lines[1].startswith("DI-000001")
    assert "Work is impossible" in lines[1]
    assert bob.get("/requests/export.xlsx").content[:2] == b"PK"


def test_lists_and_pages_ask_a_bounded_number_of_questions(app, web, database, piece, asked, queries_of):
    bob, chloe = web("bob"), web("chloe")
    counts = []
    for _ in range(2):
        counts.append([queries_of(app, lambda b=b, p=p: b.get(p)) for b, p in ((bob, "/requests"), (chloe, "/portal"))])
        with database.writing() as session:
            for n in range(20):
                make_request(session, piece, f"Request {n}", contact_name="Chloe")
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 5
    assert queries_of(app, lambda: bob.get(f"/requests/{asked}")) <= 12
    assert queries_of(app, lambda: bob.get("/requests/count")) <= 3


def test_the_pages_of_the_piece_show_who_waits(web, piece, asked):
    assert "It eats the paper" in text_of(web("bob").get(f"/equipment/{piece.id}"))
