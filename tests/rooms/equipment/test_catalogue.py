"""Categories and models: shared by all sites."""

import pytest

from app.core.errors import InvalidInput, NotAllowed, PreconditionFailed
from app.core.security import Actor, Role
from app.equipment import actions, queries
from app.equipment.schemas import CategoryInput, ModelInput
from tests.factories.equipment import make_category, make_model

ALICE = Actor("Alice", Role.MANAGER, user_id=1)
EVE = Actor("Eve", Role.MANAGER, site_ids=frozenset({1}))
BOB = Actor("Bob", Role.TECHNICIAN)


def test_a_category_without_a_prefix_takes_the_first_letters_of_its_name(session, now):
    data = CategoryInput(code="ups", name="UPS", name_fr="Onduleur")
    assert actions.create_category(session, data, by=ALICE, now=now).tag_prefix == "OND"


def test_a_category_is_not_under_itself_however_long_the_chain(session, now):
    top = make_category(session, "Network")
    middle = make_category(session, "Switch", top)
    bottom = make_category(session, "Core switch", middle)
    for parent in (top, middle, bottom):
        with pytest.raises(InvalidInput, match="under itself"):
            actions.edit_category(session, top.id, {"parent_id": parent.id}, by=ALICE, now=now)


def test_a_code_is_used_once(session, now):
    make_category(session, "Switch")
    with pytest.raises(InvalidInput, match="taken"):
        actions.create_category(session, CategoryInput(code="switch", name="Other"), by=ALICE, now=now)


def test_a_model_is_in_the_catalogue_once(session, now):
    make_model(session, "C9300")
    other = make_model(session, "C9200")
    with pytest.raises(InvalidInput, match="already in the catalogue"):
        actions.create_model(session, ModelInput(manufacturer="Cisco", reference="C9300"), by=ALICE, now=now)
    with pytest.raises(InvalidInput, match="already in the catalogue"):
        actions.edit_model(session, other.id, {"reference": "C9300"}, by=ALICE, now=now)


def test_unset_fields_stay_and_null_empties(session, now):
    category = make_category(session, "Switch", name_fr="Commutateur", expected_life_months=84)
    actions.edit_category(session, category.id, {"expected_life_months": None}, by=ALICE, now=now)
    assert (category.name_fr, category.expected_life_months) == ("Commutateur", None)
    with pytest.raises(InvalidInput):
        actions.edit_category(session, category.id, {"name": None}, by=ALICE, now=now)


def test_an_edit_from_an_old_version_is_refused(session, now):
    model = make_model(session, "C9300")
    actions.edit_model(session, model.id, {"reference": "C9400"}, version=1, by=ALICE, now=now)
    with pytest.raises(PreconditionFailed):
        actions.edit_model(session, model.id, {"reference": "C9500"}, version=1, by=ALICE, now=now)


def test_what_all_sites_share_is_not_changed_by_who_sees_some(session, now):
    category = make_category(session, "Switch")
    for by in (EVE, BOB):
        with pytest.raises(NotAllowed):
            actions.edit_category(session, category.id, {"name": "Mine"}, by=by, now=now)
        with pytest.raises(NotAllowed):
            actions.archive_category(session, category.id, by=by, now=now)
    with pytest.raises(NotAllowed):
        actions.create_category(session, CategoryInput(code="x", name="X"), by=BOB, now=now)


def test_archived_ones_leave_the_pickers(session, now):
    category, model = make_category(session, "Switch"), make_model(session, "C9300")
    actions.archive_category(session, category.id, by=ALICE, now=now)
    actions.archive_model(session, model.id, by=ALICE, now=now)
    assert queries.categories(session, by=BOB) == []
    assert queries.models(session, by=BOB) == []
    actions.archive_model(session, model.id, is_archived=False, by=ALICE, now=now)
    assert [row.reference for row in queries.models(session, by=BOB, q="cisco 93")] == ["C9300"]
