"""A file is uploaded, looked at, then taken; what is wrong is said, and nothing is changed."""

import pytest
from sqlalchemy import func, select

from app.equipment.models import Equipment
from app.journal.models import File

CSV = """name;site;category;model;serial number
Core;Lyon;Switch;C9300;A1
Edge;Lyon;Switch;C9300;A2
;Lyon;PDU;;
Nowhere;;Switch;;A4
"""


def upload(browser, text=CSV, name="devices.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return browser.post("/equipment/import", files={"file": (name, data, "text/csv")})


def count(database, table=Equipment):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_preview_says_row_by_row_what_would_happen_and_changes_nothing(web, database):
    alice = web("alice")
    sent = upload(alice)
    assert sent.status_code == 303
    preview = alice.get(sent.headers["location"])
    assert preview.status_code == 200
    for words in ("Import 3 rows", "A site is needed.", "guess", "C9300", "PDU", "devices.csv"):
        assert words in preview.text
    assert count(database) == 0


def test_what_was_looked_at_is_taken_and_the_second_time_changes_nothing(web, database):
    alice = web("alice")
    preview = upload(alice).headers["location"]
    taken = alice.post(preview)
    assert (taken.status_code, taken.headers["location"]) == (303, f"{preview}?outcome=refuse")
    assert count(database) == 3
    again = alice.get(f"{preview}?outcome=unchanged")
    assert "SWI-0001" in again.text
    assert "there is nothing to do" not in again.text  # a row is refused still
    assert "Import 3 rows" not in again.text
    alice.post(preview)
    assert count(database) == 3


def test_a_change_shows_what_was_before(web):
    alice = web("alice")
    alice.post(upload(alice).headers["location"])
    preview = alice.get(upload(alice, "serial;site;name;status\nA1;Lyon;Heart;failed\n").headers["location"])
    assert "Core → Heart" in preview.text
    assert "In service → Out of order" in preview.text


def test_empty_cells_clear_where_that_is_ticked(web, database):
    alice = web("alice")
    alice.post(upload(alice, "tag;site;category;notes\nT1;Lyon;Switch;Loud\n").headers["location"])
    page = upload(alice, "tag;site;category;notes\nT1;Lyon;Switch;\n").headers["location"]
    assert "Loud → —" not in alice.get(page).text
    shown = alice.get(f"{page}?clears=true").text
    assert "Loud → —" in shown
    assert '<input type="hidden" name="clears" value="1">' in shown
    assert f"{page}?clears=true&amp;outcome=change" in shown
    alice.post(page, data={"clears": "1"})
    with database.reading() as session:
        assert session.scalars(select(Equipment.notes)).all() == [None]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "empty"),
        (b"\x89PNG\0\0", "not a text file"),
        ("colour;size\nred;1\n", "must name the columns"),
        (f"name;site\n{'x' * 20_000};Lyon\n", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words_and_not_kept(web, database, text, words):
    answer = upload(web("alice"), text)
    assert answer.status_code == 422
    assert words in answer.text
    assert count(database, File) == 0


def test_without_a_file_it_asks_for_one(web):
    assert "Choose a file first." in web("alice").post("/equipment/import", data={}).text


def test_only_who_uploaded_sees_and_takes_it(web, database):
    preview = upload(web("alice")).headers["location"]
    for login in ("adam", "eve"):
        assert web(login).get(preview).status_code == 404
        assert web(login).post(preview).status_code == 404
    for login in ("bob", "chloe"):
        assert web(login).get("/equipment/import").status_code == 403
        assert upload(web(login)).status_code == 403
    assert count(database) == 0


def test_who_sees_some_sites_imports_into_these_alone(web, database):
    eve = web("eve")
    preview = upload(eve, "name;site;category\nA;Nantes;Switch\nB;Lyon;Switch\nC;New site;Switch\n").headers["location"]
    assert eve.get(preview).text.count("This site does not exist.") == 2
    eve.post(preview)
    assert count(database) == 1


def test_hostile_cells_are_text(web):
    alice = web("alice")
    preview = upload(alice, 'name;site;category\n<script>x</script>;Lyon;"=cmd|x"\n').headers["location"]
    assert "<script>x" not in alice.get(preview).text
    alice.post(preview)
    assert "'=cmd|x" in alice.get("/equipment/export.csv").text


def test_an_export_goes_back_in_unchanged(web):
    alice = web("alice")
    alice.post(upload(alice).headers["location"])
    exported = alice.get("/equipment/export.csv")
    assert exported.headers["content-disposition"].startswith("attachment")
    preview = alice.get(upload(alice, exported.content).headers["location"]).text
    assert "there is nothing to do" in preview


def test_a_long_file_is_shown_in_pages(web):
    alice = web("alice")
    rows = "".join(f"N{number};Lyon;Switch\n" for number in range(250))
    preview = upload(alice, f"name;site;category\n{rows}").headers["location"]
    first = alice.get(preview).text
    assert ("N199" in first, "N200" in first) == (True, False)
    assert "N249" in alice.get(f"{preview}?after=201").text


def test_a_file_that_is_too_large_is_refused_in_words(web, database):
    answer = upload(web("alice"), b"x" * (22 << 20))
    assert (answer.status_code, "What was sent is too large." in answer.text) == (413, True)
    assert count(database, File) == 0
