"""The engine played beside the model that shares no code with it: what can happen, and that both ledgers are one."""

from collections import Counter
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from app.changes.actions import edits
from app.core.clock import fixed_clock
from app.core.errors import Conflict, InvalidInput
from app.decisions.actions.dates import do_now, move_cycle, skip_cycle, withdraw_exception
from app.decisions.actions.pauses import pause_target, resume_target
from app.decisions.schemas import CycleMove, CycleNow, CycleSkip
from app.interventions.actions.completing import complete_work_order
from app.interventions.schemas import CompletionInput
from app.ledger.models import Occurrence, PlanException
from app.operations.actions.tick import tick
from app.operations.queries.doctor.ledger import examine
from app.plans.models import MaintenancePlan, PlanTarget
from app.plans.queries.plans import get_plan, input_of
from app.plans.schemas import Pause, PlanEdit
from app.workorders.actions.life import cancel_work_order, skip_work_order, start_work_order
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_category, make_piece
from tests.factories.plans import ALICE, plan_input
from tests.rooms.engine.drawn import FIRST, in_words, plans
from tests.rooms.engine.model import SKIP, Item, Refused
from tests.rooms.engine.model_floating import FloatingItem
from tests.rooms.engine.test_tick import at

LAST = FIRST + timedelta(days=365 * 6)

which_item = st.integers(0, 1)


