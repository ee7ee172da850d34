"""The same house is imported again and again while it lives: tags come, names are shared, pieces retire."""

from datetime import date, datetime

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.security import Actor, Role
from app.equipment.models import Equipment
from app.operations.actions.imports import import_equipment
from app.operations.schemas import ImportReport
from app.places.models import Customer, Location, Organisation, Site
from tests.factories.files import registry_csv
from tests.factories.places import make_customer, make_organisation, make_site

ALICE = Actor(name="Alice", role=Role.MANAGER, user_id=1)


@pytest.fixture(autouse=True)
def house(session: Session) -> None:
    make_organisation(session)


def run(session: Session, text: str, now: datetime) -> ImportReport:
    return import_equipment(session, text.encode(), is_dry_run=False, by=ALICE, now=now)


def said(report: ImportReport) -> list[tuple[str, str | None]]:
    return [(line.outcome, line.basis) for line in report.lines]


def piece(session: Session, tag: str) -> Equipment:
    return session.scalars(
        select(Equipment).where(Equipment.tag == tag).execution_options(populate_existing=True)
    ).one()


def test_serial_and_tag_filled_in_later_go_to_the_same_piece(session: Session, now: datetime) -> None:
    run(session, "name;site;category\nsw1;Lyon;Switch\n", now)
    assert said(run(session, "name;site;category;serial\nSW1;Lyon;Switch;S1\n", now)) == [("change", "name")]
    assert said(run(session, "name;site;serial;tag\nSW1;Lyon;S1;AT-7\n", now)) == [("change", "serial")]
    assert piece(session, "AT-7").serial == "S1"
    assert session.scalar(select(func.count()).select_from(Equipment)) == 1


def test_another_serial_under_the_same_name_is_another_piece(session: Session, now: datetime) -> None:
    run(session, "name;site;category;serial\nsw1;Lyon;Switch;S1\n", now)
    assert said(run(session, "name;site;category;serial\nsw1;Lyon;Switch;S2\n", now)) == [("create", "serial")]


def test_a_tag_that_somebody_chose_is_not_replaced(session: Session, now: datetime) -> None:
    run(session, "tag;name;site;category\nAT-1;printer;Lyon;Printer\n", now)
    assert said(run(session, "tag;name;site;category\nAT-2;printer;Lyon;Printer\n", now)) == [("create", "tag")]


def test_who_is_retired_leaves_the_name_to_the_next(session: Session, now: datetime) -> None:
    run(session, "tag;name;site;category;status\nT1;sw1;Lyon;Switch;retired\nT2;sw1;Lyon;Switch;Active\n", now)
    report = run(session, "name;site\nsw1;Lyon\n", now)
    assert [(line.outcome, line.tag) for line in report.lines] == [("unchanged", "T2")]


def test_a_second_piece_of_a_name_leaves_the_first_alone(session: Session, now: datetime) -> None:
    run(session, "name;site;category;rack\npanel;Lyon;Panel;A1\n", now)
    text = "name;site;category;rack\npanel;Lyon;Panel;A1\npanel;Lyon;Panel;A1\n"
    assert said(run(session, text, now)) == [("unchanged", "position"), ("create", "position")]
    assert said(run(session, text, now)) == [("unchanged", "position")] * 2


def test_a_change_leaves_what_it_does_not_speak_of(session: Session, now: datetime) -> None:
    header = "tag;name;site;category;manufacturer;model;location;person;purchase_cost\n"
    run(session, header + "T1;sw1;Lyon;Switch;Cisco;C9200;Étage 1;Chloé Martin;1840\n", now)
    before = piece(session, "T1").person_id
    assert said(run(session, "tag;notes\nT1;cleaned\n", now)) == [("change", "tag")]
    after = piece(session, "T1")
    assert (after.notes, after.person_id, after.purchase_cost_minor) == ("cleaned", before, 184000)


def test_a_model_without_its_maker_is_the_known_one(session: Session, now: datetime) -> None:
    run(session, "tag;site;category;manufacturer;model\nT1;Lyon;Switch;Cisco;C9200\nT2;Lyon;Switch;HP;2530\n", now)
    report = run(session, "tag;model\nT2;C9200\nT1;C9300\n", now)
    assert (said(report), report.created["models"]) == ([("change", "tag")] * 2, ["C9300"])
    assert piece(session, "T2").model_id != piece(session, "T1").model_id


