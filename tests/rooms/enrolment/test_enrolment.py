from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, select

from app.changes.actions.edits import create_plan, pause_plan
from app.enrolment.actions.targets import end_targets, enrol
from app.equipment.models import EquipmentChange, EquipmentModel
from app.plans.models import PlanTarget
from app.plans.queries.plans import get_plan
from app.plans.queries.scope import leaving_targets, scope_of
from app.plans.schemas import Pause
from tests.factories.engine import make_pieces
from tests.factories.equipment import make_category, make_piece
from tests.factories.people import BEFORE
from tests.factories.places import make_calendar, make_location, make_organisation, make_site
from tests.factories.plans import ALICE, eve, make_occurrence, plan_input


@pytest.fixture
def lyon(session):
    calendar = make_calendar(session)
    make_organisation(session, calendar)
    return make_site(session, "LYO", calendar)


@pytest.fixture
def switches(session):
    return make_category(session)


def targets(session, plan):
    statement = select(PlanTarget).where(PlanTarget.plan_id == plan.id).order_by(PlanTarget.id)
    return list(session.scalars(statement, execution_options={"populate_existing": True}))


def covered(session, plan):
    return [target.equipment_id for target in targets(session, plan) if target.state != "ended"]


def leave(session, plan, *, now):
    """What the engine does, which settles them first."""
    gone = leaving_targets(session, plan.id, scope_of(session, plan.current.id), plan.site_id)
    end_targets(session, gone, "scope", now=now)
    return gone


def test_S39_a_category_covers_the_ones_below_it(session, lyon, switches, now):
    core = make_category(session, "core", parent=switches)
    pieces = [make_piece(session, lyon, switches, "A"), make_piece(session, lyon, core, "B")]
    make_piece(session, lyon, make_category(session, "pdu"), "C")
    plan = create_plan(session, plan_input(category_ids=[switches.id]), by=ALICE, now=now)
    assert covered(session, plan) == [piece.id for piece in pieces]


def test_S39_a_place_covers_the_ones_below_it_and_narrows_a_category(session, lyon, switches, now):
    room = make_location(session, lyon)
    rack = make_location(session, lyon, "Rack 1", parent=room)
    inside = make_piece(session, lyon, switches, "A", location_id=rack.id)
    make_piece(session, lyon, switches, "B")
    make_piece(session, lyon, make_category(session, "pdu"), "C", location_id=rack.id)
    scope = {"category_ids": [switches.id], "within_location_ids": [room.id]}
    plan = create_plan(session, plan_input(**scope), by=ALICE, now=now)
    assert covered(session, plan) == [inside.id]


def test_S39_pieces_by_name_models_sites_and_places_themselves(session, lyon, switches, now):
    model = EquipmentModel(manufacturer="APC", reference="X1", created_at=BEFORE)
    session.add(model)
    session.flush()
    named, modelled = (
        make_piece(session, lyon, switches, "A"),
        make_piece(session, lyon, switches, "B", model_id=model.id),
    )
    room = make_location(session, lyon)
    scope = {"equipment_ids": [named.id], "model_ids": [model.id], "item_location_ids": [room.id]}
    plan = create_plan(session, plan_input(**scope), by=ALICE, now=now)
    found = targets(session, plan)
    assert {target.equipment_id for target in found} == {named.id, modelled.id, None}
    assert [target.location_id for target in found if target.location_id] == [room.id]
    by_site = create_plan(session, plan_input(site_ids=[lyon.id]), by=ALICE, now=now)
    assert covered(session, by_site) == [named.id, modelled.id]


def test_a_plan_that_names_nothing_covers_nothing(session, lyon, switches, now):
    make_piece(session, lyon, switches)
    assert targets(session, create_plan(session, plan_input(), by=ALICE, now=now)) == []


