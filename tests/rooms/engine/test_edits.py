"""Plans that change while orders are open and days go by (S36, S36b, S37, S38, S39, S43)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.changes.actions import edits, places
from app.changes.actions.edits import create_plan
from app.core.errors import Conflict, NotAllowed, NotFound, PreconditionFailed
from app.decisions.actions.answers import answer_catch_up
from app.engine.actions.reconciling import reconcile_all, reconcile_changes
from app.equipment.models import Equipment, EquipmentChange
from app.ledger.models import Occurrence
from app.operations.queries.doctor.ledger import examine
from app.places.models import Calendar, Site
from app.places.schemas import CalendarDaysInput
from app.plans.models import PlanTarget, PlanVersion
from app.plans.queries.plans import get_plan, input_of
from app.plans.schemas import Pause, PlanEdit, TargetEdit
from app.workorders.models import WorkOrder, WorkOrderEvent
from tests.factories.equipment import make_category, make_piece
from tests.factories.places import make_calendar, make_location, make_organisation, make_site
from tests.factories.plans import ALICE, BOB, eve, plan_input
from tests.rooms.engine.test_settling import end
from tests.rooms.engine.test_tick import at, ledger, tick_on

START = date(2026, 11, 23)


@pytest.fixture
def plan_of(database):
    """`plan_of(freq="week")`: such a plan on one switch in Lyon, made on 23 November 2026; its id."""

    def make(**said):
        with database.writing() as session:
            calendar = make_calendar(session)
            make_organisation(session, calendar)
            category = make_category(session)
            make_piece(session, make_site(session, "LYO", calendar), category)
            return create_plan(session, plan_input(category_ids=[category.id], **said), by=ALICE, now=at(START)).id

    return make


def edit(database, plan_id, on, by=ALICE, version=None, **changes):
    with database.writing() as session:
        said = input_of(session, get_plan(session, plan_id, by=ALICE)).model_dump(exclude={"rrule"})
        data = PlanEdit.model_validate(said | changes)
        return edits.edit_plan(session, plan_id, data, by=by, now=at(on), version=version).plan


def target_of(database):
    with database.reading() as session:
        return session.scalars(select(PlanTarget)).one()


def orders(database):
    with database.reading() as session:
        found = session.scalars(select(WorkOrder).order_by(WorkOrder.id))
        return [(order.due_on, order.state, order.title) for order in found]


@pytest.fixture(autouse=True)
def whole(database):
    """Whatever a test does to a plan, the ledger keeps its promise."""
    yield
    with database.reading() as session:
        faults = [
            finding.code for finding in examine(session, at(date(2027, 1, 1))) if finding.code.startswith("ledger")
        ]
    assert faults == []


def days(database, first, last):
    while first <= last:
        tick_on(database, first)
        first += timedelta(days=1)


def test_S36_an_edit_is_a_new_version_and_the_old_one_stays(database, plan_of):
    plan_id = plan_of()
    plan = edit(database, plan_id, START, title="Clean switches well")
    assert (plan.current_number, plan.version, plan.title) == (2, 2, "Clean switches well")
    with database.reading() as session:
        titles = session.scalars(select(PlanVersion.title).order_by(PlanVersion.number)).all()
    assert titles == ["Clean switches", "Clean switches well"]


def test_an_edit_that_changes_nothing_makes_no_version(database, plan_of):
    assert edit(database, plan_of(), START).current_number == 1


def test_S36b_what_was_due_under_the_old_version_is_recorded_first(database, plan_of):
    """Nobody has ticked since 23 November: the edit of 10 March finds January to March due."""
    plan_id = plan_of()
    edit(database, plan_id, date(2027, 3, 10), interval=2, start_on=date(2027, 3, 15))
    assert ledger(database) == [("2027-01-01", "missed", 2), ("2027-03-01", "generated", 1)]
    target = target_of(database)
    assert (target.settled_through, target.next_due_on) == (date(2027, 3, 1), date(2027, 3, 15))


def test_S36_slots_of_the_new_version_before_the_edit_are_no_cycles(database, plan_of):
    """Weekly instead of monthly from 10 February on: no weeks of January are made up for."""
    plan_id = plan_of()
    days(database, date(2027, 1, 1), date(2027, 1, 2))
    edit(database, plan_id, date(2027, 1, 20), freq="week")
    tick_on(database, date(2027, 1, 20))
    assert ledger(database) == [("2027-01-01", "generated", 1)]
    assert target_of(database).next_due_on == date(2027, 1, 22)


def test_S37_a_new_start_moves_the_anchor_and_a_new_interval_keeps_it(database, plan_of):
    plan_id = plan_of()
    edit(database, plan_id, START, interval=3)
    assert target_of(database).anchor_on == date(2027, 1, 1)
    edit(database, plan_id, START, start_on=date(2027, 2, 10))
    assert (target_of(database).anchor_on, target_of(database).next_due_on) == (date(2027, 2, 10), date(2027, 2, 10))


def test_S36_open_orders_are_kept_unless_told_otherwise(database, plan_of):
    plan_id = plan_of(lead_days=14)
    tick_on(database, date(2026, 12, 20))
    edit(database, plan_id, date(2026, 12, 21), start_on=date(2027, 1, 10), title="Other")
    assert orders(database) == [(date(2027, 1, 1), "planned", "Clean switches")]


def test_S36_an_updated_order_takes_key_and_dates_of_the_new_version(database, plan_of):
    plan_id = plan_of(lead_days=14)
    tick_on(database, date(2026, 12, 20))
    edit(database, plan_id, date(2026, 12, 21), start_on=date(2027, 1, 10), title="Other", open_orders="update")
    assert orders(database) == [(date(2027, 1, 10), "planned", "Other")]
    assert ledger(database) == [("2027-01-10", "generated", 1)]
    assert target_of(database).settled_through == date(2027, 1, 10)
    tick_on(database, date(2027, 1, 28))
    assert ledger(database) == [("2027-01-10", "generated", 1), ("2027-02-10", "waiting", 1)]
    with database.reading() as session:
        event = session.scalars(select(WorkOrderEvent).order_by(WorkOrderEvent.id.desc())).first()
    assert event.changes["due_on"] == ["2027-01-01", "2027-01-10"]


def test_S36_a_regenerated_order_is_a_new_one_on_the_same_row(database, plan_of):
    plan_id = plan_of(lead_days=14)
    tick_on(database, date(2026, 12, 20))
    edit(database, plan_id, date(2026, 12, 21), start_on=date(2027, 1, 10), open_orders="regenerate")
    assert orders(database) == [
        (date(2027, 1, 1), "cancelled", "Clean switches"),
        (date(2027, 1, 10), "planned", "Clean switches"),
    ]
    assert ledger(database) == [("2027-01-10", "generated", 1)]


def test_S36_stacked_orders_take_successive_slots(database, plan_of):
    plan_id = plan_of(freq="week", overlap="stack", lead_days=14)
    tick_on(database, date(2027, 1, 1))  # 1, 8 and 15 January
    edit(database, plan_id, date(2027, 1, 1), start_on=date(2027, 1, 4), open_orders="update")
    assert [due_on for due_on, *_ in orders(database)] == [date(2027, 1, 4), date(2027, 1, 11), date(2027, 1, 18)]
    tick_on(database, date(2027, 1, 11))
    assert [key for key, *_ in ledger(database)] == ["2027-01-04", "2027-01-11", "2027-01-18", "2027-01-25"]


def test_S36_started_orders_are_never_touched(database, plan_of):
    plan_id = plan_of(lead_days=14)
    tick_on(database, date(2026, 12, 20))
    with database.writing() as session:
        order = session.scalars(select(WorkOrder)).one()
        order.state, order.started_at = "in_progress", at(date(2026, 12, 20))
    edit(database, plan_id, date(2026, 12, 21), start_on=date(2027, 1, 10), open_orders="regenerate")
    assert [(due_on, state) for due_on, state, _ in orders(database)] == [(date(2027, 1, 1), "in_progress")]


def test_S36_a_floating_order_keeps_its_number_and_takes_the_new_interval(database, plan_of):
    plan_id = plan_of(mode="floating", anchor_policy="entry", lead_days=14)
    tick_on(database, date(2026, 12, 10))
    assert [due_on for due_on, *_ in orders(database)] == [date(2026, 12, 23)]
    edit(database, plan_id, date(2026, 12, 11), interval=2, open_orders="update")
    assert [due_on for due_on, *_ in orders(database)] == [date(2027, 1, 23)]
    assert ledger(database) == [("N:1", "generated", 1)]


def test_S38_what_was_due_during_a_pause_is_missed_and_not_caught_up(database, plan_of):
    plan_id = plan_of()
    tick_on(database, date(2026, 12, 20))
    with database.writing() as session:
        edits.pause_plan(session, plan_id, Pause(reason="Move"), by=ALICE, now=at(date(2026, 12, 21)))
    days(database, date(2027, 2, 1), date(2027, 2, 2))
    assert ledger(database) == []
    with database.writing() as session:
        edits.resume_plan(session, plan_id, by=ALICE, now=at(date(2027, 2, 20)))
    tick_on(database, date(2027, 2, 20))
    assert ledger(database) == [("2027-01-01", "missed", 2)]
    target = target_of(database)
    assert (target.state, target.next_due_on) == ("active", date(2027, 3, 1))
    with database.reading() as session:
        assert session.scalars(select(Occurrence.reason)).all() == ["paused"]


def test_S38_an_edit_during_a_pause_loses_no_cycle(database, plan_of):
    plan_id = plan_of()
    with database.writing() as session:
        edits.pause_plan(session, plan_id, Pause(reason="Move"), by=ALICE, now=at(date(2026, 12, 21)))
    edit(database, plan_id, date(2027, 2, 20), lead_days=3)
    with database.writing() as session:
        edits.resume_plan(session, plan_id, by=ALICE, now=at(date(2027, 2, 21)))
    tick_on(database, date(2027, 2, 21))
    assert ledger(database) == [("2027-01-01", "missed", 2)]


def test_S38_a_pause_until_a_day_ends_that_night(database, plan_of):
    plan_id = plan_of()
    with database.writing() as session:
        pause = Pause(reason="Move", until=date(2027, 2, 1))
        edits.pause_plan(session, plan_id, pause, by=ALICE, now=at(date(2026, 12, 21)))
    for day in (date(2027, 1, 31), date(2027, 2, 1)):
        with database.writing() as session:
            reconcile_all(session, now=at(day))
        tick_on(database, day)
    assert ledger(database) == [("2027-01-01", "missed", 1), ("2027-02-01", "generated", 1)]


def test_an_archived_plan_makes_nothing_more_and_keeps_its_order(database, plan_of):
    plan_id = plan_of()
    tick_on(database, date(2027, 1, 1))
    with database.writing() as session:
        edits.archive_plan(session, plan_id, by=ALICE, now=at(date(2027, 1, 2)))
    days(database, date(2027, 2, 1), date(2027, 2, 2))
    assert [state for _, state, _ in orders(database)] == ["ready"]
    assert (target_of(database).state, target_of(database).reason) == ("ended", "archived")
    with pytest.raises(Conflict):
        edit(database, plan_id, date(2027, 2, 2), title="Again")


def test_S39_the_tick_follows_a_piece_that_changed(database, plan_of):
    plan_of()
    with database.writing() as session:
        piece = session.scalars(select(Equipment)).one()
        piece.status = "retired"
        session.add(EquipmentChange(equipment_id=piece.id, changed_at=at(START)))
    with database.writing() as session:
        assert reconcile_changes(session, now=at(START)) == 1
    assert target_of(database).state == "ended"
    with database.writing() as session:
        assert reconcile_changes(session, now=at(START)) == 0


def test_S39_a_piece_that_leaves_is_settled_first(database, plan_of):
    plan_of()
    with database.writing() as session:
        session.scalars(select(Equipment)).one().status = "retired"
    with database.writing() as session:
        reconcile_all(session, now=at(date(2027, 1, 5)))
    assert ledger(database) == [("2027-01-01", "generated", 1)]


def test_S14b_what_was_missed_away_is_no_gap_in_the_ledger(database, plan_of):
    plan_of()
    tick_on(database, date(2027, 1, 1))
    for day, status in ((date(2027, 1, 20), "retired"), (date(2027, 5, 10), "in_service")):
        with database.writing() as session:
            session.scalars(select(Equipment)).one().status = status
        with database.writing() as session:
            reconcile_all(session, now=at(day))
    tick_on(database, date(2027, 6, 1))
    assert [key for key, *_ in ledger(database)] == ["2027-01-01", "2027-06-01"]


def test_S43_a_piece_that_moves_follows_its_new_sites_calendar(database, plan_of):
    plan_of(shift="next")
    with database.writing() as session:
        everyday = make_calendar(session, "EVERY", weekdays="1111111", country=None)
        noumea = make_site(session, "NOU", everyday, time_zone="Pacific/Noumea")
        piece = session.scalars(select(Equipment)).one()
        piece.site_id = noumea.id
        session.add(EquipmentChange(equipment_id=piece.id, changed_at=at(START)))
    with database.writing() as session:
        reconcile_changes(session, now=at(START))
    tick_on(database, START)
    target = target_of(database)
    assert (target.site_id, target.next_due_on) == (noumea.id, date(2027, 1, 1))


def test_S22_the_work_last_done_on_an_item_sets_its_floating_clock(database, plan_of):
    plan_of(mode="floating", anchor_policy="entry", interval=6)
    with database.writing() as session:
        [target_id] = session.scalars(select(PlanTarget.id)).all()
        edits.edit_target(session, target_id, TargetEdit(last_done_on=date(2026, 7, 10)), by=ALICE, now=at(START))
    tick_on(database, START)
    target = target_of(database)
    assert (target.anchor_on, target.last_done_on, target.next_due_on) == (
        date(2026, 7, 10),
        date(2026, 7, 10),
        date(2027, 1, 10),
    )


def test_S22_work_that_should_have_been_done_again_is_due_at_once_and_only_once(database, plan_of):
    plan_of(mode="floating", anchor_policy="entry", interval=6)
    with database.writing() as session:
        [target_id] = session.scalars(select(PlanTarget.id)).all()
        edits.edit_target(session, target_id, TargetEdit(last_done_on=date(2025, 3, 10)), by=ALICE, now=at(START))
    tick_on(database, START)
    assert [due_on for due_on, *_ in orders(database)] == [date(2025, 9, 10)]


def test_S37_an_item_of_a_fixed_plan_may_count_from_a_date_of_its_own(database, plan_of):
    plan_of()
    with database.writing() as session:
        [target_id] = session.scalars(select(PlanTarget.id)).all()
        data = TargetEdit(anchor="date", anchor_on=date(2026, 12, 15))
        edits.edit_target(session, target_id, data, by=ALICE, now=at(START))
    tick_on(database, START)
    assert target_of(database).next_due_on == date(2026, 12, 15)


def test_only_those_who_plan_may_edit_and_only_on_their_sites(database, plan_of):
    plan_id = plan_of()
    with database.writing() as session:
        lyon = session.scalars(select(Equipment.site_id)).one()
        other = make_site(session, "NTE")
    with pytest.raises(NotAllowed):
        edit(database, plan_id, START, by=BOB, title="Mine")
    with pytest.raises(NotAllowed):
        edit(database, plan_id, START, by=eve(other), title="Mine")
    edit(database, plan_id, START, site_id=lyon)
    with pytest.raises(NotFound):
        edit(database, plan_id, START, by=eve(other), title="Mine")


def test_an_edit_from_an_old_version_is_refused(database, plan_of):
    plan_id = plan_of()
    edit(database, plan_id, START, title="First", version=1)
    with pytest.raises(PreconditionFailed):
        edit(database, plan_id, START, title="Second", version=1)


def test_S33_a_piece_that_moves_to_another_room_follows_its_calendar(database, plan_of):
    plan_of(shift="next")
    tick_on(database, START)
    with database.writing() as session:
        piece = session.scalars(select(Equipment)).one()
        room = make_location(session, session.get_one(Site, piece.site_id))
        room.calendar_id = make_calendar(session, "EVERY", weekdays="1111111", country=None).id
        piece.location_id = room.id
        session.add(EquipmentChange(equipment_id=piece.id, changed_at=at(START)))
    tick_on(database, START)
    assert target_of(database).next_due_on == date(2027, 1, 1)


def test_S34_a_calendar_that_changes_moves_the_cycles_that_have_no_order(database, plan_of):
    """4 January 2027, to which New Year moves, becomes a closing day: the next date is the 5th."""
    plan_of(shift="next")
    tick_on(database, START)
    assert target_of(database).next_due_on == date(2027, 1, 4)
    later = START + timedelta(days=1)
    with database.writing() as session:
        calendar = session.scalars(select(Calendar)).one()
        closed = date(2027, 1, 4)
        move = CalendarDaysInput(kind="closure", first_on=closed, last_on=closed, name="Move")
        places.add_calendar_days(session, calendar.id, move, by=ALICE, now=at(later))
    for _ in range(2):
        tick_on(database, later)
    assert target_of(database).next_due_on == date(2027, 1, 5)


@pytest.mark.parametrize(
    ("is_wanted", "fates"),
    [(True, ["generated", "waiting", "generated"]), (False, ["missed", "waiting", "generated"])],
)
def test_S21_a_plan_that_asks_makes_up_for_what_a_person_wants(database, plan_of, is_wanted, fates):
    """Nobody ticked in January and February; of the two dates one is answered, and March goes its own way."""
    plan_of(catch_up="ask", overlap="stack")
    tick_on(database, date(2027, 3, 1))
    assert ledger(database) == [
        ("2027-01-01", "waiting", 1),
        ("2027-02-01", "waiting", 1),
        ("2027-03-01", "generated", 1),
    ]
    with database.writing() as session:
        first = session.scalars(select(Occurrence.id).order_by(Occurrence.raw_due_on)).first()
        answer_catch_up(session, first, is_wanted=is_wanted, by=ALICE, now=at(date(2027, 3, 1), 8))
    tick_on(database, date(2027, 3, 2))
    assert [fate for _, fate, _ in ledger(database)] == fates
    with database.writing() as session, pytest.raises(Conflict):
        answer_catch_up(session, first, is_wanted=True, by=ALICE, now=at(date(2027, 3, 2)))


def test_S21_a_floating_plan_asks_too_and_counts_from_the_day_the_late_work_was_done(database, plan_of):
    plan_of(mode="floating", catch_up="ask")
    tick_on(database, date(2027, 3, 10))
    assert ledger(database) == [("N:1", "waiting", 1)]
    with database.writing() as session:
        asked = session.scalars(select(Occurrence.id)).one()
        answer_catch_up(session, asked, is_wanted=True, by=ALICE, now=at(date(2027, 3, 10), 8))
    tick_on(database, date(2027, 3, 10), 9)
    assert (ledger(database), target_of(database).next_due_on) == ([("N:1", "generated", 1)], None)
    end(database, "N:1", date(2027, 3, 15))
    tick_on(database, date(2027, 3, 15), 9)
    assert target_of(database).next_due_on == date(2027, 4, 15)
