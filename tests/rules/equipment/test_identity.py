"""Which piece a row of a file speaks of (issue: external id, tag, serial, name, position)."""

from app.equipment.rules.columns import columns_of
from app.equipment.rules.identity import Verdict, claims_of, judge
from app.equipment.rules.importing import read_rows
from app.equipment.rules.known import Known, Registry
from app.equipment.rules.tables import read_table

HEADER = "Name,Status,Tenant,Site,Location,Rack,Role,Manufacturer,Type,Serial number,Asset tag\n"


def verdicts(body: str, registry: Registry | None = None, header: str = HEADER) -> list[Verdict]:
    table = read_table((header + body).encode())
    columns, _ = columns_of(table[0])
    rows = read_rows(table, columns)
    return judge(rows, claims_of(rows), registry or Registry())


def told(body: str, registry: Registry | None = None) -> list[tuple[str, str | None, bool]]:
    return [(v.outcome, v.basis, v.is_guess) for v in verdicts(body, registry)]


def test_a_name_that_is_unique_at_its_site_identifies():
    assert told("sw1,Active,Acme,Lyon,,A1,Switch,Cisco,C9200,,\nsw1,Active,Acme,Corbas,,A1,Switch,Cisco,C9200,,\n") == [
        ("create", "name", False),
        ("create", "name", False),
    ]


def test_rows_without_a_name_are_counted_where_they_stand():
    found = verdicts(",Active,Acme,Lyon,,A1,PDU,APC,AP7901,,\n" * 2 + ",Active,Acme,Lyon,,A2,PDU,APC,AP7901,,\n")
    assert [(v.outcome, v.position) for v in found] == [
        ("create", "lyon||a1|apc|ap7901|#1"),
        ("create", "lyon||a1|apc|ap7901|#2"),
        ("create", "lyon||a2|apc|ap7901|#1"),
    ]
    assert all(v.is_guess for v in found)


def test_pieces_named_alike_at_one_site_are_told_apart_by_position():
    assert told("panel,Active,,Lyon,,A1,Patch,Acme,P48,,\n" * 3) == [("create", "position", True)] * 3


def test_a_tag_counts_more_than_a_name():
    known = Known(7, {"tag": "SWI-0001", "name": "sw1", "site": "Lyon", "category": "Switch"})
    registry = Registry(by_tag={"swi-0001": known})
    found = verdicts("sw-neuf,,,Lyon,,,Switch,,,,SWI-0001\n", registry)[0]
    assert (found.outcome, dict(found.differences)) == ("change", {"name": ("sw1", "sw-neuf")})


def test_a_row_that_says_nothing_new_changes_nothing():
    known = Known(
        7, {"tag": "SWI-0001", "name": "sw1", "site": "Lyon", "category": "Commutateur", "status": "in_service"}
    )
    registry = Registry(by_name={("lyon", "sw1"): (known,)})
    assert told("sw1,Active,,LYON,,,commutateur,,,,\n", registry) == [("unchanged", "name", False)]


def test_two_rows_of_one_tag_are_refused_at_the_second():
    found = verdicts("a,,,Lyon,,,Switch,,,,T1\nb,,,Lyon,,,Switch,,,,t1\n")
    assert [v.outcome for v in found] == ["create", "refuse"]
    assert found[1].errors[0].params == {"line": 2}


def test_one_serial_of_two_models_is_two_pieces():
    known = Known(7, {"tag": "T1", "serial": "0001", "model": "A"})
    registry = Registry(by_serial={"0001": (known,)})
    assert told("x,,,Lyon,,,Switch,Acme,B,0001,\n", registry) == [("create", "serial", False)]
    assert told("x,,,Lyon,,,Switch,Acme,A,0001,\n", registry)[0][0] == "change"


def test_a_name_borne_by_several_pieces_of_the_site_is_refused():
    pieces = tuple(Known(n, {"tag": f"T{n}", "name": "sw1", "site": "Lyon"}) for n in (1, 2))
    found = verdicts("sw1,,,Lyon,,,Switch,,,,\n", Registry(by_name={("lyon", "sw1"): pieces}))[0]
    assert (found.outcome, found.errors[0].code, found.errors[0].params) == ("refuse", "ambiguous", {"tags": "T1, T2"})


def test_a_new_piece_needs_a_site_and_a_category():
    found = verdicts("sw1,Active,,,,,,Cisco,C9200,,T1\n")[0]
    assert [(e.pointer, e.code) for e in found.errors] == [("site", "required"), ("category", "required")]
