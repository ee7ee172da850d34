"""A piece is registered, edited, archived: who may, what is refused, what it leaves behind."""

from datetime import date

import pytest
from sqlalchemy import select

from app.core.errors import InvalidInput, NotAllowed, NotFound, PreconditionFailed
from app.core.security import Actor, Role
from app.equipment import actions, queries
from app.equipment.models import Equipment, EquipmentChange
from app.equipment.schemas import EquipmentInput
from app.journal.models import AuditEntry, OutboxEvent
from tests.factories.equipment import make_category, make_equipment, make_model, make_piece
from tests.factories.places import make_location, make_site

ALICE = Actor("Alice", Role.MANAGER, user_id=1)
BOB = Actor("Bob", Role.TECHNICIAN, user_id=2)


@pytest.fixture
def lyon(session):
    return make_site(session, "LYO")


@pytest.fixture
def nantes(session):
    return make_site(session, "NTE")


@pytest.fixture
def switch(session):
    return make_category(session, "Switch")


def register(session, now, switch, site, by=ALICE, **more):
    data = EquipmentInput(category_id=switch.id, site_id=site.id, **more)
    return actions.register_equipment(session, data, by=by, now=now)


def edit(session, piece, now, by=ALICE, version=None, **values):
    return actions.edit_equipment(session, piece.id, values, version=version, by=by, now=now)


def test_a_piece_without_a_tag_gets_the_next_one_of_its_category(session, switch, lyon, now):
    make_equipment(session, "SWI-0002", lyon, switch)  # a person has used it
    assert [register(session, now, switch, lyon).tag for _ in range(3)] == ["SWI-0001", "SWI-0003", "SWI-0004"]


def test_many_tags_are_given_at_once_and_never_twice(session, switch, lyon):
    make_equipment(session, "SWI-0002", lyon, switch)
    given = actions.give_tags(session, "SWI", 3) + actions.give_tags(session, "SWI", 2)
    assert given == ["SWI-0001", "SWI-0003", "SWI-0004", "SWI-0005", "SWI-0006"]


def test_a_new_piece_leaves_an_audit_row_an_event_and_a_notice_for_plans(session, switch, lyon, now):
    piece = register(session, now, switch, lyon, name="Core")
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.entity_id, entry.user_name, entry.site_id) == ("created", piece.id, "Alice", lyon.id)
    assert session.scalars(select(OutboxEvent.kind)).all() == ["equipment.created"]
    assert session.scalars(select(EquipmentChange.equipment_id)).all() == [piece.id]
    assert len(piece.qr_token) > 40


def test_a_used_tag_is_refused(session, switch, lyon, now):
    make_equipment(session, "SWI-0001", lyon, switch)
    other = make_equipment(session, "SWI-0002", lyon, switch)
    with pytest.raises(InvalidInput, match="already used"):
        register(session, now, switch, lyon, tag="SWI-0001")
    with pytest.raises(InvalidInput, match="already used"):
        edit(session, other, now, tag="SWI-0001")


def test_technicians_read_and_managers_edit(session, switch, lyon, now):
    piece = make_equipment(session, site=lyon, category=switch)
    with pytest.raises(NotAllowed):
        register(session, now, switch, lyon, by=BOB)
    with pytest.raises(NotAllowed):
        edit(session, piece, now, by=BOB, name="Mine")
    with pytest.raises(NotAllowed):
        actions.archive_equipment(session, piece.id, by=BOB, now=now)


def test_a_piece_of_a_foreign_site_is_not_found(session, switch, lyon, nantes, now):
    eve = Actor("Eve", Role.MANAGER, site_ids=frozenset({nantes.id}))
    piece = make_equipment(session, site=lyon, category=switch)
    own = make_equipment(session, "SWI-0009", nantes, switch)
    with pytest.raises(NotFound):
        edit(session, piece, now, by=eve, name="Mine")
    with pytest.raises(NotFound):
        register(session, now, switch, lyon, by=eve)
    with pytest.raises(InvalidInput):  # nor can a piece be sent there
        edit(session, own, now, by=eve, site_id=lyon.id)
    with pytest.raises(InvalidInput):
        edit(session, own, now, by=eve, parent_id=piece.id)


