"""Pieces that rest, are retired, replaced or moved, with plans and orders on them (S36b, S39, S41, S42, S43)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.changes.actions import edits, pieces
from app.changes.actions.edits import create_plan
from app.changes.actions.replacing import replace_equipment
from app.changes.schemas import RetirementInput, SuccessorInput
from app.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.engine.actions.reconciling import reconcile_all, reconcile_changes
from app.equipment.actions import scope_may_change
from app.equipment.models import Equipment, EquipmentCategory
from app.ledger.models import Occurrence
from app.ledger.queries.explaining import explain_target
from app.meters.models import Meter
from app.operations.queries.doctor.ledger import examine
from app.places.models import Site
from app.plans.models import PlanTarget, PlanVersion
from app.workorders.actions.life import cancel_work_order, start_work_order
from app.workorders.actions.making import create_work_order
from app.workorders.models import WorkOrder, WorkOrderEvent
from app.workorders.schemas import WorkOrderInput
from tests.factories.equipment import make_category, make_piece
from tests.factories.meters import make_meter, read_meter
from tests.factories.places import make_calendar, make_organisation, make_site
from tests.factories.plans import ALICE, BOB, eve, plan_input
from tests.rooms.engine.test_tick import at, ledger, tick_on

START = date(2026, 11, 23)
JAN_1 = date(2027, 1, 1)


@pytest.fixture
def plan_of(database):
    """`plan_of(freq="week")`: such a plan on the switches of Lyon, EQ-1 alone, made on 23 November 2026; its id."""

    def make(**said):
        with database.writing() as session:
            category = session.scalar(select(EquipmentCategory))
            if category is None:
                calendar = make_calendar(session)
                make_organisation(session, calendar)
                category = make_category(session)
                make_piece(session, make_site(session, "LYO", calendar), category)
            covered = {} if "equipment_ids" in said else {"category_ids": [category.id]}
            return create_plan(session, plan_input(**covered, **said), by=ALICE, now=at(START)).id

    return make


@pytest.fixture(autouse=True)
def whole(database):
    """Whatever becomes of a piece, the ledger keeps its promise."""
    yield
    with database.reading() as session:
        faults = [finding.code for finding in examine(session, at(JAN_1)) if finding.severity == "fault"]
    assert faults == []


def becomes(database, on, **values):
    with database.writing() as session:
        piece_id = session.scalars(select(Equipment.id).order_by(Equipment.id)).first()
        pieces.edit_equipment(session, piece_id, values, by=ALICE, now=at(on))


def retire(database, on, by=ALICE, **said):
    with database.writing() as session:
        piece_id = session.scalars(select(Equipment.id).order_by(Equipment.id)).first()
        return pieces.retire_equipment(session, piece_id, RetirementInput(reason="Worn out", **said), by=by, now=at(on))


def replace_it(database, on, by=ALICE, **said):
    with database.writing() as session:
        piece_id = session.scalars(select(Equipment.id).order_by(Equipment.id)).first()
        data = SuccessorInput.model_validate({"reason": "Worn out", **said})
        return replace_equipment(session, piece_id, data, by=by, now=at(on))


def ticks(database, *days):
    for day in days:
        tick_on(database, day)


def targets(database):
    with database.reading() as session:
        return list(session.scalars(select(PlanTarget).order_by(PlanTarget.id)))


def orders(database):
    with database.reading() as session:
        return list(session.scalars(select(WorkOrder).order_by(WorkOrder.id)))


def fates(database):
    with database.reading() as session:
        rows = session.scalars(select(Occurrence).order_by(Occurrence.target_id, Occurrence.raw_due_on))
        return [(row.cycle_key, row.fate, row.reason, row.count) for row in rows]


def told(database, order_id):
    with database.reading() as session:
        events = select(WorkOrderEvent).where(WorkOrderEvent.order_id == order_id).order_by(WorkOrderEvent.id)
        return [(event.kind, event.reason) for event in session.scalars(events)]


def test_S41_a_retired_piece_gets_no_order_from_that_moment_on(database, plan_of):
    """Nobody has ticked in between: the change itself ends the target."""
    plan_of()
    retire(database, START)
    [target] = targets(database)
    assert (target.state, target.reason, target.wake_at) == ("ended", "retired", None)
    ticks(database, JAN_1)
    assert orders(database) == []


def test_S36b_what_was_due_before_it_was_retired_is_settled_first(database, plan_of):
    plan_of()
    retire(database, JAN_1 + timedelta(days=3))
    assert ledger(database) == [("2027-01-01", "generated", 1)]


def test_S41_open_orders_are_kept_with_a_note_unless_somebody_cancels_them(database, plan_of):
    plan_of(overlap="stack")
    ticks(database, JAN_1, date(2027, 2, 1))
    first, second = orders(database)
    piece = retire(database, date(2027, 2, 2), cancel_order_ids=[first.id], disposal="Recycled by Ecologic")
    assert (piece.status, piece.retired_note) == ("retired", "Worn out\nRecycled by Ecologic")
    assert [order.state for order in orders(database)] == ["cancelled", "ready"]
    assert told(database, first.id)[-1] == ("cancel", "Worn out")
    assert told(database, second.id)[-1] == ("left", "The plan no longer covers this item.")
    retire(database, date(2027, 2, 3), cancel_order_ids=[second.id])  # decided later
    assert orders(database)[1].state == "cancelled"
    with pytest.raises(InvalidInput):
        retire(database, date(2027, 2, 3), cancel_order_ids=[second.id])


def test_S20_nothing_comes_back_on_a_piece_that_is_gone(database, plan_of):
    plan_of(lead_days=7)
    ticks(database, JAN_1, date(2027, 1, 28), date(2027, 2, 5))
    assert [fate for _, fate, _ in ledger(database)] == ["generated", "suppressed"]
    retire(database, date(2027, 2, 6))
    with database.writing() as session:
        cancel_work_order(session, orders(database)[0].id, "gone", by=ALICE, now=at(date(2027, 2, 7)))
    assert fates(database) == [("D:2027-01-01", "cancelled", "person", 1), ("D:2027-02-01", "cancelled", "left", 1)]


def test_it_refuses_to_retire_what_one_may_not_change(database, plan_of):
    plan_of()
    with pytest.raises(NotAllowed):
        retire(database, START, by=BOB)
    with database.writing() as session:
        elsewhere = eve(make_site(session, "PAR"))
    with pytest.raises(NotFound):
        retire(database, START, by=elsewhere)


@pytest.mark.parametrize("status", ["in_stock", "out_of_order"])
def test_S41_dates_on_which_a_piece_rests_are_left_out_and_judged_by_that_day(database, plan_of, status):
    plan_of(lead_days=7)
    becomes(database, date(2026, 12, 20), status=status)
    ticks(database, date(2026, 12, 25), JAN_1)
    assert ledger(database) == []  # its day is not over: it may be back in service
    ticks(database, date(2027, 1, 2), date(2027, 2, 10))
    assert fates(database) == [("D:2027-01-01", "skipped", "item_status", 2)]
    becomes(database, date(2027, 2, 27), status="in_service")
    ticks(database, date(2027, 2, 27))
    assert fates(database)[1:] == [("D:2027-03-01", "generated", None, 1)]  # late to appear


def test_S36b_a_date_that_came_before_the_piece_rested_keeps_its_order(database, plan_of):
    plan_of(lead_days=7)
    becomes(database, date(2026, 12, 26), status="in_stock")
    assert fates(database) == [("D:2027-01-01", "generated", None, 1)]


def test_S41_a_plan_may_go_on_while_a_piece_rests(database, plan_of):
    plan_of(when_idle="continue")
    becomes(database, START, status="in_stock")
    ticks(database, JAN_1)
    assert ledger(database) == [("2027-01-01", "generated", 1)]


def test_S41_a_floating_plan_leaves_out_one_date_at_a_time_and_goes_on(database, plan_of):
    plan_of(mode="floating", anchor_policy="entry")
    becomes(database, START, status="out_of_order")
    ticks(database, date(2026, 12, 23), date(2026, 12, 24), date(2027, 1, 24))
    assert fates(database) == [("N:1", "skipped", "item_status", 1), ("N:2", "skipped", "item_status", 1)]
    becomes(database, date(2027, 2, 1), status="in_service")
    ticks(database, date(2027, 2, 23))
    assert fates(database)[-1] == ("N:3", "generated", None, 1)


def test_S41_what_an_import_changed_is_followed_by_the_tick(database, plan_of):
    """It writes many pieces at once and leaves a notice for each: the targets still know what held before."""
    plan_of()
    with database.writing() as session:
        piece = session.scalars(select(Equipment)).one()
        piece.status = "in_stock"
        scope_may_change(session, [piece.id], now=at(JAN_1 + timedelta(days=1)))
    ticks(database, JAN_1 + timedelta(days=1))
    assert ledger(database) == [("2027-01-01", "generated", 1)]
    assert targets(database)[0].idle_since == JAN_1 + timedelta(days=1)


def test_S41_a_piece_that_enters_from_the_shelf_rests_from_the_first_day(database, plan_of):
    plan_of()
    with database.writing() as session:
        category, site = session.scalars(select(EquipmentCategory)).one(), session.scalars(select(Site)).one()
        piece = make_piece(session, site, category, "EQ-2", status="in_stock")
        scope_may_change(session, [piece.id], now=at(START))
    with database.writing() as session:
        reconcile_changes(session, now=at(START))
    assert [target.idle_since for target in targets(database)] == [None, START]


def test_S42_the_successor_inherits_fixed_dates_and_what_is_settled(database, plan_of):
    plan_of()
    ticks(database, JAN_1)
    new = replace_it(database, date(2027, 1, 10), new={"tag": "EQ-2", "serial": "S2"})
    assert (new.tag, new.status, new.serial, new.commissioned_on) == ("EQ-2", "in_service", "S2", date(2027, 1, 10))
    old_target, target = targets(database)
    assert (old_target.state, old_target.reason) == ("ended", "replaced")
    assert (target.anchor_on, target.settled_through, target.enrolled_on) == (JAN_1, JAN_1, date(2027, 1, 10))
    ticks(database, date(2027, 1, 10), date(2027, 2, 1))
    assert fates(database) == [
        ("D:2027-01-01", "cancelled", "replaced", 1),
        ("D:2027-02-01", "generated", None, 1),
    ]
    with database.writing() as session:
        reconcile_all(session, now=at(date(2027, 2, 2)))
    assert len(targets(database)) == 2


def test_S42_a_floating_clock_counts_from_its_commissioning(database, plan_of):
    plan_of(mode="floating", interval=6, anchor_policy="entry")
    replace_it(database, date(2027, 1, 10), commissioned_on="2027-01-05")
    target = targets(database)[1]
    assert (target.anchor_on, target.next_due_on, target.counter) == (date(2027, 1, 5), date(2027, 7, 5), 0)


def test_S42_orders_move_end_or_stay(database, plan_of):
    plan_of(overlap="stack")
    ticks(database, JAN_1, date(2027, 2, 1))
    begun, waiting = orders(database)
    with database.writing() as session:
        start_work_order(session, begun.id, by=BOB, now=at(date(2027, 2, 2)))
        said = WorkOrderInput(
            title="No power", kind="repair", type="corrective", equipment_id=begun.equipment_id, due_on="2027-02-05"
        )
        broken = create_work_order(session, said, by=BOB, now=at(date(2027, 2, 2)))
    new = replace_it(database, date(2027, 2, 3))
    found = {order.id: (order.state, order.equipment_id) for order in orders(database)}
    assert found[begun.id] == ("in_progress", begun.equipment_id)
    assert found[waiting.id] == ("cancelled", begun.equipment_id)
    assert found[broken.id] == ("ready", new.id)
    assert told(database, begun.id)[-1] == ("left", "The plan no longer covers this item.")
    assert told(database, broken.id)[-1] == ("changed", "Another piece took the place of this one.")


def test_S42_a_piece_from_the_shelf_takes_the_place(database, plan_of):
    plan_of()
    with database.writing() as session:
        category, site = session.scalars(select(EquipmentCategory)).one(), session.scalars(select(Site)).one()
        spare = make_piece(session, site, category, "EQ-2", status="in_stock")
        scope_may_change(session, [spare.id], now=at(START))
    ticks(database, START)
    new = replace_it(database, date(2027, 1, 10), equipment_id=spare.id)
    assert (new.id, new.status, new.commissioned_on) == (spare.id, "in_service", date(2027, 1, 10))
    ticks(database, date(2027, 2, 1))
    own = [target for target in targets(database) if target.equipment_id == spare.id]
    assert [(target.state, target.idle_since) for target in own] == [("active", None)]
    assert ("D:2027-02-01", "generated", None, 1) in fates(database)


def test_S42_a_plan_that_names_the_old_piece_covers_whatever_took_its_place(database, plan_of):
    plan_of()
    with database.reading() as session:
        piece_id = session.scalars(select(Equipment.id)).one()
    plan_id = plan_of(equipment_ids=[piece_id], title="By name")
    replace_it(database, date(2027, 1, 10), new={"tag": "EQ-2"})
    with database.writing() as session:
        reconcile_all(session, now=at(date(2027, 1, 11)))
    live = [target for target in targets(database) if target.plan_id == plan_id and target.state == "active"]
    assert len(live) == 1
    assert live[0].equipment_id != piece_id


def test_S42_a_plan_of_another_kind_of_piece_ends_with_the_old_one(database, plan_of):
    plan_of()
    with database.writing() as session:
        other = make_category(session, "server")
    replace_it(database, date(2027, 1, 10), new={"category_id": other.id})
    assert [target.state for target in targets(database)] == ["ended"]


def test_S42_meters_start_anew_on_the_successor(database, plan_of):
    plan_of()
    with database.writing() as session:
        meter = make_meter(session, session.scalars(select(Equipment)).one(), name="Pages printed")
        read_meter(session, meter, ("2026-11-20", 5_000), now=at(START))
    new = replace_it(database, date(2027, 1, 10))
    with database.reading() as session:
        old, fresh = session.scalars(select(Meter).order_by(Meter.id)).all()
    assert (old.archived_at is not None, old.last_value is not None) == (True, True)
    assert (fresh.equipment_id, fresh.name, fresh.last_value) == (new.id, "Pages printed", None)


def test_S41_the_next_date_of_a_piece_that_rests_says_so(database, plan_of):
    plan_id = plan_of()
    becomes(database, START, status="in_stock")
    with database.reading() as session:
        piece_id = session.scalars(select(Equipment.id)).one()
        said = explain_target(session, plan_id, equipment_id=piece_id, location_id=None, by=ALICE).sentences
    assert said[-1].startswith("The piece is in stock or out of order")


@pytest.mark.parametrize("case", ["itself", "both", "retired", "twice", "foreign"])
def test_it_refuses_a_successor_that_cannot_be(database, plan_of, case):
    plan_of()
    with database.writing() as session:
        old = session.scalars(select(Equipment)).one()
        category, site = session.scalars(select(EquipmentCategory)).one(), session.scalars(select(Site)).one()
        gone = make_piece(session, site, category, "EQ-2", status="retired")
        abroad = make_piece(session, make_site(session, "PAR"), category, "EQ-3")
    said = {
        "itself": {"equipment_id": old.id},
        "both": {"equipment_id": gone.id, "new": {}},
        "retired": {"equipment_id": gone.id},
        "twice": {},
        "foreign": {"equipment_id": abroad.id},
    }[case]
    if case == "twice":
        replace_it(database, START)
    with pytest.raises((InvalidInput, Conflict, NotFound)):
        replace_it(database, START, by=eve(site) if case == "foreign" else ALICE, **said)


def test_S43_another_sites_zone_and_calendar_count_for_what_has_no_order_yet(database, plan_of):
    """1 January is worked in Nouméa's calendar here; the cycle that was settled in Lyon stays."""
    plan_of(shift="next", freq="week", start_on="2026-12-18", overlap="stack")
    ticks(database, date(2026, 12, 25))
    with database.writing() as session:
        everyday = make_calendar(session, "EVERY", weekdays="1111111", country=None)
        noumea = make_site(session, "NOU", everyday, time_zone="Pacific/Noumea")
    settled = fates(database)
    becomes(database, date(2026, 12, 26), site_id=noumea.id, location_id=None)
    tick_on(database, date(2026, 12, 31), hour=14)  # 1 January, one in the morning over there
    assert fates(database)[: len(settled)] == settled
    last = orders(database)[-1]
    assert (last.due_on, last.site_id) == (JAN_1, noumea.id)


