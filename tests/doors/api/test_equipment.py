"""REST of the registry: conventions kept, scope and roles held."""

import pytest
from sqlalchemy import event

from app.core.db import Database
from tests.factories.equipment import make_category, make_equipment, make_model


@pytest.fixture
def pieces(database: Database, cast):
    """Two switches at Lyon, one at Nantes."""
    with database.writing() as session:
        switch = make_category(session, "Switch", name_fr="Commutateur")
        model = make_model(session, "C9300")
        first = make_equipment(session, "SWI-0001", cast.lyon, switch, name="Core", model_id=model.id)
        second = make_equipment(session, "SWI-0002", cast.lyon, switch, status="retired")
        third = make_equipment(session, "SWI-0003", cast.nantes, switch)
        return {"switch": switch.id, "model": model.id, "core": first.id, "retired": second.id, "nantes": third.id}


def tags(answer):
    return [row["tag"] for row in answer.json()["items"]]


def test_a_piece_is_registered_and_read_back(api, cast, pieces):
    alice = api("alice")
    body = {"category_id": pieces["switch"], "site_id": cast.lyon.id, "name": "Edge", "model_id": pieces["model"]}
    made = alice.post("/api/v1/equipment", json=body)
    assert made.status_code == 201
    assert made.json()["tag"] == "SWI-0004"
    assert made.headers["location"] == f"/api/v1/equipment/{made.json()['id']}"
    read = alice.get(made.headers["location"])
    assert (read.json(), read.headers["etag"]) == (made.json(), '"1"')


def test_a_list_is_searched_filtered_and_paged(api, cast, pieces):
    bob = api("bob")
    assert tags(bob.get("/api/v1/equipment")) == ["SWI-0001", "SWI-0002", "SWI-0003"]
    assert tags(bob.get("/api/v1/equipment", params={"q": "CORE cisco"})) == ["SWI-0001"]
    assert tags(bob.get("/api/v1/equipment", params={"status": "retired"})) == ["SWI-0002"]
    assert tags(bob.get("/api/v1/equipment", params={"site_id": cast.nantes.id})) == ["SWI-0003"]
    first = bob.get("/api/v1/equipment", params={"limit": 2})
    second = bob.get("/api/v1/equipment", params={"limit": 2, "cursor": first.json()["next_cursor"]})
    assert (tags(first), tags(second), second.json()["next_cursor"]) == (["SWI-0001", "SWI-0002"], ["SWI-0003"], None)


@pytest.mark.parametrize(
    "query", ["status=broken", "unknown=1", "cursor=nonsense", "cursor=WzFd", "limit=0", "limit=1000", "site_id=x"]
)
def test_a_query_that_makes_no_sense_is_422(api, pieces, query):
    answer = api("bob").get(f"/api/v1/equipment?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_page_of_many_costs_as_many_queries_as_a_page_of_few(api, cast, pieces, database, app):
    engine = app.state.house.database.engine
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    bob = api("bob")
    bob.get("/api/v1/equipment")
    few = len(statements)
    with database.writing() as session:
        for number in range(100, 130):
            make_equipment(session, f"SWI-{number:04}", cast.lyon)
    statements.clear()
    assert len(tags(bob.get("/api/v1/equipment"))) == 33
    assert len(statements) == few


def test_a_patch_changes_what_it_names_and_needs_the_version(api, pieces):
    alice, path = api("alice"), f"/api/v1/equipment/{pieces['core']}"
    assert alice.patch(path, json={"name": "Edge"}).status_code == 428
    changed = alice.patch(path, json={"name": None, "status": "in_maintenance"}, headers={"if-match": '"1"'})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["name"], changed.json()["status"]) == (None, "in_maintenance")
    assert (changed.json()["model_id"], changed.headers["etag"]) == (pieces["model"], '"2"')
    assert alice.patch(path, json={"name": "Late"}, headers={"if-match": '"1"'}).status_code == 412


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"category_id": None}, "/category_id"),
        ({"status": "broken"}, "/status"),
        ({"tag": "two\nlines"}, "/tag"),
        ({"qr_token": "mine"}, "/qr_token"),  # what is not asked for is refused
        ({"archived_at": "2026-11-23T00:00:00Z"}, "/archived_at"),
        ({"remote_url": "javascript:alert(1)"}, "/remote_url"),
        ({"warranty_until": "3026-01-01"}, "/warranty_until"),
        ({"purchase_cost_minor": -1}, "/purchase_cost_minor"),
        ({"person_id": 10**30}, "/person_id"),
    ],
)
def test_what_is_wrong_is_named(api, pieces, body, pointer):
    answer = api("alice").patch(f"/api/v1/equipment/{pieces['core']}", json=body, headers={"if-match": '"1"'})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_a_piece_is_archived_and_restored(api, pieces):
    alice, path = api("alice"), f"/api/v1/equipment/{pieces['core']}"
    assert alice.post(f"{path}/archive", headers={"if-match": '"1"'}).json()["archived_at"]
    assert "SWI-0001" not in tags(alice.get("/api/v1/equipment"))
    assert tags(alice.get("/api/v1/equipment?archived=true")) == ["SWI-0001"]
    assert alice.post(f"{path}/restore", headers={"if-match": '"2"'}).json()["archived_at"] is None


