"""REST of families of plans (S24)."""


def test_a_family_is_made_changed_archived_and_restored(api):
    alice = api("alice")
    made = alice.post("/api/v1/plan-families", json={"title": "UPS service", "tolerance_days": 5})
    assert made.status_code == 201
    path = made.headers["location"]
    body = {"title": "Monthly look", "kind": "cleaning", "start_on": "2027-01-01", "family_id": 1, "rank": 2}
    plan = alice.post("/api/v1/maintenance-plans", json=body)
    assert (plan.json()["family_id"], plan.json()["rank"]) == (1, 2)
    listed = alice.get("/api/v1/plan-families").json()["items"]
    assert [(each["title"], [p["title"] for p in each["plans"]]) for each in listed] == [
        ("UPS service", ["Monthly look"])
    ]
    changed = alice.patch(path, json={"tolerance_days": 2}, headers={"if-match": '"1"'})
    assert changed.json()["tolerance_days"] == 2
    used = alice.post(f"{path}/archive", headers={"if-match": '"2"'})
    assert (used.status_code, used.json()["code"]) == (409, "in_use")
    alice.patch("/api/v1/maintenance-plans/1", json={"family_id": None, "rank": None}, headers={"if-match": '"1"'})
    assert alice.post(f"{path}/archive", headers={"if-match": '"2"'}).json()["archived_at"] is not None
    assert alice.get("/api/v1/plan-families").json()["items"] == []
    assert alice.post(f"{path}/restore", headers={"if-match": '"3"'}).json()["archived_at"] is None


def test_two_plans_of_one_rank_are_refused(api):
    alice = api("alice")
    alice.post("/api/v1/plan-families", json={"title": "UPS service"})
    body = {"title": "Monthly look", "kind": "cleaning", "start_on": "2027-01-01", "family_id": 1, "rank": 2}
    assert alice.post("/api/v1/maintenance-plans", json=body).status_code == 201
    refused = alice.post("/api/v1/maintenance-plans", json=body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/rank")
    assert alice.post("/api/v1/maintenance-plans", json=body | {"rank": None}).status_code == 422
