"""Entries become procedures and plans; what people made of them is never overwritten."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, func, select

from app.changes.actions.edits import edit_plan
from app.changes.models import CommissioningTask
from app.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.core.security import Actor, Role
from app.library import queries
from app.library.actions import decide_edition, load_entry
from app.library.queries import list_entries, preview_load, shelf, show_entry
from app.library.rules.entries import entry_of
from app.library.schemas import LoadInput
from app.plans.models import MaintenancePlan
from app.plans.queries.plans import get_plan, input_of
from app.plans.schemas import PlanEdit
from app.procedures.actions import discard_draft, publish_draft, save_draft, start_draft
from app.procedures.models import Procedure, ProcedureVersion
from app.procedures.queries.procedures import get_procedure, procedure_view
from app.procedures.schemas import DraftInput
from tests.factories.equipment import make_category, make_equipment
from tests.factories.places import make_calendar, make_location, make_organisation, make_site

ALICE = Actor(name="Alice", role=Role.MANAGER, user_id=1, language="fr")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CODES = sorted(shelf.catalogue())


@pytest.fixture
def house(session):
    class House:
        organisation = make_organisation(session, make_calendar(session))
        site = make_site(session)
        ups = make_category(session, "Onduleur")
        piece = make_equipment(session, "OND-1", site, ups)
        room = make_location(session, site, "Salle serveurs")

    return House()


def wanted(house, entry, **more):
    covered = {"category_ids": [house.ups.id]} if entry.covers == "pieces" else {"location_ids": [house.room.id]}
    return LoadInput(**{"plans": entry.plan_keys, **covered} | more)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_entry_loads_in_both_languages_with_its_plans(session, house, language):
    for code, entry in shelf.catalogue().items():
        made = load_entry(session, code, wanted(house, entry, language=language), by=ALICE, now=NOW)
        procedure = procedure_view(session, get_procedure(session, made.procedure_id, by=ALICE))
        assert (procedure.title, procedure.current_number) == (entry.title(language), 1)
        assert len(procedure.current.steps) == len(entry.data["steps"])
        plans = [get_plan(session, plan_id, by=ALICE) for plan_id in made.plan_ids]
        assert {plan.state for plan in plans} <= {"paused"}
        assert all(plan.current.procedure_id == made.procedure_id for plan in plans)
        assert bool(made.task_ids) == entry.is_commissioned
        shown = show_entry(session, code, by=replace(ALICE, language=language))
        assert (shown.standing, shown.loaded.is_edited) == ("current", False)
        assert not any(plan.is_edited or plan.newer for plan in shown.loaded.plans)
    assert session.scalar(select(func.count()).select_from(Procedure)) == len(CODES)


def test_loaded_twice_new_pieces_get_one_order_for_it(session, house):
    code = next(code for code, entry in shelf.catalogue().items() if entry.is_commissioned)
    said = wanted(house, shelf.catalogue()[code], plans=[])
    counts = []
    for _ in range(2):
        counts.append(preview_load(session, code, said, by=ALICE, now=NOW).commissioning)
        counts.append(len(load_entry(session, code, said, by=ALICE, now=NOW).task_ids))
    assert counts == [1, 1, 0, 0]


def test_a_plan_is_loaded_active_where_one_says_so(session, house):
    entry = shelf.catalogue()["ups-self-test"]
    said = wanted(house, entry, is_active=True, start_on=date(2026, 12, 1))
    made = load_entry(session, "ups-self-test", said, by=ALICE, now=NOW)
    plan = get_plan(session, made.plan_ids[0], by=ALICE)
    assert (plan.state, plan.title, plan.current.anchor_on) == ("active", "Autotest de l’onduleur", date(2026, 12, 1))


def test_loading_again_makes_more_plans_but_the_procedure_once(session, house):
    entry = shelf.catalogue()["ups-self-test"]
    first = load_entry(session, "ups-self-test", wanted(house, entry), by=ALICE, now=NOW)
    again = load_entry(session, "ups-self-test", wanted(house, entry), by=ALICE, now=NOW)
    assert first.procedure_id == again.procedure_id
    assert first.plan_ids != again.plan_ids
    assert len(show_entry(session, "ups-self-test", by=ALICE).loaded.plans) == 2


def test_the_preview_says_what_would_be_made_and_makes_nothing(session, house):
    entry = shelf.catalogue()["ups-battery-replacement"]
    told = preview_load(session, entry.code, wanted(house, entry), by=ALICE, now=NOW)
    assert told.procedure == "Remplacement des batteries d’onduleur"
    assert [(plan.key, plan.preview.target_count) for plan in told.plans] == [("age", 1), ("runtime", 1)]
    assert session.scalar(select(func.count()).select_from(MaintenancePlan)) == 0
    assert session.scalar(select(func.count()).select_from(Procedure)) == 0


def test_what_cannot_be_loaded_is_refused(session, house):
    with pytest.raises(NotFound):
        load_entry(session, "nothing", LoadInput(), by=ALICE, now=NOW)
    with pytest.raises(InvalidInput, match="no plan"):
        load_entry(session, "ups-self-test", LoadInput(plans=["yearly"], category_ids=[1]), by=ALICE, now=NOW)
    with pytest.raises(InvalidInput, match="what the plans look after"):
        load_entry(session, "ups-self-test", LoadInput(plans=["monthly"]), by=ALICE, now=NOW)
    for by in (replace(ALICE, role=Role.TECHNICIAN), replace(ALICE, site_ids=frozenset({house.site.id}))):
        with pytest.raises(NotAllowed):
            load_entry(session, "ups-self-test", LoadInput(), by=by, now=NOW)
        with pytest.raises(NotAllowed):
            preview_load(session, "ups-self-test", LoadInput(), by=by, now=NOW)


@pytest.fixture
def second_edition(monkeypatch):
    """The library as it ships later: another limit, and another interval."""

    def ship(code="ups-self-test"):
        data = deepcopy(dict(shelf.catalogue()[code].data))
        data["edition"] = 2
        data["steps"][1]["minimum"] = 95
        data["plans"][0]["interval"] = 2
        later = dict(shelf.catalogue()) | {code: entry_of(data)}
        for module in (shelf, queries, queries.entries):
            monkeypatch.setattr(module, "catalogue", lambda: later)

    return ship


def test_a_newer_edition_is_offered_as_a_draft_where_nothing_was_edited(session, house, second_edition):
    made = load_entry(session, "ups-self-test", LoadInput(), by=ALICE, now=NOW)
    with pytest.raises(Conflict):
        decide_edition(session, "ups-self-test", take=True, by=ALICE, now=NOW)
    second_edition()
    shown = show_entry(session, "ups-self-test", by=ALICE)
    assert shown.standing == "update"
    assert [step.changes for step in shown.comparison.steps if step.what == "changed"] == [{"minimum": [90.0, 95.0]}]
    decide_edition(session, "ups-self-test", take=True, by=ALICE, now=NOW)
    view = procedure_view(session, get_procedure(session, made.procedure_id, by=ALICE))
    assert (view.current.steps[1].minimum, view.draft.steps[1].minimum) == (90, 95)
    assert view.draft.note == "Bibliothèque, édition 2"
    publish_draft(session, made.procedure_id, by=ALICE, now=NOW)
    shown = show_entry(session, "ups-self-test", by=ALICE)
    assert (shown.standing, shown.loaded.edition, shown.loaded.is_edited) == ("current", 2, False)


def test_an_edited_text_is_compared_and_stays_until_a_person_decides(session, house, second_edition):
    made = load_entry(session, "ups-self-test", LoadInput(), by=ALICE, now=NOW)
    start_draft(session, made.procedure_id, by=ALICE, now=NOW)
    own = DraftInput(safety_notes="Ask Bob first", steps=[{"title": "Press Test", "kind": "check"}])
    save_draft(session, made.procedure_id, own, by=ALICE, now=NOW)
    publish_draft(session, made.procedure_id, by=ALICE, now=NOW)
    assert show_entry(session, "ups-self-test", by=ALICE).loaded.is_edited
    second_edition()
    shown = show_entry(session, "ups-self-test", by=ALICE)
    assert shown.standing == "compare"
    assert shown.comparison.changes["safety_notes"][0] == "Ask Bob first"
    decide_edition(session, "ups-self-test", take=False, by=ALICE, now=NOW)
    view = procedure_view(session, get_procedure(session, made.procedure_id, by=ALICE))
    assert (view.current.safety_notes, view.draft) == ("Ask Bob first", None)
    shown = show_entry(session, "ups-self-test", by=ALICE)
    assert (shown.standing, shown.loaded.is_edited) == ("current", True)


def test_a_draft_in_the_making_is_not_overwritten(session, house, second_edition):
    made = load_entry(session, "ups-self-test", LoadInput(), by=ALICE, now=NOW)
    start_draft(session, made.procedure_id, by=ALICE, now=NOW)
    second_edition()
    assert show_entry(session, "ups-self-test", by=ALICE).standing == "compare"
    with pytest.raises(Conflict):
        decide_edition(session, "ups-self-test", take=True, by=ALICE, now=NOW)
    discard_draft(session, made.procedure_id, by=ALICE, now=NOW)
    assert show_entry(session, "ups-self-test", by=ALICE).standing == "update"


def test_a_plan_tells_what_a_newer_edition_says_and_stays_as_it_is(session, house, second_edition):
    entry = shelf.catalogue()["ups-self-test"]
    made = load_entry(session, "ups-self-test", wanted(house, entry), by=ALICE, now=NOW)
    plan = get_plan(session, made.plan_ids[0], by=ALICE)
    said = input_of(session, plan).model_dump() | {"lead_days": 9}
    edit_plan(session, plan.id, PlanEdit.model_validate(said), by=ALICE, now=NOW)
    second_edition()
    (told,) = show_entry(session, "ups-self-test", by=ALICE).loaded.plans
    assert told.is_edited
    assert ("2" in (told.newer or ""), told.dates != told.newer) == (True, True)
    assert (told.changes["lead_days"][0], told.changes["interval"]) == (9, [1, 2])
    assert told.changes.keys() == {"lead_days", "interval"}
    assert input_of(session, get_plan(session, plan.id, by=ALICE)).interval == 1


def test_new_pieces_of_the_chosen_categories_get_the_handover(session, house):
    load_entry(session, "workstation-handover", LoadInput(category_ids=[house.ups.id]), by=ALICE, now=NOW)
    task = session.scalars(select(CommissioningTask)).one()
    assert (task.kind, task.title_fr) == ("installation", "Nouveau poste\u00a0: installation et remise à l’utilisateur")


def test_the_list_asks_the_database_a_bounded_number_of_times(session, house):
    for code in CODES[:8]:
        load_entry(session, code, LoadInput(), by=ALICE, now=NOW)
    session.expire_all()
    statements = []
    event.listen(session.connection(), "before_cursor_execute", lambda *said: statements.append(said[2]))
    rows = list_entries(session, by=ALICE)
    assert [row.standing for row in rows].count("current") == 8
    assert len(statements) <= 5
    assert session.scalar(select(func.count()).select_from(ProcedureVersion)) == 8