def test_retiring_says_when(session: Session, now: datetime) -> None:
    run(session, "tag;site;category;status\nT1;Lyon;Switch;Active\nT2;Lyon;Switch;retired\n", now)
    run(session, "tag;status\nT1;retired\nT2;Active\n", now)
    assert (piece(session, "T1").retired_on, piece(session, "T2").retired_on) == (date(2026, 11, 23), None)


def test_a_move_to_another_site_leaves_the_place(session: Session, now: datetime) -> None:
    run(session, "tag;site;category;location\nT1;Lyon;Switch;Room\n", now)
    run(session, "tag;site\nT1;Corbas\n", now)
    assert piece(session, "T1").location_id is None


def test_an_external_id_that_changes_is_replaced(session: Session, now: datetime) -> None:
    run(session, "tag;external_id;site;category\nT1;nb-1;Lyon;Switch\n", now)
    run(session, "tag;external_id\nT1;nb-2\n", now)
    assert ";nb-2;" in registry_csv(session, by=ALICE)
    assert said(run(session, "tag;external_id\nT1;nb-2\n", now)) == [("unchanged", "external_id")]


def test_sites_named_alike_are_told_apart_by_customer_or_code(session: Session, now: datetime) -> None:
    for code in ("ACME", "DUPONT"):
        make_site(session, f"{code}-1", name="Siège", customer_id=make_customer(session, code).id)
    report = run(
        session,
        "customer;site;name;category\nAcme;Siège;a;Poste\nDupont;siege;b;Poste\n;Siège;c;Poste\n;DUPONT-1;d;Poste\n"
        "Zorro;Siège;e;Poste\n",
        now,
    )
    assert [line.outcome for line in report.lines] == ["create", "create", "refuse", "create", "refuse"]
    assert [e.code for line in report.lines for e in line.errors] == ["several_sites", "other_customer"]
    out = registry_csv(session, by=ALICE)
    assert run(session, out, now).counts == {"create": 0, "change": 0, "unchanged": 3, "refuse": 0}
    codes = select(Equipment.name, Site.code).join(Site, Site.id == Equipment.site_id).order_by(Equipment.name)
    assert session.execute(codes).all() == [("a", "ACME-1"), ("b", "DUPONT-1"), ("d", "DUPONT-1")]


def test_a_new_site_takes_the_first_customer_that_the_file_names(session: Session, now: datetime) -> None:
    rows = "customer;site;name;category\n;Lyon;a;Poste\nAcme;Lyon;b;Poste\nDupont;Lyon;c;Poste\n"
    report = run(session, rows, now)
    assert [line.outcome for line in report.lines] == ["create", "create", "refuse"]
    assert report.created["customers"] == ["Acme"]
    assert session.scalars(select(Site.customer_id)).one() == session.scalars(select(Customer.id)).one()


def test_names_that_shorten_to_one_code_are_kept_apart(session: Session, now: datetime) -> None:
    rows = "💥;É 17\";Poste 17\"\n>>>;É 17';Poste 17'\n"
    report = run(session, f"name;site;category\n{rows}", now)
    assert report.counts["create"] == 2
    assert session.scalars(select(Site.code).order_by(Site.code)).all() == ["E-17", "E-17-2"]


def test_places_are_made_once_step_by_step(session: Session, now: datetime) -> None:
    run(
        session,
        "name;site;category;location\na;Lyon;P;Bât. A > Étage 1\nb;Lyon;P;bat. a>Étage 2\nc;LYON;P;Bât. A\n",
        now,
    )
    places = session.execute(select(Location.path, Location.parent_id).order_by(Location.id)).all()
    assert [(path, parent is None) for path, parent in places] == [
        ("Bât. A", True),
        ("Bât. A > Étage 1", False),
        ("Bât. A > Étage 2", False),
    ]


def test_a_name_is_free_when_its_piece_is_renamed_in_the_same_file(session: Session, now: datetime) -> None:
    run(session, "tag;name;site;category\nT1;sw1;Lyon;Switch\n", now)
    for rows in ("T1;old;Lyon;Switch\n;sw1;Lyon;Switch\n", ";sw1;Lyon;Switch\nT1;old;Lyon;Switch\n"):
        with session.begin_nested() as attempt:
            text = f"tag;name;site;category\n{rows}"
            assert sorted(line.outcome for line in run(session, text, now).lines) == ["change", "create"]
            assert run(session, text, now).counts["unchanged"] == 2
            attempt.rollback()