def test_a_plan_of_a_site_covers_nothing_elsewhere(session, lyon, switches, now):
    nantes = make_site(session, "NTE")
    make_piece(session, lyon, switches, "A")
    there = make_piece(session, nantes, switches, "B")
    scope = {"category_ids": [switches.id], "site_id": nantes.id}
    plan = create_plan(session, plan_input(**scope), by=eve(nantes), now=now)
    assert covered(session, plan) == [there.id]


def test_S14b_a_start_in_the_past_makes_up_for_nothing(session, lyon, switches, now):
    make_piece(session, lyon, switches)
    said = plan_input(category_ids=[switches.id], start_on="2020-01-01", shift="next", lead_days=7)
    [target] = targets(session, create_plan(session, said, by=ALICE, now=now))
    assert target.enrolled_on == date(2026, 11, 23)
    assert target.settled_through == date(2026, 11, 1)
    assert target.next_due_on == date(2026, 12, 1)
    assert target.wake_at == datetime(2026, 11, 23, 23, tzinfo=UTC)  # midnight in France, 7 days ahead


def test_S14b_a_slot_moved_past_the_day_of_entry_is_still_to_come(session, lyon, switches):
    """1 November 2026 is All Saints', a Sunday: its cycle is due on the Monday."""
    make_piece(session, lyon, switches)
    said = plan_input(category_ids=[switches.id], start_on="2026-10-01", shift="next")
    plan = create_plan(session, said, by=ALICE, now=datetime(2026, 11, 2, 8, tzinfo=UTC))
    [target] = targets(session, plan)
    assert (target.settled_through, target.next_due_on) == (date(2026, 10, 1), date(2026, 11, 2))


def test_S05_the_day_of_entry_is_the_sites_own(session, lyon, switches):
    noumea = make_site(session, "NOU", time_zone="Pacific/Noumea")
    make_piece(session, noumea, switches)
    plan = create_plan(
        session, plan_input(category_ids=[switches.id]), by=ALICE, now=datetime(2026, 11, 22, 20, tzinfo=UTC)
    )
    [target] = targets(session, plan)
    assert target.enrolled_on == date(2026, 11, 23)
    assert target.wake_at == datetime(2026, 12, 31, 13, tzinfo=UTC)


def test_S39_the_anchor_of_an_entering_piece_follows_the_plans_policy(session, lyon, switches, now):
    make_piece(session, lyon, switches, "A", commissioned_on=date(2026, 3, 10))
    make_piece(session, lyon, switches, "B", commissioned_on=date(2025, 6, 20))
    make_piece(session, lyon, switches, "C")
    by_piece = plan_input(category_ids=[switches.id], anchor_policy="commissioning", interval=6)
    found = targets(session, create_plan(session, by_piece, by=ALICE, now=now))
    anchors = {target.anchor_on: target.next_due_on for target in found}
    assert anchors == {
        date(2026, 3, 10): date(2027, 3, 10),
        date(2025, 6, 20): date(2026, 12, 20),
        date(2026, 11, 23): date(2027, 5, 23),
    }
    by_entry = plan_input(category_ids=[switches.id], anchor_policy="entry", mode="floating", interval=6)
    found = targets(session, create_plan(session, by_entry, by=ALICE, now=now))
    assert {(target.anchor_on, target.is_anchor_due, target.next_due_on) for target in found} == {
        (date(2026, 11, 23), False, date(2027, 5, 23))
    }


def test_S33_a_places_calendar_counts_before_its_sites(session, lyon, switches, now):
    """1 January 2027 is a holiday on the site's calendar; the room has one without holidays, and its racks follow."""
    everyday = make_calendar(session, "EVERY", weekdays="1111111", country=None)
    room = make_location(session, lyon)
    room.calendar_id = everyday.id
    rack = make_location(session, lyon, "Rack 1", parent=room)
    make_piece(session, lyon, switches, "A")
    make_piece(session, lyon, switches, "B", location_id=rack.id)
    plan = create_plan(session, plan_input(category_ids=[switches.id], shift="next"), by=ALICE, now=now)
    assert [target.next_due_on for target in targets(session, plan)] == [date(2027, 1, 4), date(2027, 1, 1)]


