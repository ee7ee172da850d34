"""REST of work orders: the life of one, lists, the report, files."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import event

from tests.factories.equipment import make_equipment
from tests.factories.workorders import make_order

ORDERS = "/api/v1/work-orders"


@pytest.fixture
def order(database, cast):
    """One at Lyon; one at Nantes."""
    with database.writing() as session:
        piece = make_equipment(session, "SWI-0001", cast.lyon, name="Été")
        make_order(session, make_equipment(session, "SWI-0002", cast.nantes), "Elsewhere")
        return make_order(session, piece, kind="cleaning").id


def test_an_order_is_taken_through_its_life(api, order):
    bob, alice = api("bob"), api("alice")
    url = f"{ORDERS}/{order}"
    read = bob.get(url)
    assert read.json()["allowed_transitions"] == ["start", "cancel", "skip", "miss", "complete"]
    assert (read.json()["number"], read.headers["etag"]) == (f"OT-{order:06d}", '"1"')
    started = bob.post(f"{url}/start", headers={"if-match": read.headers["etag"]})
    assert (started.json()["state"], started.headers["etag"]) == ("in_progress", '"2"')
    report = {"finding": "minor", "failure_mode": "overheats", "minutes_spent": 20, "explanation": "Dust"}
    done = bob.post(f"{url}/complete", json=report, headers={"if-match": '"2"'})
    assert done.json()["state"] == "completed"
    assert done.json()["resolution"]["kind"] == "cleaned"
    closed = alice.post(f"{url}/close", headers={"if-match": done.headers["etag"]})
    assert closed.json()["allowed_transitions"] == ["reopen"]
    kinds = [entry["kind"] for entry in bob.get(f"{url}/history").json()]
    assert kinds == ["close", "complete", "start", "created"]


def test_a_change_from_an_old_version_is_412(api, order):
    bob = api("bob")
    bob.post(f"{ORDERS}/{order}/start", headers={"if-match": '"1"'})
    answer = bob.post(f"{ORDERS}/{order}/complete", json={}, headers={"if-match": '"1"'})
    assert (answer.status_code, answer.json()["code"]) == (412, "stale")
    assert bob.post(f"{ORDERS}/{order}/complete", json={}).status_code == 428


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"kind": "not_done"}, "/not_done_reason"),
        ({"finding": "broken"}, "/finding"),
        ({"minutes_spent": -1}, "/minutes_spent"),
        ({"completed_by": 1}, "/completed_by"),
        ({"done_on": "2027-01-01"}, "/done_on"),
        ({"down_from": "2026-11-23T08:00:00"}, "/down_from"),
        ({"down_from": "0001-01-01T00:00:00+14:00"}, "/down_from"),
        ({"down_until": "9999-12-31T23:59:59-14:00"}, "/down_until"),
        ({"curative_due_on": "9999-12-31", "restoration": "palliative"}, "/curative_due_on"),
        ({"observed": "a\u0000b"}, "/observed"),
    ],
)
def test_a_report_that_makes_no_sense_names_the_field(api, order, body, pointer):
    answer = api("bob").post(f"{ORDERS}/{order}/complete", json=body, headers={"if-match": '"1"'})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def test_a_list_shows_the_own_sites_only_and_is_narrowed(api, order):
    bob, eve = api("bob"), api("eve")
    titles = lambda answer: [row["title"] for row in answer.json()["items"]]  # noqa: E731
    assert titles(bob.get(ORDERS)) == ["Elsewhere", "Replace the fan"]
    assert titles(eve.get(ORDERS)) == ["Elsewhere"]
    assert titles(bob.get(f"{ORDERS}?q=ete")) == ["Replace the fan"]
    assert titles(bob.get(f"{ORDERS}?q=OT-{order:06d}")) == ["Replace the fan"]
    assert titles(bob.get(f"{ORDERS}?status=planned")) == []
    assert titles(bob.get(f"{ORDERS}?kind=cleaning&due_before=2026-11-26")) == ["Replace the fan"]
    up = {"level": 2, "to_person_id": 1, "note": "Beyond me"}
    assert bob.post(f"{ORDERS}/{order}/escalate", json=up, headers={"if-match": '"1"'}).status_code == 201
    assert titles(bob.get(f"{ORDERS}?escalation_level=2")) == ["Replace the fan"]
    assert titles(bob.get(f"{ORDERS}?escalation_level=3")) == []
    page = bob.get(f"{ORDERS}?limit=1&sort=-id").json()
    rest = bob.get(f"{ORDERS}?limit=1&sort=-id&cursor={page['next_cursor']}").json()
    assert [page["items"][0]["title"], rest["items"][0]["title"]] == ["Replace the fan", "Elsewhere"]
    assert bob.get(f"{ORDERS}?state=ready").status_code == 422


def test_a_page_of_many_costs_as_many_queries_as_a_page_of_few(api, order, database, cast, app):
    bob = api("bob")
    statements: list[str] = []
    event.listen(app.state.house.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    bob.get(ORDERS)
    few = len(statements)
    with database.writing() as session:
        piece = make_equipment(session, "SWI-0009", cast.lyon)
        for number in range(30):
            make_order(session, piece, f"Order {number}")
    statements.clear()
    assert len(bob.get(ORDERS).json()["items"]) == 32
    assert len(statements) == few


def test_a_creation_costs_six_statements(api, database, cast, order, app):
    """Who asks, the item's site, then the order, its history, its event and its audit row; nothing is read again."""
    body = {"title": "Noise", "equipment_id": 1, "due_on": "2026-12-01"}
    bob = api("bob")
    bob.post(ORDERS, json=body)
    statements: list[str] = []
    event.listen(app.state.house.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert bob.post(ORDERS, json=body).json()["number"]
    assert len([each for each in statements if not each.startswith("BEGIN")]) == 6


def test_a_retried_creation_has_one_effect(api, database, cast, order):
    bob = api("bob")
    body = {"equipment_id": 1, "title": "Change the toner", "due_on": "2026-11-30"}
    headers = {"idempotency-key": "k1"}
    first, again = (bob.post(ORDERS, json=body, headers=headers) for _ in range(2))
    assert (first.status_code, first.json()["id"]) == (201, again.json()["id"])
    assert len(bob.get(f"{ORDERS}?q=toner").json()["items"]) == 1


def photo(side: int = 40) -> bytes:
    out = BytesIO()
    picture = Image.new("RGB", (side, side), "red")
    exif = picture.getexif()
    exif[0x010E] = "secret place"
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_photo_comes_back_without_what_was_hidden_in_it(api, order):
    bob = api("bob")
    made = bob.post(f"{ORDERS}/{order}/files", files={"file": ("../../été.jpg", photo())})
    assert (made.status_code, made.json()["name"], made.json()["media_type"]) == (201, "été.jpg", "image/jpeg")
    back = bob.get(f"{ORDERS}/{order}/files/{made.json()['id']}")
    assert back.headers["content-disposition"].startswith("attachment")
    assert back.headers["x-content-type-options"] == "nosniff"
    assert b"secret place" not in back.content
    assert Image.open(BytesIO(back.content)).size == (40, 40)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("x.svg", b"<svg onload='alert(1)'/>", "unknown_file"),
        ("x.jpg", b"GIF89a not an image", "unknown_file"),
        ("x.pdf", b"<html>", "not_what_it_says"),
        ("x.txt", b"a\0b", "not_what_it_says"),
        ("x.html", b"<script>", "unknown_file"),
        ("x.txt", b"", "empty_file"),
    ],
)
def test_a_file_that_is_not_what_it_seems_is_refused(api, order, name, data, code):
    bob = api("bob")
    answer = bob.post(f"{ORDERS}/{order}/files", files={"file": (name, data)})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert bob.get(f"{ORDERS}/{order}/files").json() == []


def test_the_table_of_transitions_is_told(api, cast):
    rows = api("bob").get("/api/v1/meta/work-order-transitions").json()
    assert {
        "name": "hold",
        "from": ["in_progress"],
        "to": "on_hold",
        "permission": "work",
        "needs_reason": True,
    } in rows
