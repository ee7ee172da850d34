"""Plans that go by a meter, played beside the model that shares no code with the engine (S25 to S29)."""

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
from app.decisions.actions.answers import answer_catch_up
from app.decisions.actions.dates import do_now
from app.decisions.actions.pauses import pause_target, resume_target
from app.decisions.schemas import CycleNow
from app.enrolment.actions import readings
from app.interventions.actions.completing import complete_work_order
from app.interventions.schemas import CompletionInput
from app.ledger.models import Occurrence
from app.meters.models import MeterReading
from app.meters.schemas import CorrectionInput, MeterInput, OneReadingInput, ReplacementInput
from app.operations.actions.tick import tick
from app.operations.queries.doctor.ledger import examine
from app.plans.models import MaintenancePlan, PlanTarget
from app.plans.schemas import Pause
from app.workorders.actions.life import cancel_work_order, skip_work_order, start_work_order
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_category, make_piece
from tests.factories.plans import ALICE, plan_input
from tests.rooms.engine.drawn import FIRST
from tests.rooms.engine.model import Refused
from tests.rooms.engine.model_meters import KINDS, ROLL_OVER_AT, Read, SaidMeter
from tests.rooms.engine.test_tick import at

LEVELS = [20, 25, 26, 29, 30, 31, 40]


@st.composite
def metered_plans(draw):
    mode = draw(st.sampled_from(["steps", "floats", "episodes"]))
    catch_ups = {"steps": ["latest", "ask", "all"], "floats": ["latest", "none", "ask"], "episodes": ["latest"]}
    overlaps = ["suppress", "suppress", "stack", "replace", "remind"]
    said = SaidMeter(
        mode,
        start_at=draw(st.sampled_from([0, 30])),
        days=draw(st.sampled_from([0, 7, 30])) if mode == "floats" else 0,
        is_estimated=draw(st.booleans()) and mode != "episodes",
        lead=draw(st.sampled_from([0, 0, 3, 10])),
        overlap=draw(st.sampled_from(overlaps)) if mode != "floats" else "suppress",
        catch_up=draw(st.sampled_from(catch_ups[mode])),
        readings=draw(st.integers(1, 3)),
        quiet=timedelta(days=draw(st.sampled_from([0, 0, 2]))),
    )
    return replace(said, overlap="stack") if said.catch_up == "all" else said


def in_words(said):
    """The same as the plan's form says it."""
    trigger = {"kind": "counter", "meter": "Gauge", "every": said.every, "start_at": said.start_at}
    trigger |= {"is_estimated": said.is_estimated}
    if said.mode == "episodes":
        trigger = {
            "kind": "condition",
            "meter": "Gauge",
            "threshold": str(said.threshold),
            "back_at": str(said.back_at),
            "readings": said.readings,
            "cool_down_hours": said.quiet // timedelta(hours=1),
        }
    return {
        "freq": "day" if said.days else "none",
        "interval": said.days or 1,
        "start_on": FIRST,
        "lead_days": said.lead,
        "overlap": said.overlap,
        "catch_up": said.catch_up,
        "mode": "floating" if said.mode == "floats" else "fixed",
        "trigger": trigger,
    }