def test_S41_retired_and_archived_pieces_leave(session, lyon, switches, now):
    pieces = [make_piece(session, lyon, switches, tag) for tag in "ABC"]
    plan = create_plan(session, plan_input(category_ids=[switches.id]), by=ALICE, now=now)
    pieces[0].status, pieces[1].archived_at = "retired", now
    session.flush()
    leave(session, plan, now=now)
    assert covered(session, plan) == [pieces[2].id]
    assert [target.wake_at is None for target in targets(session, plan)] == [True, True, False]


def test_what_waits_is_cancelled_when_its_item_leaves(session, lyon, switches, now):
    piece = make_piece(session, lyon, switches)
    plan = create_plan(session, plan_input(category_ids=[switches.id]), by=ALICE, now=now)
    [target] = targets(session, plan)
    waiting = make_occurrence(session, target, plan.current, fate="waiting", reason="open_order")
    piece.status = "retired"
    session.flush()
    leave(session, plan, now=now)
    session.refresh(waiting)
    assert (waiting.fate, waiting.reason) == ("cancelled", "left")


def test_S14b_a_piece_that_comes_back_takes_its_target_again_and_nothing_is_made_up_for(session, lyon, switches, now):
    piece = make_piece(session, lyon, switches)
    plan = create_plan(session, plan_input(category_ids=[switches.id]), by=ALICE, now=now)
    [target] = targets(session, plan)
    piece.status = "retired"
    session.flush()
    leave(session, plan, now=now)
    piece.status = "in_service"
    session.flush()
    back = datetime(2027, 5, 10, 8, tzinfo=UTC)
    assert enrol(session, get_plan(session, plan.id, by=ALICE), now=back) == 1
    [again] = targets(session, plan)
    assert (again.id, again.state, again.enrolled_on) == (target.id, "active", date(2027, 5, 10))
    assert (again.settled_through, again.next_due_on) == (date(2027, 5, 1), date(2027, 6, 1))


def test_enrolling_twice_is_enrolling_once(session, lyon, switches, now):
    make_piece(session, lyon, switches)
    plan = create_plan(session, plan_input(category_ids=[switches.id]), by=ALICE, now=now)
    assert enrol(session, plan, now=now) == 0
    assert len(targets(session, plan)) == 1


def test_only_pieces_that_changed_are_looked_at_between_nights(session, lyon, switches, now):
    plan = create_plan(session, plan_input(category_ids=[switches.id]), by=ALICE, now=now)
    seen, unseen = make_piece(session, lyon, switches, "A"), make_piece(session, lyon, switches, "B")
    session.add(EquipmentChange(equipment_id=seen.id, changed_at=now))
    session.flush()
    assert enrol(session, plan, only_changed=True, now=now) == 1
    assert covered(session, plan) == [seen.id]
    assert enrol(session, plan, now=now) == 1
    assert covered(session, plan) == [seen.id, unseen.id]


def test_pieces_that_enter_a_paused_plan_sleep(session, lyon, switches, now):
    plan = create_plan(session, plan_input(category_ids=[switches.id]), by=ALICE, now=now)
    pause_plan(session, plan.id, Pause(reason="Move"), by=ALICE, now=now)
    make_piece(session, lyon, switches)
    enrol(session, plan, now=now)
    assert [(target.state, target.wake_at) for target in targets(session, plan)] == [("paused", None)]


def test_the_statements_do_not_grow_with_the_pieces(session, lyon, now):
    def statements(count):
        pieces = make_pieces(session, count, lyon, prefix=f"N{count}")
        seen = []
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(session.get_bind(), "before_cursor_execute", listener)
        create_plan(session, plan_input(equipment_ids=[piece.id for piece in pieces]), by=ALICE, now=now)
        event.remove(session.get_bind(), "before_cursor_execute", listener)
        return len(seen)

    assert statements(3) == statements(300)
