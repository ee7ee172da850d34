"""Files as other programs write them: encodings, delimiters, headers, cells."""

from datetime import date

import pytest

from app.core.errors import InvalidInput, TooLarge
from app.core.i18n.folding import fold, fold_all, like_patterns
from app.equipment.rules import tables
from app.equipment.rules.columns import columns_of
from app.equipment.rules.importing import ImportRow, read_rows
from app.equipment.rules.registry import tag_of, tag_prefix
from app.equipment.rules.tables import neutral, plain, read_table, write_table


def rows(text: str, encoding: str = "utf-8") -> list[ImportRow]:
    table = read_table(text.encode(encoding))
    return read_rows(table, columns_of(table[0])[0])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_french_and_english_files_are_read_alike(encoding: str, delimiter: str):
    text = delimiter.join(["Étiquette", "Désignation", "Site", "Catégorie"]) + "\r\n"
    text += delimiter.join(["OND-1", "Onduleur été", "Lyon", "Onduleur"]) + "\r\n"
    assert rows(text, encoding)[0].values == {
        "tag": "OND-1",
        "name": "Onduleur été",
        "site": "Lyon",
        "category": "Onduleur",
    }


@pytest.mark.parametrize(
    ("data", "error", "code"),
    [
        (b"", InvalidInput, "empty_file"),
        (b"\n \n", InvalidInput, "empty_file"),
        (b"PK\x03\x04\0\0", InvalidInput, "not_text"),
        (b"name,site\n" + b"x" * 11_000 + b",Lyon\n", InvalidInput, "not_csv"),
        (b"a," * 300 + b"\n", InvalidInput, "too_many_columns"),
    ],
)
def test_what_is_no_csv_is_refused_with_a_reason(data: bytes, error: type[Exception], code: str):
    with pytest.raises(error) as refused:
        read_table(data)
    assert refused.value.code == code  # type: ignore[attr-defined]


def test_a_row_with_a_cell_too_many_is_refused():
    found = rows("name;site;category\nA; B;Lyon;Switch\nb;Lyon;Switch;;\n")
    assert [[error.code for error in row.errors] for row in found] == [["too_many_cells"], []]


def test_a_file_of_too_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tables, "CELLS_MAX", 100)
    with pytest.raises(TooLarge):
        read_table(b"a;" * 60 + b"\n" + b"x;" * 60)


def test_a_file_of_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tables, "ROWS_MAX", 3)
    with pytest.raises(TooLarge):
        read_table(b"name,site\na,b\n" * 3)


@pytest.mark.parametrize(
    ("header", "code"),
    [("couleur,forme", "no_known_columns"), ("Name,Nom,Site", "column_twice"), ("Nom", "no_known_columns")],
)
def test_a_header_that_says_too_little_is_refused(header: str, code: str):
    with pytest.raises(InvalidInput) as refused:
        columns_of(header.split(","))
    assert refused.value.code == code


def test_unknown_columns_are_named_and_ignored():
    columns, ignored = columns_of(["Nom", "Site", "Couleur"])
    assert (columns, ignored) == ({"name": 0, "site": 1}, ("Couleur",))


def test_type_beside_a_model_is_the_category():
    assert columns_of(["Nom", "Type", "Fabricant", "Modèle", "Site"])[0] == {
        "name": 0,
        "category": 1,
        "manufacturer": 2,
        "model": 3,
        "site": 4,
    }


def test_lines_are_counted_as_a_spreadsheet_counts_them():
    found = rows('\nname;site;notes\n\n;;\nx;Lyon;"two\nlines"\ny;Lyon;\n')
    assert [(row.line, row.values["name"]) for row in found] == [(4, "x"), (5, "y")]


@pytest.mark.parametrize("cell", ["N/A", "0", "To be filled by O.E.M.", "Inconnu"])
def test_what_stands_for_no_serial_is_none(cell: str):
    assert "serial" not in rows(f"name;site;serial\nx;Lyon;{cell}\n")[0].values


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ("status", "Active", "in_service"),
        ("status", "Réformé", "retired"),
        ("status", "IN_SERVICE", "in_service"),
        ("criticality", "a", "A"),
        ("warranty until", "2027-02-28", date(2027, 2, 28)),
        ("warranty until", "28/02/2027", date(2027, 2, 28)),
        ("purchase cost", "1 840,50 €", 184050),
        ("purchase cost", "1,840.50", 184050),
        ("purchase cost", "12", 1200),
        ("purchase cost", "1,840", 184000),
        ("purchase cost", "1.840,5", 184050),
        ("purchase cost", "1,840,000.00", 184000000),
        ("purchase cost", "12'000.50 CHF", 1200050),
        ("currency", "eur", "EUR"),
    ],
)
def test_cells_are_understood_as_people_write_them(field: str, cell: str, value: object):
    row = rows(f"name;site;{field}\nx;Lyon;{cell}\n")[0]
    assert row.errors == ()
    assert value in row.values.values()


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        ("status", "vendu", "unknown_status"),
        ("criticality", "D", "unknown_criticality"),
        ("warranty until", "30/02/2027", "not_a_date"),
        ("warranty until", "02/30/2027", "not_a_date"),
        ("purchase cost", "cher", "not_an_amount"),
        ("purchase cost", "-5", "not_an_amount"),
        ("purchase cost", "NaN", "not_an_amount"),
        ("purchase cost", "1e3", "not_an_amount"),
        ("purchase cost", "1840.505", "not_an_amount"),
        ("purchase cost", "9" * 5000, "not_an_amount"),
        ("warranty until", "0001-01-01", "implausible_date"),
        ("location", " > ".join("a" * 11), "not_a_place"),
        ("location", "A > > B", "not_a_place"),
        ("rack", "A\x7f1", "bad_text"),
        ("currency", "euro", "not_a_currency"),
        ("remote_url", "javascript:alert(1)", "not_a_link"),
        ("name ", "x" * 201, "too_long"),
    ],
)
def test_a_cell_that_makes_no_sense_is_an_error_of_its_row(field: str, cell: str, code: str):
    header, body = ("tag;site", "T1;Lyon") if field == "name " else ("name;site", "x;Lyon")
    row = rows(f"{header};{field}\n{body};{cell}\n")[0]
    assert [error.code for error in row.errors] == [code]


@pytest.mark.parametrize("cell", ["=1+1", "+33 4", "-5", "@x", "plain", "'quoted", "'=x", "''-1"])
def test_an_exported_cell_is_harmless_and_comes_back(cell: str):
    assert plain(neutral(cell)) == cell
    assert not neutral(cell).startswith(("=", "+", "-", "@"))


def test_an_export_is_read_back():
    table = [["tag", "name"], ["T1", '=HYPERLINK("x";"y")'], ["T2", "a\nb"]]
    assert [[plain(cell) for cell in row] for row in read_table(write_table(table).encode("utf-8-sig"))] == table


def test_search_ignores_accents_and_case():
    assert fold("  Écran   DÉPORTÉ ") == "ecran deporte"
    assert fold("Cœur d’Œuvre") == "coeur d'oeuvre"
    assert fold_all("OND-1", None, "Salle Été") == "ond-1 | salle ete"
    assert like_patterns("Été 10%_a\\") == ["%ete%", "%10\\%\\_a\\\\%"]


def test_tags_are_readable():
    assert (tag_prefix("Onduleur"), tag_prefix("Écran"), tag_prefix("42U"), tag_prefix("—")) == (
        "OND",
        "ECR",
        "42U",
        "EQP",
    )
    assert (tag_of("OND", 7), tag_of("OND", 12345)) == ("OND-0007", "OND-12345")
