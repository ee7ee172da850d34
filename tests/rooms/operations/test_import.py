"""A file of equipment goes in, goes in again without effect, and comes out as it went in."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput, NotAllowed
from app.core.security import Actor, Role
from app.equipment.models import Downtime, Equipment, EquipmentChange
from app.journal.models import AuditEntry, OutboxEvent
from app.operations.actions.imports import import_equipment
from app.operations.schemas import ImportReport
from app.places.models import Customer, Location, Site
from tests.factories.files import registry_csv
from tests.factories.places import make_organisation, make_site

ALICE = Actor(name="Alice", role=Role.MANAGER, user_id=1)
NETBOX = "Name,Status,Tenant,Site,Location,Rack,Role,Manufacturer,Type,Serial number,Asset tag\n"
ROWS = (
    "lyo-rtr01,Active,Acme,Lyon,,A1,Router,Cisco,ISR 1111,,\n"
    "lyo-sw01,Active,Acme,Lyon,Étage 1 > Local,A1,Access Switch,Cisco,C9200,,\n"
    ",Active,Acme,Lyon,,A1,PDU,APC,AP7901,,\n"
    ",Active,Acme,Lyon,,A1,PDU,APC,AP7901,,\n"
    "panel,Active,Acme,Lyon,,A2,Patch Panel,,P48,,\n"
    "panel,Active,Acme,Lyon,,A2,Patch Panel,,P48,,\n"
)


@pytest.fixture(autouse=True)
def house(session: Session) -> None:
    make_organisation(session)


def run(session: Session, text: str, now: datetime, *, dry: bool = False, by: Actor = ALICE) -> ImportReport:
    return import_equipment(session, text.encode(), is_dry_run=dry, by=by, now=now)


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_preview_says_what_would_happen_and_changes_nothing(session: Session, now: datetime) -> None:
    report = run(session, NETBOX + ROWS, now, dry=True)
    assert report.counts == {"create": 6, "change": 0, "unchanged": 0, "refuse": 0}
    assert [line.basis for line in report.lines] == ["name", "name", "position", "position", "position", "position"]
    assert report.created["sites"] == ["Lyon"]
    assert (count(session, Equipment), count(session, Site), count(session, AuditEntry)) == (0, 0, 0)


def test_a_file_makes_what_it_names(session: Session, now: datetime) -> None:
    report = run(session, NETBOX + ROWS, now)
    assert [line.tag for line in report.lines] == [
        "ROU-0001",
        "ACC-0001",
        "PDU-0001",
        "PDU-0002",
        "PAT-0001",
        "PAT-0002",
    ]
    assert session.scalars(select(Location.path).order_by(Location.path)).all() == ["Étage 1", "Étage 1 > Local"]
    site = session.scalars(select(Site)).one()
    assert (site.name, site.time_zone) == ("Lyon", "Europe/Paris")
    assert site.customer_id == session.scalars(select(Customer.id)).one()
    assert count(session, EquipmentChange) == 6
    told = select(func.count()).where(OutboxEvent.kind == "equipment.created")
    audited = select(func.count()).where(AuditEntry.entity == "equipment", AuditEntry.user_name == "Alice")
    assert (session.scalar(told), session.scalar(audited)) == (6, 6)


def test_run_twice_it_changes_nothing(session: Session, now: datetime) -> None:
    run(session, NETBOX + ROWS, now)
    before = count(session, AuditEntry)
    report = run(session, NETBOX + ROWS, now)
    assert report.counts == {"create": 0, "change": 0, "unchanged": 6, "refuse": 0}
    assert not any(report.created.values())
    assert count(session, AuditEntry) == before


def test_an_export_goes_back_in_unchanged(session: Session, now: datetime) -> None:
    run(session, NETBOX + ROWS, now)
    run(session, "Tag;Notes;Prix d’achat;Utilisateur\nROU-0001;=1+1;1 840,50;Chloé Martin\n", now)
    out = registry_csv(session, by=ALICE)
    assert run(session, out, now).counts == {"create": 0, "change": 0, "unchanged": 6, "refuse": 0}
    assert "'=1+1" in out


def test_what_a_file_says_to_serve_again_is_down_no_more(session: Session, now: datetime) -> None:
    run(session, NETBOX + ROWS, now)
    router = session.scalars(select(Equipment.id).where(Equipment.tag == "ROU-0001")).one()
    run(session, "tag,status\nROU-0001,offline\n", now)
    began = now - timedelta(hours=1)
    session.add(Downtime(equipment_id=router, from_at=began, source="told"))
    session.flush()
    run(session, "tag,status\nROU-0001,active\n", now)
    assert session.execute(select(Downtime.from_at, Downtime.until_at)).one() == (began, now)


def test_a_change_is_told_field_by_field(session: Session, now: datetime) -> None:
    run(session, NETBOX + ROWS, now)
    report = run(session, "tag,name,status\nROU-0001,lyo-rtr02,offline\n", now)
    assert [(d.field, d.before, d.after) for d in report.lines[0].differences] == [
        ("name", "lyo-rtr01", "lyo-rtr02"),
        ("status", "in_service", "out_of_order"),
    ]
    router = session.scalars(select(Equipment).where(Equipment.tag == "ROU-0001")).one()
    assert (router.name, router.status, router.version) == ("lyo-rtr02", "out_of_order", 2)
    assert "lyo-rtr02" in router.search_text


def test_a_refused_row_stops_no_other(session: Session, now: datetime) -> None:
    report = run(
        session, "Name;Site;Category;Status\nok;Lyon;Switch;Active\nbad;Lyon;Switch;vendu\n;;;\nx;;Switch;\n", now
    )
    assert report.counts == {"create": 1, "change": 0, "unchanged": 0, "refuse": 2}
    assert report.lines[1].errors[0].detail == "“vendu” is no known status."


def test_an_external_id_finds_its_piece_whatever_else_changed(session: Session, now: datetime) -> None:
    run(session, "external_id;name;site;category\nnb-17;sw1;Lyon;Switch\n", now)
    report = run(session, "external_id;name;site\nnb-17;sw-renamed;Lyon\n", now)
    assert [line.outcome for line in report.lines] == ["change"]
    assert count(session, Equipment) == 1


def test_who_is_limited_to_a_site_touches_no_other(session: Session, now: datetime) -> None:
    lyon, corbas = make_site(session, "LYO", name="Lyon"), make_site(session, "COR", name="Corbas")
    run(session, "tag;name;site;category\nT1;sw1;Corbas;Switch\n", now)
    eve = Actor(name="Eve", role=Role.MANAGER, user_id=2, site_ids=frozenset({lyon.id}))
    report = run(session, "tag;name;site\nT1;mine;Corbas\nT2;new;Paris\n", now, by=eve)
    assert report.counts == {"create": 0, "change": 0, "unchanged": 0, "refuse": 2}
    foreign = session.scalars(select(Equipment).where(Equipment.site_id == corbas.id)).one()
    assert foreign.name == "sw1"


def test_a_foreign_tag_is_not_taken_over(session: Session, now: datetime) -> None:
    lyon = make_site(session, "LYO", name="Lyon")
    run(session, "tag;name;site;category\nT1;sw1;Corbas;Switch\n", now)
    eve = Actor(name="Eve", role=Role.MANAGER, user_id=2, site_ids=frozenset({lyon.id}))
    report = run(session, "tag;name;site;category\nT1;mine;Lyon;Switch\n", now, by=eve)
    assert (report.lines[0].outcome, report.lines[0].errors[0].code) == ("refuse", "tag_used")


def test_a_technician_imports_nothing(session: Session, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        run(session, NETBOX + ROWS, now, by=Actor(name="Bob", role=Role.TECHNICIAN))


@pytest.mark.parametrize("text", ["", "\0", "a,b\n1,2\n"])
def test_what_is_no_file_of_equipment_is_refused(session: Session, now: datetime, text: str) -> None:
    with pytest.raises(InvalidInput):
        run(session, text, now)


def test_ten_times_the_rows_are_no_more_questions(session: Session, now: datetime) -> None:
    def questions(rows: int, start: int) -> int:
        text = "name;site;category;location\n" + "".join(
            f"pc-{n};Lyon;Poste;Bureau\n" for n in range(start, start + rows)
        )
        statements: list[str] = []
        engine = session.get_bind()
        listener = lambda *args: statements.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        run(session, text, now)
        event.remove(engine, "before_cursor_execute", listener)
        return len(statements)

    questions(2, 0)
    assert questions(200, 1_000) <= questions(20, 10) + 2
