"""The report as a form: codes that narrow, a warranty pointed out, a signature, and what the person is sent."""

from base64 import b64encode
from datetime import date
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from app.equipment.models import Downtime, Equipment, FailureCode, Supplier
from app.journal.models import Message
from app.workorders.models import Resolution, WorkOrder
from tests.factories.equipment import make_equipment
from tests.factories.people import make_person
from tests.factories.workorders import make_order


@pytest.fixture
def order(database, cast):
    """On a printer under warranty that Chloé uses."""
    with database.writing() as session:
        piece = make_equipment(session, "PRN-0001", cast.lyon, name="Printer", warranty_until=date(2027, 6, 30))
        piece.person_id = make_person(session, "Chloé Dupré", email="chloe@example.org", language="fr").id
        return make_order(session, piece, "Jams", due_on="2026-11-23").id


def sign_for(database, order):
    with database.writing() as session:
        session.get_one(WorkOrder, order).requires_signature = True


def report_on(database, order):
    with database.reading() as session:
        return session.scalars(select(Resolution).where(Resolution.order_id == order)).one()


def png():
    out = BytesIO()
    Image.new("RGB", (60, 20), "white").save(out, "PNG")
    return "data:image/png;base64," + b64encode(out.getvalue()).decode()


def options(page, name):
    """What a list offers, the likely ones apart from the others."""
    likely, _, other = page.partition(f'name="failure_{name}"')[2].partition("</select>")[0].partition("<optgroup")
    return [[part.partition('"')[0] for part in text.split('value="')[1:]] for text in (likely, other)]


def test_a_mode_narrows_the_mechanisms_and_they_the_causes(web, order):
    bob = web("bob")
    page = bob.get(f"/work-orders/{order}").text
    assert options(page, "mechanism")[1] == [], "without JavaScript all stand there"
    answer = bob.get("/work-orders/failure-codes", params={"equipment_id": 1, "failure_mode": "short_battery_runtime"})
    likely, other = options(answer.text, "mechanism")
    assert likely == ["", "thermal", "battery_ageing", "firmware_or_software", "unknown"]
    assert "wear" in other
    assert web("eve").get("/work-orders/failure-codes?equipment_id=1").status_code == 404


def test_the_warranty_is_pointed_out_with_whoever_answers_for_it(web, api, order):
    alice = web("alice")
    alice.post("/equipment/suppliers", data={"name": "Électro Rhône", "phone": "04 78 00 00 00"})
    program = api("alice")
    version = program.get("/api/v1/equipment/1").headers["etag"]
    program.patch("/api/v1/equipment/1", json={"supplier_id": 1}, headers={"if-match": version})
    for address in (f"/work-orders/{order}", f"/work-orders/{order}/work", "/work-orders/log?equipment_id=1"):
        page = web("bob").get(address).text
        assert "Under warranty until" in page
        assert "ask Électro Rhône" in page
        assert "tel:0478000000" in page


def test_what_is_signed_for_is_not_done_without(web, database, order):
    sign_for(database, order)
    bob = web("bob")
    answer = bob.post(f"/work-orders/{order}/complete", data={"version": "1"})
    assert answer.status_code == 422
    assert "ask the person concerned to sign" in answer.text
    named = {"version": "1", "signature.name": "Chloé", "signature.image": "", "explanation": "Roller cleaned"}
    answer = bob.post(f"/work-orders/{order}/complete", data=named)
    assert answer.status_code == 422
    assert "or tick that the person agrees" in answer.text
    assert "Roller cleaned" in answer.text
    assert bob.post(f"/work-orders/{order}/complete", data=named | {"signature.is_confirmed": "1"}).status_code == 303
    assert report_on(database, order).signed_by == "Chloé"
    assert "Chloé" in bob.get(f"/work-orders/{order}").text


def test_a_drawn_signature_is_kept_and_shown(web, database, order, settings):
    sign_for(database, order)
    bob = web("bob")
    said = {"version": "1", "signature.name": "Chloé", "signature.image": png()}
    assert bob.post(f"/work-orders/{order}/complete", data=said).status_code == 303
    file_id = report_on(database, order).signature_file_id
    picture = bob.get(f"/work-orders/{order}/files/{file_id}")
    assert picture.headers["content-type"] == "image/png"
    assert f"/files/{file_id}" in bob.get(f"/work-orders/{order}/report").text
    assert web("eve").get(f"/work-orders/{order}/files/{file_id}").status_code == 404


