"""S24 on both databases: plans of one family meet on one piece."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from app.changes.actions import edits
from app.changes.actions.edits import create_plan
from app.core.db import Database
from app.core.errors import Conflict, InvalidInput, NotAllowed
from app.engine.actions import withdrawing
from app.equipment.models import Equipment, EquipmentCategory
from app.interventions.actions.completing import complete_work_order
from app.interventions.schemas import CompletionInput
from app.ledger.models import Occurrence
from app.ledger.queries.occurrences import list_occurrences
from app.ledger.schemas import OccurrenceFilter
from app.operations.queries.doctor import ledger as doctor
from app.operations.queries.doctor import orders as order_doctor
from app.places.models import Calendar, Site
from app.plans.actions.families import archive_family, create_family
from app.plans.models import PlanTarget
from app.plans.queries.plans import get_plan, input_of
from app.plans.schemas import PlanEdit
from app.plans.schemas.families import FamilyInput, FamilyPatch
from app.reports.queries.explaining import explain_next
from app.workorders.actions.life import cancel_work_order, reopen_work_order, start_work_order
from app.workorders.models import WorkOrder, WorkOrderEvent
from app.workorders.queries.by_cycle import explain_cycle
from tests.factories.equipment import make_category, make_piece
from tests.factories.places import make_calendar, make_organisation, make_site
from tests.factories.plans import ALICE, BOB, eve, plan_input
from tests.rooms.engine.test_tick import at, tick_on

START = date(2026, 11, 23)
JAN_1 = date(2027, 1, 1)


@pytest.fixture
def family(database):
    """A family of three days' tolerance, and the switches of Lyon that its plans cover."""
    with database.writing() as session:
        calendar = make_calendar(session)
        make_organisation(session, calendar)
        make_piece(session, make_site(session, "LYO", calendar), make_category(session))
        return create_family(session, FamilyInput(title="Service", tolerance_days=3), by=ALICE, now=at(START)).id


@pytest.fixture
def plan_of(database, family):
    """`plan_of(2, freq="year")`: the plan of that rank; its id."""

    def make(rank, by=ALICE, **said):
        with database.writing() as session:
            category = session.scalars(select(EquipmentCategory.id)).first()
            said = {"title": f"Rank {rank}", "instructions": f"Do {rank}", "estimate_minutes": 10 * rank} | said
            data = plan_input(category_ids=[category], family_id=family, rank=rank, **said)
            return create_plan(session, data, by=by, now=at(START)).id

    return make


@pytest.fixture(autouse=True)
def whole(database):
    yield
    with database.reading() as session:
        found = [*doctor.examine(session, at(JAN_1)), *order_doctor.examine(session)]
        assert [finding.code for finding in found if finding.severity == "fault"] == []


def ticks(database, *days):
    for day in days:
        tick_on(database, day)


def fates(database):
    """By plan's rank: key, fate, reason, and the rank of the plan that took it in."""
    with database.reading() as session:
        ranks = dict(session.execute(select(PlanTarget.id, PlanTarget.plan_id)).all())
        rows = session.scalars(select(Occurrence).order_by(Occurrence.target_id, Occurrence.raw_due_on))
        return [
            (ranks[row.target_id], row.cycle_key, row.fate, ranks.get(row.because_target_id), row.because_key)
            for row in rows
        ]


def orders(database):
    with database.reading() as session:
        return list(session.scalars(select(WorkOrder).order_by(WorkOrder.id)))


def complete(database, order, on, day_done=None):
    with database.writing() as session:
        data = CompletionInput(kind="cleaned", finding="none", done_on=day_done or on)
        complete_work_order(session, order.id, data, by=BOB, now=at(on))


def cancel(database, order, on):
    with database.writing() as session:
        cancel_work_order(session, order.id, "no access", by=ALICE, now=at(on))


def target(database, plan_id):
    with database.reading() as session:
        return session.scalars(select(PlanTarget).where(PlanTarget.plan_id == plan_id)).one()


def test_S24_one_order_does_for_both_and_holds_the_steps_of_both(database, plan_of):
    monthly, yearly = plan_of(1), plan_of(2, freq="year")
    ticks(database, JAN_1)
    assert fates(database) == [
        (monthly, "D:2027-01-01", "merged", yearly, "D:2027-01-01"),
        (yearly, "D:2027-01-01", "generated", None, None),
    ]
    [order] = orders(database)
    assert (order.title, order.estimate_minutes) == ("Rank 2", 30)
    assert order.instructions == f"Do 2\n\n+ Rank 1 (P-{monthly:04})\nDo 1"
    ticks(database, JAN_1, date(2027, 2, 1))
    assert [each.title for each in orders(database)] == ["Rank 2", "Rank 1"]