def test_who_may_not_is_told_so(api, cast, pieces, stranger):
    body = {"category_id": pieces["switch"], "site_id": cast.lyon.id}
    path = f"/api/v1/equipment/{pieces['core']}"
    assert stranger.get(path).status_code == 401
    assert api("chloe").get(path).status_code == 403  # requesters have no registry
    assert api("bob").post("/api/v1/equipment", json=body).status_code == 403
    eve = api("eve")
    assert tags(eve.get("/api/v1/equipment")) == ["SWI-0003"]
    assert eve.get(path).status_code == 404
    assert eve.patch(path, json={"name": "Mine"}, headers={"if-match": '"1"'}).status_code == 404
    assert eve.post(f"{path}/archive", headers={"if-match": '"1"'}).status_code == 404
    assert eve.post("/api/v1/equipment", json=body).status_code == 404


def test_the_same_registration_sent_twice_makes_one_piece(api, cast, pieces):
    alice = api("alice")
    body = {"category_id": pieces["switch"], "site_id": cast.lyon.id}
    first, second = (alice.post("/api/v1/equipment", json=body, headers={"idempotency-key": "once"}) for _ in range(2))
    assert first.json() == second.json()
    assert len(tags(alice.get("/api/v1/equipment"))) == 4


def test_categories_and_models_are_made_changed_and_archived(api):
    alice = api("alice")
    made = alice.post("/api/v1/equipment-categories", json={"code": "ups", "name": "UPS", "name_fr": "Onduleur"})
    assert (made.status_code, made.json()["tag_prefix"]) == (201, "OND")
    changed = alice.patch(made.headers["location"], json={"tag_prefix": "ups"}, headers={"if-match": '"1"'})
    assert (changed.json()["tag_prefix"], changed.json()["name_fr"]) == ("UPS", "Onduleur")
    model = alice.post(
        "/api/v1/equipment-models",
        json={"manufacturer": "Eaton", "reference": "5PX 3000", "category_id": made.json()["id"]},
    )
    assert model.status_code == 201
    assert tags_of(alice.get("/api/v1/equipment-models?q=eaton")) == ["5PX 3000"]
    again = alice.post("/api/v1/equipment-models", json={"manufacturer": "Eaton", "reference": "5PX 3000"})
    assert (again.status_code, again.json()["errors"][0]["code"]) == (422, "taken")
    archived = alice.post(f"{model.headers['location']}/archive", headers={"if-match": '"1"'})
    assert archived.json()["archived_at"]
    assert tags_of(alice.get("/api/v1/equipment-models")) == []


def tags_of(answer):
    return [row["reference"] for row in answer.json()["items"]]


def test_a_catalogue_is_read_by_technicians_and_hidden_from_requesters(api, pieces):
    for path in ("equipment-categories", "equipment-models"):
        assert api("bob").get(f"/api/v1/{path}").status_code == 200
        assert api("chloe").get(f"/api/v1/{path}").status_code == 403
        assert api("chloe").get(f"/api/v1/{path}/{pieces['switch']}").status_code == 403


NETBOX = (
    "Name,Status,Tenant,Site,Location,Rack,Role,Manufacturer,Type,Serial number,Asset tag\n"
    "core-1,Active,,Lyon,Server room,R1,Switch,Cisco,C9300,,\n"
    ",Active,,Lyon,Server room,R1,PDU,APC,AP7868,,\n"
    ",Active,,Lyon,Server room,R1,PDU,APC,AP7868,,\n"
    "broken,Exploded,,Lyon,Server room,R1,Switch,Cisco,C9300,,\n"
)


def test_a_file_is_tried_then_taken_then_known(api, cast):
    alice = api("alice")
    sent = {"content": NETBOX, "headers": {"content-type": "text/csv"}}
    tried = alice.post("/api/v1/equipment/import?dry_run=true", **sent)
    assert tried.status_code == 200
    assert tried.json()["counts"] == {"create": 3, "change": 0, "unchanged": 0, "refuse": 1}
    assert tried.json()["created"]["locations"] == ["Lyon > Server room"]
    assert [line["is_guess"] for line in tried.json()["lines"]] == [False, True, True, False]
    assert tried.json()["lines"][3]["errors"][0]["code"] == "unknown_status"
    assert tags(alice.get("/api/v1/equipment")) == []
    taken = alice.post("/api/v1/equipment/import", files={"file": ("netbox.csv", NETBOX, "text/csv")})
    assert [line["tag"] for line in taken.json()["lines"]] == ["SWI-0001", "PDU-0001", "PDU-0002", None]
    again = alice.post("/api/v1/equipment/import?clear=true", **sent)
    assert again.json()["counts"] == {"create": 0, "change": 0, "unchanged": 3, "refuse": 1}
    noted = {"content": "tag;site;notes\nSWI-0001;Lyon;Loud\n", "headers": {"content-type": "text/csv"}}
    assert alice.post("/api/v1/equipment/import", **noted).json()["counts"]["change"] == 1
    emptied = noted | {"content": "tag;site;notes\nSWI-0001;Lyon;\n"}
    assert alice.post("/api/v1/equipment/import", **emptied).json()["counts"]["unchanged"] == 1
    assert alice.post("/api/v1/equipment/import?clear=true", **emptied).json()["counts"]["change"] == 1


