"""Found by any part of what a piece is, where it stands and who uses it; the same on both databases."""

import pytest
from sqlalchemy import event, select

from app.core.i18n import in_language
from app.core.security import Actor, Role
from app.equipment.models import Equipment
from app.equipment.queries import EquipmentFilter, equipment_rows, place_of
from app.http import cursor_after, page_of
from tests.factories.equipment import make_category, make_equipment, make_model
from tests.factories.people import make_person
from tests.factories.places import make_location, make_site

BOB = Actor("Bob", Role.TECHNICIAN)


def tags(session, by=BOB, **wanted):
    return [row.tag for row in equipment_rows(session, EquipmentFilter(**wanted), by=by, limit=50)]


@pytest.fixture
def registry(session):
    lyon = make_site(session, "LYO", name="Siège Lyon")
    nantes = make_site(session, "NTE", name="Nantes")
    room = make_location(session, lyon, "Salle serveurs")
    ups = make_category(session, "UPS", name_fr="Onduleur")
    switch = make_category(session, "Switch")
    make_equipment(
        session,
        "OND-LYO-01",
        lyon,
        ups,
        name="Onduleur “déporté”",
        serial="GA08K_12%",
        location_id=room.id,
        model_id=make_model(session, "5PX 3000", manufacturer="Eaton").id,
    )
    make_equipment(session, "SWI-0001", nantes, switch, person_id=make_person(session, "Chloé Ångström").id)
    make_equipment(session, "SWI-0002", nantes, switch, name="50% de charge", status="retired", rack="A03")
    return {"lyon": lyon, "nantes": nantes, "room": room, "switch": switch}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ond-lyo", ["OND-LYO-01"]),  # a part of the tag
        ("DEPORTE", ["OND-LYO-01"]),  # neither accents nor case
        ("ga08k_12%", ["OND-LYO-01"]),  # signs of LIKE mean themselves
        ("0%", ["SWI-0002"]),
        ("_", ["OND-LYO-01"]),
        ("eaton 3000", ["OND-LYO-01"]),  # the model, in any order of words
        ("onduleur", ["OND-LYO-01"]),  # the category's French name
        ("angstrom", ["SWI-0001"]),  # the person
        ("siege lyon", ["OND-LYO-01"]),  # the site
        ("serveurs", ["OND-LYO-01"]),  # the place
        ("a03", ["SWI-0002"]),  # the rack
        ("switch chloe", ["SWI-0001"]),  # words of two kinds
        ("switch eaton", []),  # every word has to be there
        ("nothing of that", []),
        ("  ", ["OND-LYO-01", "SWI-0001", "SWI-0002"]),
    ],
)
def test_it_finds_any_part(session, registry, query, found):
    assert tags(session, q=query) == found


def test_what_is_changed_is_found_by_its_new_text(session, registry):
    piece = make_equipment(session, "X-1", registry["lyon"], name="Before")
    piece.name = "Après"
    session.flush()
    assert tags(session, q="apres") == ["X-1"]
    assert tags(session, q="before") == []


def test_it_filters_by_status_category_and_place(session, registry):
    below = make_category(session, "Core switch", registry["switch"])
    make_equipment(session, "COR-1", registry["lyon"], below)
    assert tags(session, status="retired") == ["SWI-0002"]
    assert tags(session, category_id=registry["switch"].id) == ["COR-1", "SWI-0001", "SWI-0002"]
    assert tags(session, site_id=registry["lyon"].id) == ["COR-1", "OND-LYO-01"]
    closet = make_location(session, registry["lyon"], "Closet", registry["room"])
    make_equipment(session, "COR-2", registry["lyon"], below, location_id=closet.id)
    assert tags(session, location_id=registry["room"].id) == ["COR-2", "OND-LYO-01"]


def test_a_scope_hides_the_pieces_of_other_sites(session, registry):
    eve = Actor("Eve", Role.MANAGER, site_ids=frozenset({registry["nantes"].id}))
    assert tags(session, by=eve) == ["SWI-0001", "SWI-0002"]
    assert tags(session, by=eve, q="lyon") == []
    assert tags(session, by=Actor("Nobody", Role.MANAGER, site_ids=frozenset())) == []


def test_archived_pieces_have_a_list_of_their_own(session, registry, now):
    make_equipment(session, "OLD-1", registry["lyon"], archived_at=now)
    assert "OLD-1" not in tags(session)
    assert tags(session, is_archived=True) == ["OLD-1"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("tag", ["OND-LYO-01", "SWI-0001", "SWI-0002"]),
        ("-tag", ["SWI-0002", "SWI-0001", "OND-LYO-01"]),
        ("updated_at", ["SWI-0001", "SWI-0002", "OND-LYO-01"]),
        ("-updated_at", ["OND-LYO-01", "SWI-0002", "SWI-0001"]),
    ],
)
def test_pages_follow_one_another_in_every_order(session, registry, now, sort, order):
    session.scalars(select(Equipment).where(Equipment.tag == "OND-LYO-01")).one().updated_at = now
    session.flush()
    seen, cursor = [], None
    while cursor is not None or not seen:
        rows = equipment_rows(session, EquipmentFilter(), by=BOB, limit=1, sort=sort, after=cursor_after(cursor))
        page = page_of(rows, 1, lambda row: place_of(row, sort))
        seen.append(page.items[0].tag)
        cursor = page.next_cursor
    assert seen == order


def test_the_category_is_named_in_the_readers_language(session, registry):
    with in_language("fr"):
        assert equipment_rows(session, EquipmentFilter(), by=BOB, limit=1)[0].category == "Onduleur"
    assert equipment_rows(session, EquipmentFilter(), by=BOB, limit=1)[0].category == "UPS"


def test_a_list_is_one_query(session, registry):
    statements = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    tags(session, q="switch", category_id=registry["switch"].id, location_id=registry["room"].id)
    assert len(statements) == 1
