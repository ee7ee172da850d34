"""Reports, codes and suppliers by REST: the same as by page."""

from base64 import b64encode
from io import BytesIO

import pytest
from PIL import Image

from app.workorders.models import WorkOrder
from tests.factories.equipment import make_equipment
from tests.factories.people import make_person
from tests.factories.workorders import make_order


@pytest.fixture
def order(database, cast):
    with database.writing() as session:
        piece = make_equipment(session, "PRN-0001", cast.lyon, name="Printer")
        piece.person_id = make_person(session, "Chloé Dupré", email="chloe@example.org", language="fr").id
        order = make_order(session, piece, "Jams", due_on="2026-11-23")
        order.requires_signature = True
        return order.id


def png():
    out = BytesIO()
    Image.new("RGB", (60, 20), "white").save(out, "PNG")
    return b64encode(out.getvalue()).decode()


def complete(api, order, **said):
    return api("bob").post(f"/api/v1/work-orders/{order}/complete", json=said, headers={"if-match": '"1"'})


def test_a_signature_comes_as_base64(api, order, database):
    refused = complete(api, order)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/signature/name")
    refused = complete(api, order, signature={"name": "Chloé", "image": "bm90aGluZw=="})
    assert refused.json()["errors"][0]["pointer"] == "/signature/image"
    done = complete(api, order, signature={"name": "Chloé", "image": png()}).json()["resolution"]
    assert done["signed_by"] == "Chloé"
    picture = api("bob").get(f"/api/v1/work-orders/{order}/files/{done['signature_file_id']}")
    assert picture.content.startswith(b"\x89PNG")
    report = api("bob").get(f"/api/v1/work-orders/{order}/report").json()
    assert (report["signed_by"], report["language"], report["concerned"][0]["email"]) == (
        "Chloé",
        "fr",
        "chloe@example.org",
    )
    sent = api("bob").post(f"/api/v1/work-orders/{order}/report/send", json={})
    assert (sent.status_code, sent.json()["recipient"]) == (202, "chloe@example.org")


def test_codes_that_are_not_on_the_list_are_refused(api, order, database):
    with database.writing() as session:
        session.get_one(WorkOrder, order).requires_signature = False
    alice, bob = api("alice"), api("bob")
    refused = complete(api, order, finding="failed", failure_mode="hums")
    assert refused.json()["errors"][0]["code"] == "unknown_code"
    made = alice.post("/api/v1/failure-codes", json={"kind": "mode", "code": "hums", "name": "Hums"})
    assert made.status_code == 201
    words = bob.get("/api/v1/failure-codes/choices?equipment_id=1").json()
    assert words[0] == {"kind": "mode", "code": "hums", "name": "Hums", "follows": [], "is_common": True}
    assert complete(api, order, finding="failed", failure_mode="hums").status_code == 200
    gone = alice.post("/api/v1/failure-codes/1/archive", headers={"if-match": made.headers["etag"]})
    assert gone.json()["archived_at"] is not None
    assert bob.get("/api/v1/failure-codes").json() == []


def test_a_supplier_is_changed_as_it_was_read(api):
    alice = api("alice")
    made = alice.post("/api/v1/suppliers", json={"name": "Électro"})
    address = f"/api/v1/suppliers/{made.json()['id']}"
    assert alice.patch(address, json={"phone": "04"}).status_code == 428
    changed = alice.patch(address, json={"phone": "04"}, headers={"if-match": made.headers["etag"]})
    assert changed.json()["phone"] == "04"
    assert alice.patch(address, json={"phone": "05"}, headers={"if-match": made.headers["etag"]}).status_code == 412
    assert [row["name"] for row in api("bob").get("/api/v1/suppliers?q=electro").json()["items"]] == ["Électro"]