def test_S43_open_orders_go_along_to_the_other_site_and_ended_ones_stay(database, plan_of):
    plan_of(freq="month")
    with database.writing() as session:
        piece = session.scalars(select(Equipment)).one()
        asked = WorkOrderInput(equipment_id=piece.id, title="Fan", due_on=START)
        made = [create_work_order(session, asked, by=ALICE, now=at(START)).id for _ in range(2)]
        cancel_work_order(session, made[1], "Twice", by=ALICE, now=at(START))
        lyon, nantes = piece.site_id, make_site(session, "NTE").id
    becomes(database, START, site_id=nantes, location_id=None)
    tick_on(database, START)
    tick_on(database, START)
    assert [(order.id, order.site_id) for order in orders(database)[:2]] == [(made[0], nantes), (made[1], lyon)]
    assert told(database, made[0]) == [("created", None), ("changed", None)]


def test_S39_a_plan_that_is_archived_leaves_a_note_on_its_orders(database, plan_of):
    plan_id = plan_of()
    ticks(database, JAN_1)
    with database.writing() as session:
        edits.archive_plan(session, plan_id, by=ALICE, now=at(date(2027, 1, 2)))
    [order] = orders(database)
    assert told(database, order.id)[-1][0] == "left"


def test_S19_the_version_says_what_becomes_of_resting_pieces(database, plan_of):
    plan_of(when_idle="continue")
    with database.reading() as session:
        assert session.scalars(select(PlanVersion.schedule)).one()["when_idle"] == "continue"
