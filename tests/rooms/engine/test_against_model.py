"""The engine, played at random beside a model that shares no code with it, holds the model's ledger after each step."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from app.changes.actions import edits
from app.interventions.actions.completing import complete_work_order
from app.interventions.schemas import CompletionInput
from app.ledger.models import Occurrence
from app.operations.queries.doctor.ledger import examine
from app.plans.models import MaintenancePlan, PlanTarget
from app.plans.queries.plans import get_plan, input_of
from app.plans.schemas import Pause, PlanEdit
from app.workorders.actions.life import cancel_work_order, start_work_order
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_category, make_piece
from tests.factories.places import make_calendar, make_organisation, make_site
from tests.factories.plans import ALICE, plan_input
from tests.rooms.engine.model import FloatingItem, Item, Said
from tests.rooms.engine.test_tick import at, tick_on

FIRST = date(2027, 1, 4)
LAST = FIRST + timedelta(days=365 * 6)

policies = st.fixed_dictionaries(
    {
        "lead": st.sampled_from([0, 0, 3, 10]),
        "weekdays_only": st.booleans(),
        "overlap": st.sampled_from(["suppress", "suppress", "stack", "replace", "remind"]),
        "catch_up": st.sampled_from(["latest", "latest", "none", "ask", "all"]),
        "late": st.sampled_from(["keep", "skip"]),
    }
)
rhythms = st.sampled_from([("day", 1), ("day", 3), ("week", 1), ("week", 2), ("month", 1), ("month", 3)])
start_days = st.integers(0, 40).map(lambda days: FIRST + timedelta(days=days))


@st.composite
def plans(draw):
    freq, every = draw(rhythms)
    said = Said(freq, every, draw(start_days), **draw(policies))
    if said.catch_up == "all" and said.overlap != "stack":
        said = replace(said, catch_up="latest")
    return said


def in_words(said):
    """The same as the plan's form says it."""
    return {
        "freq": said.freq,
        "interval": said.every,
        "start_on": said.start,
        "lead_days": said.lead,
        "shift": "next" if said.weekdays_only else "none",
        "overlap": said.overlap,
        "catch_up": said.catch_up,
        "late": said.late,
        "mode": said.mode,
    }