def test_an_export_goes_back_in_unchanged(api, cast):
    alice = api("alice")
    alice.post("/api/v1/equipment/import", content=NETBOX, headers={"content-type": "text/csv"})
    exported = alice.get("/api/v1/equipment/export.csv")
    assert exported.headers["content-type"] == "text/csv; charset=utf-8"
    again = alice.post("/api/v1/equipment/import", content=exported.content, headers={"content-type": "text/csv"})
    assert again.json()["counts"] == {"create": 0, "change": 0, "unchanged": 3, "refuse": 0}
    assert api("eve").get("/api/v1/equipment/export.csv").text.count("\n") == 1  # the header alone


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"content": b""}, 422),
        ({"content": b"\0\0\0"}, 422),
        ({"content": b"a;b\n1;2\n"}, 422),
        ({"files": {"other": ("x.csv", "name;site", "text/csv")}}, 422),
        ({"content": b"name;site;category\nX;Lyon;Switch\n", "headers": {"content-length": str(10**9)}}, 413),
        ({"content": [b"x" * (1 << 20)] * 22}, 413),  # of a length that is not said
        ({"files": {"file": ("x.csv", b"x" * (22 << 20), "text/csv")}}, 413),
    ],
)
def test_a_file_that_cannot_be_read_is_a_problem(api, cast, sent, status):
    alice = api("alice")
    assert alice.post("/api/v1/equipment/import", **sent).status_code == status
    assert tags(alice.get("/api/v1/equipment")) == []


def test_a_piece_is_found_by_its_number_in_another_system(api, cast):
    alice = api("alice")
    body = "external id;name;site;category\nnb-7;Core;Lyon;Switch\nnb-8;Edge;Lyon;Switch\n"
    alice.post("/api/v1/equipment/import", content=body, headers={"content-type": "text/csv"})
    found = alice.get("/api/v1/equipment?external_id=nb-8").json()["items"]
    assert [row["name"] for row in found] == ["Edge"]
    assert alice.get(f"/api/v1/equipment/{found[0]['id']}").json()["external_ids"] == ["nb-8"]


def test_technicians_import_nothing(api, cast):
    answer = api("bob").post("/api/v1/equipment/import", content=NETBOX, headers={"content-type": "text/csv"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"commissioned_on": "9999-12-31"}, "/commissioned_on"),
        ({"commissioned_on": "0001-01-01", "new": {"serial": "S2"}}, "/commissioned_on"),
        ({"new": {"category_id": None}}, "/new/category_id"),
        ({"new": {"site_id": None}}, "/new/site_id"),
    ],
)
def test_a_successor_that_cannot_be_names_its_field(api, cast, pieces, said, pointer):
    path = f"/api/v1/equipment/{pieces['core']}/replace"
    answer = api("alice").post(path, json={"reason": "Worn out"} | said, headers={"if-match": '"1"'})
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_a_piece_is_retired_and_replaced_by_rest(api, cast, pieces):
    alice = api("alice")
    path = f"/api/v1/equipment/{pieces['core']}"
    first, second = {"if-match": '"1"'}, {"if-match": '"2"'}
    new = alice.post(f"{path}/replace", json={"reason": "Worn out", "new": {"serial": "S2"}}, headers=first)
    assert (new.status_code, new.json()["serial"], new.json()["name"]) == (201, "S2", "Core")
    assert new.json()["replaces_id"] == pieces["core"]
    old = alice.get(path).json()
    assert (old["status"], old["replaced_by_id"], old["retired_note"]) == ("retired", new.json()["id"], "Worn out")
    again = alice.post(f"{path}/replace", json={"reason": "Worn out"}, headers=second)
    assert (again.status_code, again.json()["code"]) == (409, "retired")
    said = {"reason": "Broken", "disposal": "Sold"}
    gone = alice.post(f"/api/v1/equipment/{new.json()['id']}/retire", json=said, headers=first)
    assert (gone.status_code, gone.json()["status"]) == (200, "retired")
    unknown = {"reason": "Broken", "cancel_order_ids": [99]}
    assert alice.post(f"{path}/retire", json=unknown, headers=second).status_code == 422