def test_S24_a_lower_lead_calls_the_higher_order_before_its_own(database, plan_of):
    plan_of(1, lead_days=14)
    plan_of(2, freq="year", start_on="2027-01-03")
    ticks(database, date(2026, 12, 18))
    [order] = orders(database)
    assert (order.title, order.due_on) == ("Rank 2", date(2027, 1, 3))


def test_S24_what_is_merged_says_into_which_order_and_of_which_plan(database, plan_of):
    plan_of(1)
    plan_of(2, freq="year")
    ticks(database, JAN_1)
    with database.reading() as session:
        row = next(row for row in list_occurrences(session, OccurrenceFilter(fate="merged"), by=ALICE))
        said = explain_cycle(session, row.id, by=ALICE).sentences
    assert said[-1] == "It was merged into OT-000001 (Rank 2)."


def test_S24_a_merged_floating_target_waits_for_the_order_and_counts_from_it(database, plan_of):
    floating = plan_of(1, mode="floating", anchor_policy="plan")
    plan_of(2, freq="year")
    ticks(database, JAN_1)
    assert target(database, floating).next_due_on is None
    ticks(database, date(2027, 2, 5))
    complete(database, orders(database)[0], date(2027, 2, 10), day_done=date(2027, 2, 9))
    ticks(database, date(2027, 2, 10))
    found = target(database, floating)
    assert (found.anchor_on, found.next_due_on, found.last_done_on) == (
        date(2027, 2, 9),
        date(2027, 3, 9),
        date(2027, 2, 9),
    )


def test_S11_a_merged_floating_target_says_which_order_it_waits_for(database, plan_of):
    floating, _ = plan_of(1, mode="floating", anchor_policy="plan"), plan_of(2, freq="year")
    ticks(database, JAN_1)
    with database.reading() as session:
        piece_id = session.scalars(select(Equipment.id)).one()
        item = {"equipment_id": piece_id, "location_id": None}
        said = explain_next(session, floating, **item, by=ALICE, now=at(JAN_1)).sentences
    assert said == ["It waits for OT-000001 to be done: the next date counts from that day."]


def test_S11b_reopening_the_higher_order_makes_the_floating_one_wait_again(database, plan_of):
    floating = plan_of(1, mode="floating", anchor_policy="plan")
    plan_of(2, freq="year")
    ticks(database, JAN_1)
    [order] = orders(database)
    complete(database, order, date(2027, 1, 2))
    with database.writing() as session:
        reopen_work_order(session, order.id, "forgotten", by=BOB, now=at(date(2027, 1, 3)))
    ticks(database, date(2027, 1, 3))
    assert target(database, floating).next_due_on is None
    complete(database, order, date(2027, 1, 5))
    ticks(database, date(2027, 1, 5))
    assert target(database, floating).next_due_on == date(2027, 2, 5)


def test_S24_what_a_cancelled_order_had_taken_in_comes_back(database, plan_of):
    monthly, _ = plan_of(1), plan_of(2, freq="year")
    ticks(database, JAN_1)
    cancel(database, orders(database)[0], date(2027, 1, 2))
    ticks(database, date(2027, 1, 2))
    assert fates(database)[0] == (monthly, "D:2027-01-01", "generated", None, None)
    assert [(each.title, each.state) for each in orders(database)] == [("Rank 2", "cancelled"), ("Rank 1", "ready")]


def test_S24_a_cycle_that_comes_once_the_order_is_begun_gets_its_own(database, plan_of):
    monthly = plan_of(1, start_on="2027-01-04", lead_days=0)
    plan_of(2, freq="year")
    with database.writing() as session:
        # The tolerance of three days reaches 4 January: without it, nothing is merged ahead.
        edits.edit_family(session, 1, FamilyPatch(tolerance_days=0), by=ALICE, now=at(START))
    ticks(database, JAN_1)
    with database.writing() as session:
        start_work_order(session, orders(database)[0].id, by=BOB, now=at(date(2027, 1, 2)))
        edits.edit_family(session, 1, FamilyPatch(tolerance_days=3), by=ALICE, now=at(date(2027, 1, 2)))
    ticks(database, date(2027, 1, 4))
    assert (monthly, "D:2027-01-04", "generated", None, None) in fates(database)