class Beside(RuleBasedStateMachine):
    """Set on a subclass: the `database`, its site `lyon`, and `reached`: the fates and reasons met so far."""

    database = None

    @initialize(said=plans(), mode=st.sampled_from(["fixed", "fixed", "floating"]))
    def begin(self, said, mode):
        said = replace(said, mode=mode)
        self.today = FIRST
        self.plan_state = "active"
        with self.database.writing() as session:
            category = make_category(session, f"c{id(self)}-{session.query(MaintenancePlan).count()}")
            tag = f"{category.id}"
            self.pieces = [make_piece(session, self.site(session), category, f"EQ-{tag}-{n}").id for n in "AB"]
            data = plan_input(equipment_ids=self.pieces, **in_words(said))
            self.plan_id = edits.create_plan(session, data, by=ALICE, now=at(FIRST)).id
        kind = Item if mode == "fixed" else FloatingItem
        self.mode, self.items = mode, {piece: kind(said, FIRST) for piece in self.pieces}

    def site(self, session):
        return session.merge(self.lyon)

    # The clock

    @rule(days=st.one_of(st.integers(0, 3), st.integers(4, 45)))
    def days_go_by(self, days):
        self.today = min(self.today + timedelta(days=days), LAST)
        self.tick()

    @precondition(lambda self: self.today < FIRST + timedelta(days=300))
    @rule(days=st.integers(300, 5 * 365))
    def nothing_runs_for_long(self, days):
        self.today = min(self.today + timedelta(days=days), LAST)
        self.tick()

    @rule(days=st.integers(1, 30))
    def the_clock_goes_back(self, days):
        """S23: nothing comes of it."""
        assert tick_on(self.database, self.today - timedelta(days=days)).errors == []

    @rule()
    def it_ticks_again(self):
        self.tick()

    def tick(self):
        assert tick_on(self.database, self.today).errors == []
        for item in self.items.values():
            item.tick(self.today)

    # People

    def choose(self, pick):
        open_orders = sorted((piece, slot) for piece, item in self.items.items() for slot in item.orders)
        return open_orders[pick % len(open_orders)]

    def has_orders(self):
        return any(item.orders for item in self.items.values())

    @precondition(has_orders)
    @rule(pick=st.integers(0, 9), late=st.integers(0, 20))
    def work_is_done(self, pick=0, late=0):
        piece, slot = self.choose(pick)
        on = self.today - timedelta(days=late)
        self.change(complete_work_order, piece, slot, CompletionInput(done_on=on))
        self.items[piece].done(slot, on)

    @precondition(has_orders)
    @rule(pick=st.integers(0, 9))
    def work_is_begun(self, pick=0):
        piece, slot = self.choose(pick)
        if not self.items[piece].orders[slot].is_started:
            self.change(start_work_order, piece, slot)
            self.items[piece].start(slot)

    @precondition(has_orders)
    @rule(pick=st.integers(0, 9))
    def an_order_is_cancelled(self, pick=0):
        piece, slot = self.choose(pick)
        if not self.items[piece].orders[slot].is_started:
            self.change(cancel_work_order, piece, slot, "No need")
            self.items[piece].cancel(slot, self.today)

    def change(self, action, piece, slot, *said):
        with self.database.writing() as session:
            order_id = session.scalars(
                select(WorkOrder.id)
                .join(Occurrence, Occurrence.id == WorkOrder.occurrence_id)
                .where(
                    WorkOrder.plan_id == self.plan_id,
                    WorkOrder.equipment_id == piece,
                    Occurrence.raw_due_on == slot,
                    WorkOrder.is_open,
                )
            ).one()
            action(session, order_id, *said, by=ALICE, now=at(self.today))

    # Managers

    def is_fixed(self):
        return self.mode == "fixed"

    @precondition(is_fixed)
    @rule(said=plans(), days=st.integers(0, 30))
    def the_plan_is_edited_from_a_day_to_come(self, said, days):
        self.the_plan_is_edited(replace(said, start=self.today + timedelta(days=days)))

    def the_plan_is_edited(self, said):
        self.edit(**in_words(said))
        for item in self.items.values():
            item.edit(said, self.today)

    @precondition(is_fixed)
    @rule(which=st.integers(0, 1))
    def an_item_comes_or_goes(self, which):
        piece = self.pieces[which]
        item = self.items[piece]
        staying = [p for p, i in self.items.items() if (i.state != "ended") != (p == piece)]
        if not staying or self.plan_state == "paused":
            return
        for other in self.items.values():
            if other.state != "ended":
                other.tick(self.today)
        self.edit(equipment_ids=staying)
        if item.state == "ended":
            item.come_back(self.today)
        else:
            item.leave(self.today)

    def edit(self, **changes):
        with self.database.writing() as session:
            said = input_of(session, get_plan(session, self.plan_id, by=ALICE)).model_dump(exclude={"rrule"})
            data = PlanEdit.model_validate(said | changes)
            edits.edit_plan(session, self.plan_id, data, by=ALICE, now=at(self.today))

    @precondition(lambda self: self.plan_state == "active")
    @rule()
    def the_plan_is_paused(self):
        with self.database.writing() as session:
            edits.pause_plan(session, self.plan_id, Pause(reason="Move"), by=ALICE, now=at(self.today))
        self.plan_state = "paused"
        for item in self.items.values():
            item.pause(self.today)

    @precondition(lambda self: self.plan_state == "paused")
    @rule()
    def the_plan_goes_on(self):
        with self.database.writing() as session:
            edits.resume_plan(session, self.plan_id, by=ALICE, now=at(self.today))
        self.plan_state = "active"
        for item in self.items.values():
            item.go_on(self.today)

    # What must hold

    @invariant()
    def the_ledger_is_the_models(self):
        for piece, item in self.items.items():
            with self.database.reading() as session:
                rows = session.scalars(
                    select(Occurrence)
                    .join(PlanTarget, PlanTarget.id == Occurrence.target_id)
                    .where(PlanTarget.plan_id == self.plan_id, PlanTarget.equipment_id == piece)
                    .order_by(Occurrence.raw_due_on)
                ).all()
                orders = session.execute(
                    select(Occurrence.raw_due_on, WorkOrder.state == "in_progress")
                    .join(Occurrence, Occurrence.id == WorkOrder.occurrence_id)
                    .where(WorkOrder.plan_id == self.plan_id, WorkOrder.equipment_id == piece, WorkOrder.is_open)
                ).all()
            assert sorted(tuple(order) for order in orders) == sorted(
                (o.slot, o.is_started) for o in item.orders.values()
            )
            assert [as_told(row) for row in rows] == [as_known(row, item) for row in rows]
            assert sum(row.count for row in rows) == len(item.cycles)
            self.reached.update((cycle.fate, cycle.reason) for cycle in item.cycles.values())

    def teardown(self):
        self.tick()
        with self.database.writing() as session:
            edits.archive_plan(session, self.plan_id, by=ALICE, now=at(self.today))
        with self.database.reading() as session:
            found = {finding.code for finding in examine(session, at(self.today))}
            assert found <= {"ahead"}  # other examples' clocks ran on