def test_an_edit_from_an_old_version_is_refused(session, switch, lyon, now):
    piece = make_equipment(session, site=lyon, category=switch)
    edit(session, piece, now, version=1, name="First")
    with pytest.raises(PreconditionFailed):
        edit(session, piece, now, version=1, name="Second")
    assert (piece.name, piece.version) == ("First", 2)


def test_an_edit_that_changes_nothing_leaves_nothing(session, switch, lyon, now):
    piece = make_equipment(session, site=lyon, category=switch, name="Core")
    edit(session, piece, now, name="Core", status="in_service")
    assert piece.version == 1
    assert session.scalars(select(AuditEntry)).all() == []
    assert session.scalars(select(EquipmentChange)).all() == []


def test_an_edit_says_what_was_before(session, switch, lyon, now):
    piece = make_equipment(session, site=lyon, category=switch, name="Core")
    edit(session, piece, now, name="Edge", warranty_until=date(2027, 6, 30))
    entry = session.scalars(select(AuditEntry)).one()
    assert entry.changes == {"name": ["Core", "Edge"], "warranty_until": [None, "2027-06-30"]}


def test_what_a_piece_cannot_be_without_cannot_be_emptied(session, switch, lyon, now):
    piece = make_equipment(session, site=lyon, category=switch)
    for name in ("category_id", "site_id", "criticality", "status"):
        with pytest.raises(InvalidInput) as refused:
            edit(session, piece, now, **{name: None})
        assert refused.value.fields[0].pointer == name
    assert edit(session, piece, now, tag=None).tag == "SWI-0001"


def test_a_place_of_another_site_is_refused(session, switch, lyon, nantes, now):
    piece = make_equipment(session, site=lyon, category=switch)
    with pytest.raises(InvalidInput, match="not on the chosen site"):
        edit(session, piece, now, location_id=make_location(session, nantes).id)


def test_what_does_not_exist_is_refused_at_its_field(session, switch, lyon, now):
    piece = make_equipment(session, site=lyon, category=switch)
    for name in ("category_id", "model_id", "site_id", "location_id", "person_id", "parent_id"):
        with pytest.raises(InvalidInput) as refused:
            edit(session, piece, now, **{name: 999})
        assert refused.value.fields[0].pointer == name


def test_a_piece_is_not_inside_itself_however_long_the_chain(session, switch, lyon, now):
    rack = make_equipment(session, "R", lyon, switch)
    shelf = make_equipment(session, "S", lyon, switch, parent_id=rack.id)
    disk = make_equipment(session, "D", lyon, switch, parent_id=shelf.id)
    for parent in (rack, disk):
        with pytest.raises(InvalidInput, match="itself"):
            edit(session, rack, now, parent_id=parent.id)


def test_retiring_says_since_when_and_coming_back_forgets_it(session, switch, lyon, now):
    piece = make_equipment(session, site=lyon, category=switch)
    assert edit(session, piece, now, status="retired").retired_on == date(2026, 11, 23)
    assert edit(session, piece, now, status="in_stock").retired_on is None


def test_an_archived_piece_keeps_its_history_and_can_come_back(session, switch, lyon, now):
    piece = make_equipment(session, site=lyon, category=switch)
    actions.archive_equipment(session, piece.id, by=ALICE, now=now)
    actions.archive_equipment(session, piece.id, by=ALICE, now=now)  # twice changes nothing more
    assert piece.archived_at == now
    actions.archive_equipment(session, piece.id, is_archived=False, by=ALICE, now=now)
    assert session.get(Equipment, piece.id).archived_at is None
    assert len(session.scalars(select(AuditEntry)).all()) == 2
    assert len(session.scalars(select(EquipmentChange)).all()) == 2


def test_a_model_is_shown_with_its_piece_after_an_edit(session, switch, lyon, now):
    piece = make_equipment(session, site=lyon, category=switch)
    model = make_model(session, "C9300")
    assert edit(session, piece, now, model_id=model.id).model.reference == "C9300"


def test_of_several_whose_place_it_took_the_latest_that_is_gone_counts_on_both_databases(session, lyon, switch):
    new, gone, back = (make_piece(session, lyon, switch, tag) for tag in ("N-1", "G-1", "B-1"))
    gone.replaced_by_id = back.replaced_by_id = new.id
    gone.retired_on = date(2026, 5, 1)  # the other one serves again
    session.flush()
    assert queries.predecessor(session, new.id).id == gone.id