class BesideMeters(RuleBasedStateMachine):
    """Set on a subclass: the `database`, its site `lyon`, and `reached`: the fates and reasons met so far."""

    database = None

    @initialize(said=metered_plans(), run_up=st.lists(st.tuples(st.integers(0, 120), st.integers(0, 6)), max_size=5))
    def begin(self, said, run_up=()):
        self.today, self.moments, self.is_paused = FIRST, 0, False
        with self.database.writing() as session:
            category = make_category(session, f"m{id(self)}-{session.query(MaintenancePlan).count()}")
            self.piece = make_piece(session, session.merge(self.lyon), category, f"GEN-{category.id}").id
            kind = "gauge" if said.mode == "episodes" else "counter"
            meter = MeterInput(equipment_id=self.piece, name="gauge", kind=kind, roll_over_at=ROLL_OVER_AT)
            self.meter_id = readings.create_meter(session, meter, by=ALICE, now=at(FIRST)).id
            data = plan_input(equipment_ids=[self.piece], **in_words(said))
            self.plan_id = edits.create_plan(session, data, by=ALICE, now=at(FIRST)).id
            own = select(PlanTarget.id).where(PlanTarget.plan_id == self.plan_id)
            self.target_id = session.scalars(own).one()
        self.said, self.item = said, KINDS[said.mode](said, FIRST)
        for ahead, level in run_up:
            self.a_reading_is_taken(days=2, ahead=ahead, level=level, is_seen=False)

    def now(self):
        """No two things happen at one moment."""
        self.moments += 1
        return at(self.today) + timedelta(seconds=self.moments)

    # The clock

    @rule(days=st.one_of(st.integers(0, 3), st.integers(4, 40)))
    def days_go_by(self, days):
        self.today += timedelta(days=days)
        self.tick()

    @rule(days=st.integers(1, 30))
    def the_clock_goes_back(self, days):
        """S23: nothing comes of it."""
        self.tick_at(self.now() - timedelta(days=days))

    def tick(self):
        self.tick_at(self.now())
        self.item.tick(self.today)

    def tick_at(self, now):
        assert tick(self.database, clock=fixed_clock(now), instance="test").errors == []

    # The meter

    def known(self, at_instant):
        """What the meter showed at an instant, as far as people know."""
        before = [read.value for read in self.item.book.in_order() if read.at <= at_instant]
        return before[-1] if before else 0

    def shows(self, level, ahead, read_at):
        return LEVELS[level] if self.said.mode == "episodes" else (self.known(read_at) + ahead) % ROLL_OVER_AT

    @rule(
        days=st.sampled_from([0, 0, 1, 2, 8]),
        ahead=st.one_of(st.integers(0, 60), st.integers(0, 420)),
        level=st.integers(0, 6),
        is_seen=st.booleans(),
    )
    def a_reading_is_taken(self, ahead=0, level=0, days=0, *, is_seen=True):
        """Some days later; `is_seen` by a tick before anything else happens."""
        self.today += timedelta(days=days)
        self.it_shows(self.now(), ahead, level, is_seen=is_seen)

    @rule(days=st.sampled_from([1, 2, 4, 9]), ahead=st.integers(0, 60), level=st.integers(0, 6), is_seen=st.booleans())
    def a_reading_comes_late(self, days=1, ahead=0, level=0, *, is_seen=True):
        self.it_shows(self.now() - timedelta(days=days), ahead, level, is_seen=is_seen)

    def it_shows(self, read_at, ahead, level, *, is_seen):
        now = self.now()
        value = self.shows(level, ahead, read_at)
        data = OneReadingInput(value=value, read_at=read_at)
        is_late = any(read.at > read_at for read in self.item.book.reads)
        taken = self.is_agreed(
            lambda item: item.book.write(Read(read_at, value)),
            lambda session: readings.record_reading(session, self.meter_id, data, source="program", by=ALICE, now=now),
            InvalidInput,
        )
        if taken and is_late:
            self.reached.add((self.said.mode, "read", "late"))
            self.item.came_late(read_at)
        if is_seen:
            self.tick()

    @precondition(lambda self: self.item.book.reads)
    @rule(pick=st.integers(0, 5), off=st.one_of(st.none(), st.integers(-420, 420)), level=st.integers(0, 6))
    def a_reading_is_corrected(self, pick=0, off=None, level=0):
        """One of the last."""
        reads = self.item.book.in_order()[::-1]
        read = reads[pick % len(reads)]
        value = None if off is None else (read.value + off) % ROLL_OVER_AT
        if value is not None and self.said.mode == "episodes":
            value = LEVELS[level]
        if read.is_restart and value is None:
            return
        with self.database.reading() as session:
            own = MeterReading.meter_id == self.meter_id, MeterReading.superseded_at.is_(None)
            which = MeterReading.read_at == read.at, MeterReading.is_restart.is_(read.is_restart)
            reading_id = session.scalars(select(MeterReading.id).where(*own, *which)).one()
        data = CorrectionInput(value=value, reason="Misread")
        done = self.is_agreed(
            lambda item: item.book.correct(read, value),
            lambda session: readings.correct_reading(session, reading_id, data, by=ALICE, now=self.now()),
            InvalidInput,
        )
        if done:
            before = len(self.item.cycles)
            self.item.corrected(read.at)
            self.reached.add((self.said.mode, "read", "corrected"))
            if len(self.item.cycles) < before:
                self.reached.add((self.said.mode, "taken back"))
        self.tick()

    @precondition(lambda self: self.said.mode != "episodes")
    @rule(first=st.integers(0, 50), ahead=st.one_of(st.none(), st.integers(0, 150)))
    def the_meter_is_replaced(self, first=0, ahead=None):
        now = self.now()
        last = None if ahead is None else (self.known(now) + ahead) % ROLL_OVER_AT
        data = ReplacementInput(replaced_at=now, last_value=last, first_value=first)
        self.is_agreed(
            lambda item: item.book.replace(now, last, first),
            lambda session: readings.replace_meter(session, self.meter_id, data, source="person", by=ALICE, now=now),
            InvalidInput,
        )
        self.reached.add((self.said.mode, "read", "replaced"))
        self.tick()

    # Orders

    def choose(self, pick):
        found = sorted(self.item.orders, key=lambda slot: (slot.day, slot.key))
        return found[pick % len(found)]

    def has_orders(self):
        return bool(self.item.orders)

    @precondition(has_orders)
    @rule(
        what=st.sampled_from(["done", "done", "begun", "cancelled", "skipped"]),
        pick=st.integers(0, 9),
        late=st.sampled_from([0, 0, 1, 5, 20]),
    )
    def an_order_changes(self, what, pick, late):
        if what == "done":
            self.work_is_done(pick, late)
        elif what == "begun":
            self.work_is_begun(pick)
        else:
            self.an_order_is_ended(pick, what)

    def work_is_done(self, pick=0, late=0):
        slot = self.choose(pick)
        if self.said.mode == "steps" and self.days_suppressed_by(slot) > 2:
            late = 0  # of a run of steps the ledger keeps the first day and the last
        on = self.today - timedelta(days=late)
        self.change(complete_work_order, slot, CompletionInput(done_on=on))
        self.item.done(slot, on)

    def days_suppressed_by(self, slot):
        return len({cycle.due for cycle in self.item.cycles.values() if cycle.named == slot})

    def work_is_begun(self, pick=0):
        slot = self.choose(pick)
        if not self.item.orders[slot].is_started:
            self.change(start_work_order, slot)
            self.item.start(slot)

    def an_order_is_ended(self, pick=0, fate="cancelled"):
        slot = self.choose(pick)
        if not self.item.orders[slot].is_started:
            self.change(cancel_work_order if fate == "cancelled" else skip_work_order, slot, "No need")
            self.item.end(slot, fate, self.today)

    def change(self, action, slot, *said):
        with self.database.writing() as session:
            own = Occurrence.target_id == self.target_id, WorkOrder.is_open
            orders = select(WorkOrder.id, Occurrence.cycle_key).join(Occurrence)
            found = {self.key_of(session, key): order_id for order_id, key in session.execute(orders.where(*own))}
            action(session, found[slot.key], *said, by=ALICE, now=self.now())

    def key_of(self, session, cycle_key):
        """The model's: the step, the number, or when the episode began."""
        number = int(cycle_key.rpartition(":")[2])
        if self.said.mode != "episodes":
            return number
        return session.get_one(MeterReading, number).read_at

    # Managers

    def asked(self):
        return [cycle for cycle in self.item.cycles.values() if (cycle.fate, cycle.reason) == ("waiting", "ask")]

    @precondition(lambda self: self.asked())
    @rule(which=st.integers(0, 9), is_wanted=st.booleans())
    def the_question_is_answered(self, which=0, *, is_wanted=True):
        asked = self.asked()
        cycle = asked[which % len(asked)]
        with self.database.writing() as session:
            rows = select(Occurrence).where(Occurrence.target_id == self.target_id, Occurrence.fate == "waiting")
            found = {self.key_of(session, row.cycle_key): row.id for row in session.scalars(rows)}
            answer_catch_up(session, found[cycle.slot.key], is_wanted=is_wanted, by=ALICE, now=self.now())
        cycle.fate, cycle.reason = ("waiting", "came_back") if is_wanted else ("missed", "outage")
        self.reached.add(("answered", is_wanted))
        self.tick()

    @rule(
        what=st.sampled_from(["item", "plan", "goes on"]),
        days=st.one_of(st.none(), st.integers(1, 40)),
        is_caught_up=st.booleans(),
    )
    def something_rests_or_goes_on(self, what, days, *, is_caught_up):
        if what == "item":
            self.the_item_rests(days)
        elif what == "plan":
            self.the_plan_is_paused_or_goes_on()
        else:
            self.the_item_rests_no_more(is_caught_up=is_caught_up)

    def the_item_rests(self, days=None):
        until = None if days is None else self.today + timedelta(days=days)
        self.is_agreed(
            lambda item: item.rest(until, self.today), self.of_target(pause_target, Pause(reason="Lent", until=until))
        )

    def the_item_rests_no_more(self, *, is_caught_up=False):
        self.is_agreed(
            lambda item: item.rest_no_more(self.today, is_caught_up=is_caught_up),
            self.of_target(resume_target, is_caught_up=is_caught_up),
        )

    def an_estimate_is_wanted_now(self):
        """What a meter brings is no date to decide about."""
        with pytest.raises(Conflict), self.database.writing() as session:
            do_now(session, self.target_id, CycleNow(reason="They are here"), by=ALICE, now=self.now())
        self.reached.add(("refused", "estimate"))

    def of_target(self, action, *said, **more):
        return lambda session: action(session, self.target_id, *said, **more, by=ALICE, now=self.now())

    def is_agreed(self, wish, action, refusal=Conflict):
        """What the model refuses the engine refuses too, and changes nothing."""
        item = deepcopy(self.item)
        try:
            wish(item)
        except Refused:
            with pytest.raises(refusal), self.database.writing() as session:
                action(session)
            self.reached.add(("refused", refusal.__name__))
            return False
        with self.database.writing() as session:
            action(session)
        self.item = item
        return True

    def the_plan_is_paused_or_goes_on(self):
        with self.database.writing() as session:
            if self.is_paused:
                edits.resume_plan(session, self.plan_id, by=ALICE, now=self.now())
                self.item.go_on(self.today)
            else:
                edits.pause_plan(session, self.plan_id, Pause(reason="Move"), by=ALICE, now=self.now())
                self.item.pause(self.today)
        self.is_paused = not self.is_paused

    # What must hold

    @invariant()
    def the_ledger_is_the_models(self):
        with self.database.reading() as session:
            rows = session.scalars(select(Occurrence).where(Occurrence.target_id == self.target_id)).all()
            orders = select(Occurrence.cycle_key, WorkOrder.state == "in_progress").join(
                WorkOrder, Occurrence.id == WorkOrder.occurrence_id
            )
            is_open = WorkOrder.plan_id == self.plan_id, WorkOrder.is_open
            begun = {self.key_of(session, key): bool(on) for key, on in session.execute(orders.where(*is_open))}
            told = {self.key_of(session, row.cycle_key): row for row in rows}
        known = {order.slot.key: order.is_started for order in self.item.orders.values()}
        assert begun == known, (begun, known)
        fates = {}
        for first, row in told.items():
            cycle = self.item.cycles.get(first)
            assert cycle is not None, (first, row.fate, row.reason)
            assert (row.raw_due_on, row.due_on) == (cycle.slot.day, cycle.due), (first, row.due_on, cycle)
            steps = [first] if row.count == 1 else range(first, first + row.count)
            assert not fates.keys() & set(steps)  # no crossing has two fates
            fates |= dict.fromkeys(steps, (row.fate, row.reason))
        known = {key: (cycle.fate, cycle.reason) for key, cycle in self.item.cycles.items()}
        assert fates == known, (fates, known)
        self.reached.update((self.said.mode, *fate) for fate in fates.values())
        if any(row.trace[0]["step"] == "estimate" and row.fate == "generated" for row in rows):
            self.reached.add((self.said.mode, "by estimate"))
        if self.said.mode != "episodes" and self.item.book.has_rolled_over():
            self.reached.add((self.said.mode, "rolled over"))

    def teardown(self):
        self.tick()
        with self.database.writing() as session:
            edits.archive_plan(session, self.plan_id, by=ALICE, now=self.now())
        self.item.leave(self.today)
        self.the_ledger_is_the_models()
        with self.database.reading() as session:
            found = {finding.code for finding in examine(session, self.now())}
            assert found <= {"ahead"}  # other examples' clocks ran on