def test_S24_a_fixed_cycle_near_one_that_is_done_is_covered_and_an_earlier_one_gets_steps_no_more(database, plan_of):
    monthly = plan_of(1, start_on="2027-01-04")
    yearly = plan_of(2, freq="year")
    with database.writing() as session:
        edits.edit_family(session, 1, FamilyPatch(tolerance_days=0), by=ALICE, now=at(START))
    ticks(database, JAN_1)
    complete(database, orders(database)[0], JAN_1)
    with database.writing() as session:
        edits.edit_family(session, 1, FamilyPatch(tolerance_days=3), by=ALICE, now=at(date(2027, 1, 2)))
    ticks(database, date(2027, 1, 4))
    assert fates(database)[0] == (monthly, "D:2027-01-04", "merged", yearly, "D:2027-01-01")
    assert orders(database)[0].instructions == "Do 2"


def test_S20_a_cycle_that_waits_for_its_own_order_is_merged_into_the_higher_one(database, plan_of):
    monthly, yearly = plan_of(1, start_on="2026-12-01", lead_days=20), plan_of(2, freq="year", start_on="2027-01-02")
    with database.writing() as session:
        edits.edit_family(session, 1, FamilyPatch(tolerance_days=0), by=ALICE, now=at(START))
    ticks(database, START, date(2026, 12, 15))
    assert fates(database)[1][2] == "waiting"
    with database.writing() as session:
        edits.edit_family(session, 1, FamilyPatch(tolerance_days=3), by=ALICE, now=at(date(2026, 12, 16)))
    ticks(database, date(2026, 12, 16))
    assert fates(database)[1] == (monthly, "D:2027-01-01", "merged", yearly, "D:2027-01-02")
    assert orders(database)[1].instructions == f"Do 2\n\n+ Rank 1 (P-{monthly:04})\nDo 1"


def test_S36_an_edit_that_moves_the_higher_order_keeps_what_it_took_in(database, plan_of):
    monthly, yearly = plan_of(1), plan_of(2, freq="year", lead_days=10)
    ticks(database, date(2026, 12, 22))
    with database.writing() as session:
        said = input_of(session, get_plan(session, yearly, by=ALICE)).model_dump(exclude={"rrule"})
        data = PlanEdit.model_validate(said | {"start_on": date(2027, 1, 2), "open_orders": "regenerate"})
        edits.edit_plan(session, yearly, data, by=ALICE, now=at(date(2026, 12, 23)))
    ticks(database, date(2026, 12, 23))
    assert fates(database)[0] == (monthly, "D:2027-01-01", "merged", yearly, "D:2027-01-02")
    assert orders(database)[-1].instructions == f"Do 2\n\n+ Rank 1 (P-{monthly:04})\nDo 1"
    cancel(database, orders(database)[-1], date(2026, 12, 24))
    ticks(database, date(2026, 12, 24))
    assert fates(database)[0][2] == "generated"


def test_a_plan_that_leaves_the_family_goes_on_by_itself(database, plan_of):
    monthly, _ = plan_of(1), plan_of(2, freq="year")
    with database.writing() as session:
        said = input_of(session, get_plan(session, monthly, by=ALICE)).model_dump(exclude={"rrule"})
        data = PlanEdit.model_validate(said | {"family_id": None, "rank": None})
        edits.edit_plan(session, monthly, data, by=ALICE, now=at(START))
    ticks(database, JAN_1)
    assert {row[2] for row in fates(database)} == {"generated"}


def test_S18_a_plan_that_fails_stops_none_of_its_family(database, plan_of):
    monthly, yearly = plan_of(1), plan_of(2, freq="year")
    with database.writing() as session:
        version = get_plan(session, monthly, by=ALICE).current
        never = {"freq": "month", "month_days": [31], "months": [2], "month_end": "skip"}
        version.schedule = version.schedule | {"rule": never}
    report = tick_on(database, JAN_1)
    assert [error["target_id"] for error in report.errors] == [target(database, monthly).id]
    assert fates(database) == [(yearly, "D:2027-01-01", "generated", None, None)]


def test_S23_a_withdrawn_run_gives_back_what_its_orders_had_taken_in(database, plan_of):
    plan_of(1)
    plan_of(2, freq="year")
    report = tick_on(database, JAN_1)
    with database.writing() as session:
        withdrawing.withdraw_run(session, report.run_id, by=ALICE, now=at(START))
    assert fates(database) == []
    ticks(database, JAN_1)
    assert [row[2] for row in fates(database)] == ["merged", "generated"]


@pytest.mark.parametrize("case", ["same rank", "no rank", "no family", "unknown"])
def test_it_refuses_a_place_in_a_family_that_cannot_be(database, plan_of, family, case):
    plan_of(1)
    said = {
        "same rank": {"family_id": family, "rank": 1},
        "no rank": {"family_id": family},
        "no family": {"rank": 2},
        "unknown": {"family_id": 99, "rank": 2},
    }[case]
    with database.writing() as session, pytest.raises(InvalidInput):
        create_plan(session, plan_input(**said), by=ALICE, now=at(START))