def test_one_serial_on_two_lines_is_one_piece(session: Session, now: datetime) -> None:
    text = "tag;name;site;category;serial\nT1;a;Lyon;Switch;S1\n;;Lyon;Switch;s1\n"
    assert said(run(session, text, now)) == [("create", "tag"), ("refuse", "serial")]
    assert said(run(session, text, now)) == [("unchanged", "tag"), ("refuse", "serial")]


def test_no_tag_of_the_file_is_given_to_another_row(session: Session, now: datetime) -> None:
    text = "tag;name;site;category\n;a;Lyon;Switch\nswi-0001;b;Lyon;Switch\nSWI-0002;c;Lyon;\n"
    assert [line.tag for line in run(session, text, now).lines] == ["SWI-0003", "swi-0001", "SWI-0002"]


def test_a_place_without_a_site_lies_on_the_piece_s_own(session: Session, now: datetime) -> None:
    run(session, "tag;site;category\nT1;Lyon;Switch\n", now)
    assert said(run(session, "tag;location\nT1;Room > Rack row\n", now)) == [("change", "tag")]
    assert session.get_one(Location, piece(session, "T1").location_id).path == "Room > Rack row"


def test_external_ids_are_told_apart_by_case(session: Session, now: datetime) -> None:
    text = "external_id;site;category\nAbC;Lyon;Switch\nabc;Lyon;Switch\n"
    assert said(run(session, text, now)) == [("create", "external_id")] * 2
    assert said(run(session, text, now)) == [("unchanged", "external_id")] * 2


def test_a_house_that_is_not_set_up_imports_nothing(session: Session, now: datetime) -> None:
    session.execute(delete(Organisation))
    with pytest.raises(Conflict):
        run(session, "name;site;category\na;Lyon;P\n", now)


@pytest.mark.parametrize(
    ("before", "taking", "meant"),
    [
        ("T1;x1;", "T2;x1;", "T1;;"),  # the tag
        ("T1;x1;", "T1;x2;", ";x1;"),  # the external number
        ("T1;;S1", "T1;;S2", ";;S1"),  # the serial
    ],
)
def test_no_line_takes_what_another_line_knows_its_piece_by(
    session: Session, now: datetime, before: str, taking: str, meant: str
) -> None:
    header = "site;category;tag;external_id;serial\n"
    run(session, f"{header}Lyon;Switch;{before}\n", now)
    text = f"{header}Lyon;Switch;{taking}\nLyon;Switch;{meant}\n"
    for _ in range(2):
        report = run(session, text, now)
        assert [(line.outcome, [e.code for e in line.errors]) for line in report.lines] == [
            ("refuse", ["contradiction"]),
            ("unchanged", []),
        ]
    assert "Line 3" in report.lines[0].errors[0].detail


def test_a_maker_that_the_file_names_counts_at_once(session: Session, now: datetime) -> None:
    run(session, "site;category;manufacturer;model;tag\nLyon;Switch;Cisco;M1;T1\n", now)
    text = "site;category;manufacturer;model;tag\nLyon;Switch;;M1;T2\nLyon;Switch;HP;M1;T3\n"
    assert run(session, text, now).counts["create"] == 2
    assert run(session, text, now).counts["unchanged"] == 2


def test_an_empty_cell_clears_only_where_that_is_asked_for(session: Session, now: datetime) -> None:
    filled = "tag;name;site;category;serial;rack;person;warranty_until;purchase_cost;currency;notes\n"
    run(session, filled + "T1;a;Lyon;Switch;S1;r1;Zoé;2027-03-01;120;EUR;Loud\n", now)
    emptied = (filled + "T1;;Lyon;Switch;;;;;;;\n").encode()
    assert said(run(session, emptied.decode(), now)) == [("unchanged", "tag")]
    report = import_equipment(session, emptied, is_dry_run=False, clears=True, by=ALICE, now=now)
    cleared = {change.field: change.after for change in report.lines[0].differences}
    assert cleared == dict.fromkeys(("person", "warranty_until", "purchase_cost", "currency", "notes"))
    found = piece(session, "T1")
    assert (found.person_id, found.warranty_until, found.purchase_cost_minor, found.notes) == (None, None, None, None)
    assert (found.name, found.serial, found.rack) == ("a", "S1", "r1")  # by what it is recognised stays
    again = import_equipment(session, emptied, is_dry_run=False, clears=True, by=ALICE, now=now)
    assert said(again) == [("unchanged", "tag")]