def as_told(row):
    counts = row.counts or {row.fate: row.count}
    return row.raw_due_on, row.due_on, dict(counts), row.fate, row.reason


def as_known(row, item):
    """The same of the model's cycles that lie between the row's first and last."""
    if row.cycle_key.startswith("N:"):
        cycles = [item.cycles[int(row.cycle_key[2:])]]
    else:
        cycles = [cycle for cycle in item.in_order() if row.raw_due_on <= cycle.slot <= row.last_raw_due_on]
    if not cycles:
        return None
    of_fate = {cycle.reason for cycle in cycles if cycle.fate == row.fate}
    reason = of_fate.pop() if len(of_fate) == 1 else of_fate
    return cycles[0].slot, cycles[0].due, dict(Counter(cycle.fate for cycle in cycles)), cycles[0].fate, reason


@pytest.fixture
def beside(database):
    """The machine on this database, and what it has reached."""
    with database.writing() as session:
        calendar = make_calendar(session, country=None)
        make_organisation(session, calendar)
        lyon = make_site(session, "LYO", calendar)
    return type("Machine", (Beside,), {"database": database, "lyon": lyon, "reached": set()})


def test_the_ledger_is_the_models_after_each_step(beside):
    run_state_machine_as_test(
        seed(14)(beside),
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
        ),
    )


DAILY, WEEKLY = Said("day", 1, FIRST), Said("week", 1, FIRST)


def days(machine, count):
    for _ in range(count):
        machine.days_go_by(1)
        machine.the_ledger_is_the_models()


def test_S20_what_was_suppressed_is_judged_anew_also_under_a_version_before(beside):
    machine = beside()
    machine.begin(Said("day", 3, FIRST), "fixed")
    days(machine, 14)
    machine.the_plan_is_edited(replace(WEEKLY, start=FIRST + timedelta(days=20)))
    machine.work_is_done(late=8)
    machine.the_ledger_is_the_models()
    assert ("waiting", "in_time") in beside.reached
    machine.teardown()


STORIES = {
    ("waiting", "open_order"): lambda m: [m.begin(WEEKLY, "fixed"), days(m, 14)],
    ("suppressed", "open_order"): lambda m: [m.begin(WEEKLY, "fixed"), days(m, 21)],
    ("waiting", "in_time"): lambda m: [m.begin(WEEKLY, "fixed"), days(m, 21), m.work_is_done(late=14)],
    ("waiting", "came_back"): lambda m: [m.begin(WEEKLY, "fixed"), days(m, 20), m.an_order_is_cancelled()],
    ("suppressed", "late"): lambda m: [
        m.begin(Said("month", 1, FIRST, late="skip"), "fixed"), days(m, 28), m.work_is_done(), days(m, 5)
    ],
    ("suppressed", "edit"): lambda m: [
        m.begin(Said("month", 1, FIRST, late="skip", lead=3), "fixed"),
        days(m, 28),
        m.the_plan_is_edited(Said("month", 1, date(2027, 2, 8), late="skip", lead=3)),
        days(m, 7),
    ],
    ("merged", "same_day"): lambda m: [m.begin(replace(DAILY, weekdays_only=True), "fixed"), days(m, 14)],
    ("missed", "outage"): lambda m: [m.begin(WEEKLY, "fixed"), m.nothing_runs_for_long(300)],
    ("missed", "paused"): lambda m: [
        m.begin(WEEKLY, "fixed"), m.the_plan_is_paused(), days(m, 21), m.the_plan_goes_on(), days(m, 7)
    ],
    ("missed", "replaced"): lambda m: [m.begin(replace(WEEKLY, overlap="replace"), "fixed"), days(m, 21)],
    ("waiting", "ask"): lambda m: [m.begin(replace(WEEKLY, catch_up="ask"), "fixed"), m.nothing_runs_for_long(300)],
    ("cancelled", "left"): lambda m: [m.begin(WEEKLY, "fixed"), days(m, 14), m.an_item_comes_or_goes(0)],
    ("cancelled", "person"): lambda m: [m.begin(WEEKLY, "floating"), days(m, 7), m.an_order_is_cancelled()],
}  # fmt: skip


@pytest.mark.parametrize("state", STORIES, ids=" ".join)
def test_every_state_of_interest_is_reached(beside, state):
    machine = beside()
    STORIES[state](machine)
    machine.the_ledger_is_the_models()
    assert state in beside.reached
    machine.teardown()