def test_times_are_those_of_the_site(web, database, order):
    said = {"version": "1", "finding": "failed", "restoration": "curative", "down_from": "2026-11-23T07:00"}
    web("bob").post(f"/work-orders/{order}/complete", data=said | {"down_until": "2026-11-23T08:00"})
    with database.reading() as session:
        row = session.scalars(select(Downtime)).one()
    assert [moment.isoformat() for moment in (row.from_at, row.until_at)] == [
        "2026-11-23T06:00:00+00:00",
        "2026-11-23T07:00:00+00:00",
    ]


def test_the_report_is_printed_and_sent_in_the_language_of_the_person(web, database, order):
    bob = web("bob")
    assert bob.get(f"/work-orders/{order}/report").status_code == 409
    bob.post(f"/work-orders/{order}/complete", data={"version": "1", "explanation": "Rouleau nettoyé"})
    page = bob.get(f"/work-orders/{order}/report").text
    assert "Compte rendu d’intervention" in page
    assert "Rouleau nettoyé" in page
    assert "What was done" in bob.get(f"/work-orders/{order}/report?language=en").text
    answer = bob.post(f"/work-orders/{order}/report/send", data={"to": "chloe@example.org", "language": "fr"})
    assert answer.status_code == 303
    assert bob.post(f"/work-orders/{order}/report/send", data={"to": "eve@example.org"}).status_code == 422
    with database.reading() as session:
        (mail,) = session.scalars(select(Message))
    assert (mail.recipient, mail.entity_id) == ("chloe@example.org", order)


def test_a_temporary_fix_stands_on_its_list(web, api, database, order):
    said = {"version": "1", "finding": "failed", "restoration": "palliative", "curative_due_on": "2026-12-01"}
    web("bob").post(f"/work-orders/{order}/complete", data=said)
    page = web("bob").get("/temporary-fixes").text
    assert "Jams" in page
    assert f"OT-{order + 1:06d}" in page
    (fix,) = api("bob").get("/api/v1/temporary-fixes").json()["items"]
    assert (fix["id"], fix["follow_up_id"], fix["curative_due_on"]) == (order, order + 1, "2026-12-01")
    assert api("eve").get("/api/v1/temporary-fixes").json()["items"] == []
    assert len(api("bob").get("/api/v1/equipment/1/downtimes").json()) == 0, "nobody waited: it was reported at once"


def test_a_category_s_codes_are_kept_on_one_page(web, database, order):
    alice = web("alice")
    with database.reading() as session:
        category = str(session.scalars(select(Equipment.category_id)).one())
    new = {"category_id": category, "kind": "mode", "code": "paper_jam", "name": "Paper jam", "name_fr": "Bourrage"}
    assert alice.post("/equipment/failure-codes", data=new).status_code == 303
    assert alice.post("/equipment/failure-codes", data=new).status_code == 422
    assert options(web("bob").get(f"/work-orders/{order}").text, "mode")[0][1] == "paper_jam"
    edit = {"version": "1", "name": "Jam", "name_fr": "Bourrage papier"}
    assert alice.post("/equipment/failure-codes/1", data=edit).status_code == 303
    assert alice.post("/equipment/failure-codes/1", data=edit | {"name": "Old page"}).status_code == 412
    alice.post("/equipment/failure-codes/1/archive")
    with database.reading() as session:
        code = session.get_one(FailureCode, 1)
    assert (code.name, code.archived_at is not None) == ("Jam", True)
    assert web("bob").post("/equipment/failure-codes", data=new).status_code == 403


def test_suppliers_are_kept_on_one_page(web, database):
    alice = web("alice")
    assert alice.post("/equipment/suppliers", data={"name": "Électro", "email": "no address"}).status_code == 422
    assert alice.post("/equipment/suppliers", data={"name": "Électro"}).status_code == 303
    said = {"version": "1", "name": "Électro Rhône", "email": "sav@example.org"}
    assert alice.post("/equipment/suppliers/1", data=said).status_code == 303
    assert alice.post("/equipment/suppliers/1", data=said | {"name": "Old"}).status_code == 412
    assert "Électro Rhône" in web("bob").get("/equipment/suppliers?q=electro").text
    with database.reading() as session:
        assert session.scalars(select(Supplier.email)).one() == "sav@example.org"
