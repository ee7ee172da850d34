"""Every list as a file: its filters and its order, all of its rows, nothing that a spreadsheet would run."""

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest

from tests.factories.equipment import make_equipment
from tests.factories.parts import make_part
from tests.factories.people import make_person, make_team
from tests.factories.places import make_customer
from tests.factories.procedures import make_procedure
from tests.factories.workorders import make_order

LISTS = [
    "/equipment", "/equipment/categories", "/equipment/models", "/work-orders", "/plans", "/people", "/people/teams",
    "/people/accounts", "/sites", "/sites/customers", "/sites/calendars", "/api/v1/equipment",
    "/api/v1/equipment-categories", "/api/v1/equipment-models", "/api/v1/work-orders", "/api/v1/maintenance-plans",
    "/api/v1/plan-targets", "/api/v1/occurrences", "/api/v1/persons", "/api/v1/teams", "/api/v1/users", "/api/v1/sites",
    "/api/v1/locations", "/api/v1/customers", "/api/v1/calendars", "/parts", "/api/v1/parts",
    "/procedures", "/api/v1/procedures", "/visits", "/api/v1/visits", "/people/absences", "/api/v1/absences",
]  # fmt: skip


def rows_of(answer):
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


@pytest.fixture
def house(database, cast):
    with database.writing() as session:
        piece = make_equipment(session, "SWI-1", cast.lyon, name="Cœur")
        for n in range(3):
            make_order(session, piece, f"Écran {n}")
        make_order(session, piece, "=1+1")
        for name in ("Zoé", "Élodie", "David"):
            make_person(session, name, email=f"{name[0].lower()}@example.org")
        make_team(session, "Réseau")
        make_customer(session, "ACME", name="Acme")
        make_part(session)
        make_procedure(session)


@pytest.mark.parametrize("path", LISTS)
def test_every_list_is_a_file_in_both_forms(api, web, house, path):
    who = api("adam") if path.startswith("/api") else web("adam")
    table = rows_of(who.get(f"{path}/export.csv"))
    assert {len(row) for row in table} == {len(table[0])}
    book = who.get(f"{path}/export.xlsx")
    assert book.headers["content-disposition"].endswith('.xlsx"')
    assert "xl/worksheets/sheet1.xml" in ZipFile(BytesIO(book.content)).namelist()
    assert who.get(f"{path}/export.pdf").status_code == 422


def test_it_holds_what_the_list_shows_in_its_order(web, api, house, monkeypatch):
    monkeypatch.setattr("app.http.paging.BATCH", 2)  # the file is longer than what is read at once
    found = rows_of(web("alice").get("/work-orders/export.csv?q=ecran&sort=-id"))
    assert [row[1] for row in found] == ["Title", "Écran 2", "Écran 1", "Écran 0"]
    assert found[1][:6] == ["OT-000003", "Écran 2", "Ready", "Normal priority", "Corrective", "repair"]
    people = rows_of(api("alice").get("/api/v1/persons/export.csv?q=example.org&sort=-name"))
    assert [row[0] for row in people] == ["name", "Zoé", "Élodie", "David"]


def test_a_page_speaks_the_readers_language_and_rest_its_own(web, api, house, database, cast):
    with database.writing() as session:
        session.merge(cast.bob).language = "fr"
    spoken = rows_of(web("bob").get("/work-orders/export.csv"))
    assert spoken[0][:3] == ["Numéro", "Titre", "État"]
    assert spoken[1][2] == "À faire"
    plain = rows_of(api("bob").get("/api/v1/work-orders/export.csv"))
    assert plain[0][:3] == ["id", "title", "state"]
    assert plain[1][2] == "ready"


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(web, house):
    titles = [row[1] for row in rows_of(web("alice").get("/work-orders/export.csv?q=%3D1"))]
    assert titles == ["Title", "'=1+1"]
    book = ZipFile(BytesIO(web("alice").get("/work-orders/export.xlsx?q=%3D1").content))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=1+1" in sheet


def test_whoever_sees_one_site_gets_that_site(web, api, house):
    assert len(rows_of(web("eve").get("/work-orders/export.csv"))) == 1
    assert len(rows_of(api("eve").get("/api/v1/equipment/export.csv"))) == 1
    assert web("chloe").get("/work-orders/export.csv").status_code == 403
    assert web("bob").get("/people/accounts/export.csv").status_code == 403
    assert api("bob").get("/api/v1/users/export.csv").status_code == 403


def test_what_cannot_be_asked_is_said_before_the_file_begins(web, api, house):
    assert web("alice").get("/people/export.csv?sort=shoe").status_code == 422
    assert api("alice").get("/api/v1/persons/export.csv?limit=5").json()["code"] == "invalid_input"
