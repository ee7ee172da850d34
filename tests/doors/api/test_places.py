"""Customers, sites, locations and calendars over REST."""

import pytest

SITE = {"code": "bdx", "name": "Bordeaux", "address": "1 quai des Chartrons\n33000 Bordeaux"}


def changed(client, path, body, version):
    return client.patch(f"/api/v1{path}", json=body, headers={"if-match": f'"{version}"'})


def test_a_site_takes_zone_and_calendar_of_the_house(api, cast):
    answer = api("alice").post("/api/v1/sites", json=SITE)
    assert answer.status_code == 201
    site = answer.json()
    assert answer.headers["location"] == f"/api/v1/sites/{site['id']}"
    assert answer.headers["etag"] == '"1"'
    assert (site["code"], site["time_zone"], site["calendar_id"]) == ("BDX", "Europe/Paris", cast.lyon.calendar_id)


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"time_zone": "Mars/Olympus"}, "/time_zone", "unknown_zone"),
        ({"time_zone": "../../../etc/localtime"}, "/time_zone", "unknown_zone"),
        ({"calendar_id": 9_999}, "/calendar_id", "unknown"),
        ({"customer_id": 9_999}, "/customer_id", "unknown"),
        ({"code": "LYO"}, "/code", "taken"),
        ({"code": "a b"}, "/code", "bad_format"),
        ({"name": ""}, "/name", "too_short"),
        ({"name": "a\x00b"}, "/name", "bad_format"),
        ({"created_at": "2020-01-01"}, "/created_at", "unknown_field"),
    ],
)
def test_what_is_wrong_with_a_site_is_said_at_its_field(api, body, pointer, code):
    answer = api("alice").post("/api/v1/sites", json=SITE | body)
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]


def test_a_change_needs_the_version_it_was_made_from(api, cast):
    alice = api("alice")
    path = f"/sites/{cast.lyon.id}"
    assert alice.patch(f"/api/v1{path}", json={"name": "Lyon 2"}).status_code == 428
    answer = changed(alice, path, {"name": "Lyon 2", "address": None}, 1)
    assert (answer.status_code, answer.json()["name"], answer.headers["etag"]) == (200, "Lyon 2", '"2"')
    assert changed(alice, path, {"name": "Lyon 3"}, 1).status_code == 412
    assert changed(alice, path, {"name": None}, 2).status_code == 422


def test_a_list_is_paged_by_cursor_and_filtered(api):
    alice = api("alice")
    first = alice.get("/api/v1/sites?limit=1").json()
    second = alice.get("/api/v1/sites", params={"limit": 1, "cursor": first["next_cursor"]}).json()
    assert [site["code"] for site in first["items"] + second["items"]] == ["LYO", "NTE"]
    assert second["next_cursor"] is None
    assert [site["code"] for site in alice.get("/api/v1/sites?q=nant").json()["items"]] == ["NTE"]


@pytest.mark.parametrize(
    "query", ["colour=red", "limit=0", "limit=999", "cursor=abc", "cursor=WzEsMl0=", "cursor=W10="]
)
def test_a_list_refuses_what_it_does_not_know(api, query):
    assert api("alice").get(f"/api/v1/sites?{query}").status_code == 422


def test_a_site_of_another_scope_does_not_exist(api, cast):
    eve = api("eve")
    assert [site["code"] for site in eve.get("/api/v1/sites").json()["items"]] == ["NTE"]
    assert eve.get(f"/api/v1/sites/{cast.lyon.id}").status_code == 404
    assert changed(eve, f"/sites/{cast.lyon.id}", {"name": "Mine"}, 1).status_code == 404
    assert eve.post("/api/v1/sites", json=SITE).status_code == 403
    body = {"site_id": cast.lyon.id, "name": "Cellar"}
    assert eve.post("/api/v1/locations", json=body).status_code == 404


def test_a_location_moves_with_all_that_lies_in_it(api, cast):
    alice = api("alice")

    def make(name, parent_id=None):
        body = {"site_id": cast.lyon.id, "name": name, "parent_id": parent_id}
        return alice.post("/api/v1/locations", json=body).json()

    a, b = make("A"), make("B")
    room = make("Room", a["id"])
    rack = make("100%_rack", room["id"])
    lower = make("a")  # a name that differs in case alone
    inside = make("Kept", lower["id"])
    assert changed(alice, f"/locations/{a['id']}", {"parent_id": b["id"], "name": "A2"}, 1).status_code == 200
    paths = {item["id"]: item["path"] for item in alice.get("/api/v1/locations").json()["items"]}
    assert paths[rack["id"]] == "B > A2 > Room > 100%_rack"
    assert paths[inside["id"]] == "a > Kept"
    answer = changed(alice, f"/locations/{b['id']}", {"parent_id": rack["id"]}, 1)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "circle")


def test_a_location_lies_in_its_own_site_and_under_one_name(api, cast):
    alice = api("alice")
    body = {"site_id": cast.lyon.id, "name": "Cellar"}
    cellar = alice.post("/api/v1/locations", json=body).json()
    assert alice.post("/api/v1/locations", json=body).json()["errors"][0]["code"] == "taken"
    elsewhere = {"site_id": cast.nantes.id, "name": "Box", "parent_id": cellar["id"]}
    assert alice.post("/api/v1/locations", json=elsewhere).json()["errors"][0]["code"] == "unknown"
    assert alice.post("/api/v1/locations", json=body | {"name": "a > b"}).json()["errors"][0]["code"] == "bad_name"


def test_a_calendar_holds_weekdays_holidays_and_runs_of_days(api):
    alice = api("alice")
    body = {"code": "als", "name": "Alsace", "weekdays": ["monday", "saturday"], "country": "fr", "region": "6AE"}
    calendar = alice.post("/api/v1/calendars", json=body).json()
    assert (calendar["code"], calendar["country"], calendar["weekdays"]) == ("ALS", "FR", ["monday", "saturday"])
    run = {"kind": "closure", "first_on": "2026-12-24", "last_on": "2027-01-03", "name": "Winter"}
    path = f"/api/v1/calendars/{calendar['id']}/days"
    days = alice.post(path, json=run).json()["days"]
    assert days == [{"id": days[0]["id"], **run}]
    assert alice.post(path, json=run | {"last_on": "2026-12-01"}).status_code == 422
    assert alice.delete(f"{path}/{days[0]['id']}").json()["days"] == []
    assert alice.delete(f"{path}/{days[0]['id']}").status_code == 404


@pytest.mark.parametrize(
    "body", [{"country": "XX"}, {"region": "XX"}, {"country": None, "region": "6AE"}, {"weekdays": []}]
)
def test_a_calendar_of_holidays_that_nobody_knows_is_refused(api, body):
    base = {"code": "C", "name": "C", "country": "FR"}
    assert api("alice").post("/api/v1/calendars", json=base | body).status_code == 422


def test_a_calendar_in_use_is_not_archived(api, cast):
    answer = api("alice").post(f"/api/v1/calendars/{cast.lyon.calendar_id}/archive", headers={"if-match": '"1"'})
    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")


def test_what_is_archived_leaves_the_lists_and_comes_back(api, cast):
    alice = api("alice")
    path = f"/api/v1/sites/{cast.nantes.id}"
    assert alice.post(f"{path}/archive", headers={"if-match": '"1"'}).json()["archived_at"] is not None
    assert [site["code"] for site in alice.get("/api/v1/sites").json()["items"]] == ["LYO"]
    assert len(alice.get("/api/v1/sites?archived=true").json()["items"]) == 2
    assert alice.post(f"{path}/restore", headers={"if-match": '"2"'}).json()["archived_at"] is None
