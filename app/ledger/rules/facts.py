"""What a decision about one target is made from, and what it says (S13 to S23). Rows are named by their cycle key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from app.ledger.rules.exceptions import Exceptions
from app.ledger.rules.watching import Seen, Watch
from app.meters.rules.use import Use
from app.meters.rules.values import Scale
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.policy import Schedule
from app.plans.rules.schedule import Cycle

Fate = Literal["generated", "waiting", "suppressed", "merged", "skipped", "missed", "cancelled"]
Reason = Literal[
    "open_order",  # waiting, suppressed: an earlier order is, or was, open
    "ask",  # waiting: for the answer to a catch-up question
    "came_back",  # waiting: the order that suppressed it ended otherwise than done
    "in_time",  # waiting: the work that suppressed it turned out to be done before its date was over
    "late",  # suppressed: too close to work done late (S10)
    "edit",  # suppressed: too close to the last slot of the version before (S14b)
    "same_day",  # merged (S31)
    "family",  # merged: into a cycle of a plan of higher rank (S24)
    "calendar",
    "season",
    "item_status",  # skipped: the piece was in stock or out of order on that day (S41)
    "outage",
    "error",
    "paused",
    "replaced",
    "not_done",
    "jump",
    "passed",  # missed: a counter passed several steps at once (S26)
    "person",
]


@dataclass(frozen=True, slots=True)
class OpenOrder:
    key: str
    raw_due_on: date
    due_on: date
    is_started: bool = False
    made_on: date | None = None
    window_first_on: date | None = None  # asked for where work is logged (S9)
    scheduled_on: date | None = None  # the day to which a person moved it

    @property
    def comes_on(self) -> date:
        return self.scheduled_on or self.due_on


@dataclass(frozen=True, slots=True)
class Waiting:
    """A recorded cycle that waits."""

    key: str
    raw_due_on: date
    due_on: date
    interval: int  # days
    reason: Reason = "open_order"


@dataclass(frozen=True, slots=True)
class Gauged:
    """What the meter of a target shows. Totals are a counter's lifetime totals, scaled (S28); None: not known."""

    meter_id: int
    scale: Scale
    last_on: date | None = None  # the site's day of the newest reading
    total: int | None = None  # then
    base: int | None = None  # on the day that the target counts from: enrolled, or the work last done
    after: int | None = None  # on the day on which it was decided that a cycle is not done (S12)
    rested_until: datetime | None = None  # what was read before is of a pause that is over (S38)
    rested_total: int | None = None  # then
    use: Use | None = None
    taken: frozenset[int] = frozenset()  # steps beyond the counter that have a row: a correction set it back (S28)
    used: frozenset[int] = frozenset()  # numbers of steps of another size, which a version before counted
    watch: Watch = Watch()  # noqa: RUF009 - frozen: how far a condition has looked (S29)
    seen: tuple[Seen, ...] = ()  # what it has not looked at yet
    has_more: bool = False  # more than one decision may look at


@dataclass(frozen=True, slots=True)
class Higher:
    """A cycle of higher rank on the same item: its order is made and not started or, where not open, done.

    `due_on` is the day for which it stands in the diary: a person's, where one was chosen (S30).
    """

    target_id: int
    rank: int
    key: str
    due_on: date
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Together:
    """S24: the family around one target, while its plans are decided from the highest rank down."""

    tolerance: int  # days
    higher: tuple[Higher, ...] = ()
    is_held: bool = False  # floating: the order that took in its last cycle is still open
    called_to: date | None = None  # the next cycle, of this day, is made now: lower ones are to be merged into it

    def calls(self, due_on: date) -> bool:
        return self.called_to is not None and due_on <= self.called_to

    def near(self, due_on: date, *, only_open: bool) -> Higher | None:
        """The highest first, then the one to be done rather than the done, then the nearest."""
        return min(
            (
                each
                for each in self.higher
                if abs((each.due_on - due_on).days) <= self.tolerance and (each.is_open or not only_open)
            ),
            key=lambda each: (-each.rank, not each.is_open, abs((each.due_on - due_on).days)),
            default=None,
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """One target: its version's schedule, its own state, and nothing of any other target (S18).

    `anchor_on` is where a floating target counts from: the day done, or the day of a cycle that was not done;
    then `counted_after_on` is the day on which that was decided (S12).
    """

    schedule: Schedule
    calendar: WorkCalendar | None
    anchor_on: date
    anchor_is_due: bool = True
    settled_through: date | None = None
    counter: int = 0
    edited_through: date | None = None  # what a new version found in settled_through (S14b)
    counted_after_on: date | None = None
    last_done_on: date | None = None
    last_done_due_on: date | None = None
    open_orders: tuple[OpenOrder, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    gap_reason: Reason = "outage"  # why cycles may have come without a row
    paused_until: date | None = None  # the end of the pause that is being settled (S38); None: today
    exceptions: Exceptions = ()  # what people decided about cycles ahead (S35)
    together: Together | None = None  # what the rest of its family has decided (S24)
    idle_since: date | None = None  # the day from which the piece rests, where the plan leaves such days out (S41)
    meter: Gauged | None = None  # None: the plan asks for none, or the item has none of that name

    def opens_on(self, cycle: Cycle) -> date:
        """When its fate is decided: on its lead date or, while the piece rests, when its day is over (S41).

        At once where a higher cycle takes it in, or lower ones call for it (S24).
        """
        if self.rests_on(cycle.due_on):
            return cycle.due_on + timedelta(days=1)
        is_called = self.together is not None and self.together.calls(cycle.comes_on)
        is_taken = self.taken_in(cycle.comes_on, is_wanted=cycle.scheduled_on is not None)
        return date.min if is_called or is_taken else cycle.generate_on

    def taken_in(self, due_on: date, *, is_wanted: bool = False) -> Verdict | None:
        """S24: merged into a higher cycle near that day.

        A floating clock, what holds now, and what a person put on that day, go by an order that is still to be done.
        """
        if self.together is None:
            return None
        trigger = self.schedule.trigger
        is_now = is_wanted or (trigger is not None and trigger.kind == "condition")
        found = self.together.near(due_on, only_open=is_now or self.schedule.mode == "floating")
        return Verdict("merged", "family", found.key, found.target_id) if found else None

    @property
    def is_held(self) -> bool:
        return self.together is not None and self.together.is_held

    def rests_on(self, due_on: date) -> bool:
        return self.idle_since is not None and self.idle_since <= due_on


@dataclass(frozen=True, slots=True)
class Verdict:
    fate: Fate
    reason: Reason | None = None
    named: str | None = None  # the cycle whose order is the reason
    of: int | None = None  # the target of that cycle, where it is another one (S24)


@dataclass(frozen=True, slots=True)
class NewRow:
    """`count`: as many steps of a counter, from this cycle's on, that were passed at once."""

    cycle: Cycle
    verdict: Verdict
    count: int = 1


@dataclass(frozen=True, slots=True)
class Change:
    key: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Decision:
    """Orders are made for all that is `generated` here, new or changed.

    `wake_on` is the next day on which a decision can differ; `is_cut` asks for another one at once.
    """

    settled_through: date | None
    counter: int
    anchor_on: date
    counted_after_on: date | None
    next_due_on: date | None
    wake_on: date | None
    rows: tuple[NewRow, ...] = ()
    changes: tuple[Change, ...] = ()
    replaced: tuple[tuple[str, str], ...] = ()  # order to close as missed, and the cycle that replaces it
    reminded: tuple[str, ...] = ()  # orders whose priority rises
    is_cut: bool = False
    watch: Watch | None = None  # how far a condition has looked now