class Beside(RuleBasedStateMachine):
    """Set on a subclass: the `database`, its site `lyon`, and `reached`: the fates and reasons met so far."""

    database = None

    @initialize(said=plans(), mode=st.sampled_from(["fixed", "fixed", "floating"]))
    def begin(self, said, mode):
        said = replace(said, mode=mode)
        self.today, self.moments = FIRST, 0
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

    def now(self, day=None):
        """No two things happen at one moment."""
        self.moments += 1
        return at(day or self.today) + timedelta(seconds=self.moments)

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
        self.tick_on(self.today - timedelta(days=days))

    @rule()
    def it_ticks_again(self):
        self.tick()

    def tick(self):
        self.tick_on(self.today)
        for item in self.items.values():
            item.tick(self.today)

    def tick_on(self, day):
        assert tick(self.database, clock=fixed_clock(self.now(day)), instance="test").errors == []

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
    @rule(pick=st.integers(0, 9), fate=st.sampled_from(["cancelled", "skipped"]))
    def an_order_is_ended(self, pick=0, fate="cancelled"):
        piece, slot = self.choose(pick)
        if not self.items[piece].orders[slot].is_started:
            self.change(cancel_work_order if fate == "cancelled" else skip_work_order, piece, slot, "No need")
            self.items[piece].end(slot, fate, self.today)

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
            action(session, order_id, *said, by=ALICE, now=self.now())

    # Managers, of one date (S35)

    @rule(which=which_item, pick=st.integers(0, 3))
    def a_date_is_skipped(self, which=0, pick=0):
        item, found = self.look_ahead(which, pick)
        if found is None or (found.slot in item.orders and item.orders[found.slot].is_started):
            return
        data = CycleSkip(cycle_key=self.key(item, found.slot), reason="Holidays")
        self.decide(which, skip_cycle, data)
        self.reached.add(("skipped", "ahead"))
        item.want(found.slot, SKIP, self.today)

    @rule(which=which_item, pick=st.integers(0, 3), days=st.integers(0, 60))
    def a_date_is_moved(self, which=0, pick=0, days=0):
        item, found = self.look_ahead(which, pick)
        if found is None:
            return
        first, last = item.between(found.slot, self.today)
        with pytest.raises(InvalidInput):  # S35: it stays between the dates beside it
            self.decide(which, move_cycle, CycleMove(cycle_key=self.key(item, found.slot), on=last, reason="Later"))
        on = first + timedelta(days=1 + days % max(1, (last - first).days - 1))
        if on < last:
            data = CycleMove(cycle_key=self.key(item, found.slot), on=on, reason="Stocktaking")
            self.decide(which, move_cycle, data)
            self.reached.add(("moved", "ahead"))
            item.want(found.slot, on, self.today)

    @precondition(has_orders)
    @rule(pick=st.integers(0, 9), days=st.integers(0, 60))
    def a_date_with_its_order_is_moved(self, pick=0, days=0):
        piece, slot = self.choose(pick)
        which, item = self.pieces.index(piece), self.items[piece]
        if item.state == "ended":
            return
        self.tick()
        if slot not in item.orders or item.orders[slot].is_started:
            return
        first, last = item.between(slot, self.today)
        on = first + timedelta(days=1 + days % max(1, (last - first).days - 1))
        if on < last:
            data = CycleMove(cycle_key=self.key(item, slot), on=on, reason="Stocktaking")
            self.decide(which, move_cycle, data)
            self.reached.add(("moved", "order"))
            item.orders[slot].cycle.moved = on

    @rule(which=which_item, pick=st.integers(0, 3))
    def what_was_wanted_is_taken_back(self, which=0, pick=0):
        item = self.items[self.pieces[which]]
        if not item.wanted or item.state == "ended":
            return
        slot = sorted(item.wanted.values())[pick % len(item.wanted)][0]
        with self.database.reading() as session:
            own = select(PlanException.id).where(PlanException.target_id == self.target(which))
            exception_id = session.scalars(own.where(PlanException.raw_due_on == slot)).one()
        if self.is_agreed(which, lambda item: item.take_back(slot, self.today), withdraw_exception, exception_id):
            self.reached.add(("taken back", "ahead"))

    @rule(which=which_item)
    def the_next_is_wanted_now(self, which=0):
        if self.is_agreed(which, lambda item: item.do_now(self.today), do_now, CycleNow(reason="They are here")):
            self.reached.add(("generated", "now"))

    def look_ahead(self, which, pick):
        """A cycle that has no row, once all that has come is settled; None while there is none."""
        item = self.items[self.pieces[which]]
        if item.state == "ended":
            return item, None
        self.tick()
        ahead = item.ahead()
        return item, ahead[pick % len(ahead)] if ahead else None

    def key(self, item, slot):
        if self.mode == "fixed":
            return f"D:{slot.isoformat()}"
        return f"N:{item.number + (0 if slot in item.orders else 1)}"

    def target(self, which):
        with self.database.reading() as session:
            own = PlanTarget.plan_id == self.plan_id, PlanTarget.equipment_id == self.pieces[which]
            return session.scalars(select(PlanTarget.id).where(*own)).one()

    def decide(self, which, action, *said, **more):
        with self.database.writing() as session:
            action(session, self.target(which), *said, **more, by=ALICE, now=self.now())

    def is_agreed(self, which, wish, action, *said, **more):
        """What the model refuses the engine refuses too, and changes nothing."""
        item = deepcopy(self.items[self.pieces[which]])
        try:
            wish(item)
        except Refused:
            with pytest.raises(Conflict):
                self.decide(which, action, *said, **more)
            self.reached.add(("refused", action.__name__))
            return False
        self.decide(which, action, *said, **more)
        self.items[self.pieces[which]] = item
        return True

    # Managers, of one item (S38)

    @rule(which=which_item, days=st.one_of(st.none(), st.integers(1, 60)))
    def an_item_rests(self, which=0, days=None):
        until = None if days is None else self.today + timedelta(days=days)
        pause = Pause(reason="On loan", until=until)
        self.is_agreed(which, lambda item: item.rest(until, self.today), pause_target, pause)

    @rule(which=which_item, is_caught_up=st.booleans())
    def an_item_rests_no_more(self, which=0, *, is_caught_up=False):
        self.is_agreed(
            which,
            lambda item: item.rest_no_more(self.today, is_caught_up=is_caught_up),
            resume_target,
            is_caught_up=is_caught_up,
        )

    # Managers, of the plan

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
    @rule(which=which_item)
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
            was = len(item.cycles)
            item.leave(self.today)
            if len(item.cycles) > was:
                self.reached.add(("missed", "paused, and left"))

    def edit(self, **changes):
        with self.database.writing() as session:
            said = input_of(session, get_plan(session, self.plan_id, by=ALICE)).model_dump(exclude={"rrule"})
            data = PlanEdit.model_validate(said | changes)
            edits.edit_plan(session, self.plan_id, data, by=ALICE, now=self.now())

    @precondition(lambda self: self.plan_state == "active")
    @rule()
    def the_plan_is_paused(self):
        with self.database.writing() as session:
            edits.pause_plan(session, self.plan_id, Pause(reason="Move"), by=ALICE, now=self.now())
        self.plan_state = "paused"
        for item in self.items.values():
            item.pause(self.today)

    @precondition(lambda self: self.plan_state == "paused")
    @rule()
    def the_plan_goes_on(self):
        with self.database.writing() as session:
            edits.resume_plan(session, self.plan_id, by=ALICE, now=self.now())
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
            self.reached.update(("rested", how) for how in item.met)
            self.reached.update((cycle.fate, "moved") for cycle in item.cycles.values() if cycle.moved)

    def teardown(self):
        self.tick()
        with self.database.writing() as session:
            edits.archive_plan(session, self.plan_id, by=ALICE, now=self.now())
        with self.database.reading() as session:
            found = {finding.code for finding in examine(session, self.now())}
            assert found <= {"ahead"}  # other examples' clocks ran on


def as_told(row):
    counts = row.counts or {row.fate: row.count}
    return row.raw_due_on, row.due_on, row.scheduled_on, dict(counts), row.fate, row.reason


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
    first = cycles[0]
    return first.slot, first.due, first.moved, dict(Counter(cycle.fate for cycle in cycles)), first.fate, reason