def test_the_plan_that_has_a_rank_is_named_to_those_alone_who_see_its_site(database, plan_of, family):
    with database.writing() as session:
        lyon = session.scalars(select(Site)).one()
        nantes = make_site(session, "NTE", session.get_one(Calendar, lyon.calendar_id))
    plan_of(1, site_id=lyon.id)
    for by, is_named in ((ALICE, True), (eve(nantes), False)):
        with database.writing() as session, pytest.raises(InvalidInput) as refused:
            create_plan(session, plan_input(site_id=nantes.id, family_id=family, rank=1), by=by, now=at(START))
        assert ("plan" in refused.value.fields[0].params) == is_named


def test_a_family_with_plans_is_not_archived_and_shared_ones_are_changed_by_the_whole_house(database, plan_of, family):
    plan_of(1)
    with database.writing() as session:
        with pytest.raises(Conflict):
            archive_family(session, family, by=ALICE, now=at(START))
        site = session.scalars(select(Site)).one()
        with pytest.raises(NotAllowed):
            edits.edit_family(session, family, FamilyPatch(title="Mine"), by=eve(site), now=at(START))
        with pytest.raises(NotAllowed):
            create_family(session, FamilyInput(title="Mine"), by=BOB, now=at(START))


def test_the_history_of_an_order_says_what_was_added_to_it(database, plan_of):
    plan_of(1)
    plan_of(2, freq="year")
    ticks(database, JAN_1)
    with database.reading() as session:
        events = select(WorkOrderEvent.kind, WorkOrderEvent.reason).order_by(WorkOrderEvent.id)
        assert ("merged", "Rank 1 (P-0001)") in [tuple(row) for row in session.execute(events)]


def test_S16_three_schedulers_and_technicians_on_one_family_leave_a_whole_ledger(database, plan_of):
    """Daily and weekly and monthly on twelve pieces: nobody waits in a circle, and each cycle has one fate."""
    with database.writing() as session:
        category, site = session.scalars(select(EquipmentCategory)).one(), session.scalars(select(Site)).one()
        for number in range(11):
            make_piece(session, site, category, f"EQ-1{number}")
    for rank, unit in ((3, "month"), (1, "day"), (2, "week")):
        plan_of(rank, freq=unit, start_on="2027-01-01", overlap="stack")
    with database.reading() as session:
        assert len(session.scalars(select(Equipment.id)).all()) == 12
    for number in range(4):
        all_at_once(database, JAN_1 + timedelta(days=number))
    last = JAN_1 + timedelta(days=4)
    ticks(database, last)
    with database.reading() as session:
        assert session.scalars(select(PlanTarget.state).where(PlanTarget.state != "active")).all() == []
        merged = session.scalars(select(Occurrence).where(Occurrence.reason == "family")).all()
        keys = {tuple(row) for row in session.execute(select(Occurrence.target_id, Occurrence.cycle_key))}
    assert len(merged) >= 24
    assert {(row.because_target_id, row.because_key) for row in merged} <= keys


def test_S16_whoever_edits_a_family_locks_its_targets_in_their_order_before_they_change(database, plan_of):
    plan_of(2, freq="year"), plan_of(1)
    seen = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    with database.writing() as session:
        edits.edit_family(session, 1, FamilyPatch(tolerance_days=5), by=ALICE, now=at(START))
    first = next(statement for statement in seen if "plan_targets" in statement)
    locks = " FOR UPDATE" if database.engine.dialect.name == "postgresql" else ""
    assert first.startswith("SELECT plan_targets.id")
    assert first.endswith(f"ORDER BY plan_targets.id{locks}")


def all_at_once(database, day):
    own = [Database(database.url.render_as_string(hide_password=False)) for _ in range(4)]
    barrier, errors = threading.Barrier(4), []

    def run(number):
        barrier.wait()
        try:
            if number == 0:
                work(own[0], day)
            else:
                tick_on(own[number], day, hour=9)
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for each in own:
        each.close()
    assert errors == []


def work(database, day):
    with database.reading() as session:
        ids = list(session.scalars(select(WorkOrder.id).where(WorkOrder.is_open).order_by(WorkOrder.id)))
    for order_id in ids[::2]:
        with database.writing() as session:
            if order_id % 3:
                data = CompletionInput(kind="cleaned", finding="none", done_on=day)
                complete_work_order(session, order_id, data, by=BOB, now=at(day, 9))
            else:
                cancel_work_order(session, order_id, "no access", by=ALICE, now=at(day, 9))
