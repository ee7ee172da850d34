"""S44: how a date came about, and what became of it or why nothing did, as a trace and in the reader's words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.i18n import N_, gettext, ngettext
from app.core.i18n.formats import moment
from app.core.security import Actor
from app.journal.models import AuditEntry
from app.ledger.models import Occurrence
from app.ledger.queries.facts import facts_of_target
from app.ledger.queries.metered import is_without_order, why_nothing
from app.ledger.queries.occurrences import get_occurrence_view
from app.ledger.queries.uncovered import why_left, why_not_covered
from app.ledger.rules.coming import coming_cycles
from app.ledger.rules.facts import Facts
from app.ledger.rules.generation import PEEKED
from app.ledger.schemas import Explanation, OccurrenceView
from app.plans.models import MaintenancePlan
from app.plans.queries.plans import get_plan
from app.plans.queries.targets import find_target_of, get_target
from app.plans.queries.wording import sentences_of, with_weekday
from app.plans.rules.errors import RuleError
from app.plans.schemas import TargetView

# (fate, reason) -> what is said; %(order)s is the order that is the reason.
SAID = {
    ("generated", None): N_("Its order was made on %(when)s, from version %(version)d of the plan."),
    ("waiting", "open_order"): N_("It waits: %(order)s is still open."),
    ("waiting", "ask"): N_("It waits for somebody to say whether it is to be caught up with."),
    ("waiting", "came_back"): N_("It waits for the next run: the order that had absorbed it was not done."),
    ("waiting", "in_time"): N_("It waits for the next run: the work before it turned out to be done in time."),
    ("suppressed", "open_order"): N_("No order was made: %(order)s was still open when its date was over."),
    ("suppressed", "late"): N_("No order was made: the work had been done too short a time before."),
    ("suppressed", "edit"): N_("No order was made: it lay too close to the last date of the version before."),
    ("merged", "same_day"): N_("It falls on the same day as another date of this plan: one order does for both."),
    ("merged", "family"): N_("It was merged into %(order)s (%(plan)s)."),
    ("skipped", "calendar"): N_("No order was made: the plan leaves out days that are not worked."),
    ("skipped", "season"): N_("No order was made: it lies out of season."),
    ("skipped", "item_status"): N_("No order was made: the piece was in stock or out of order on that day."),
    ("skipped", "person"): N_("Somebody skipped it."),
    ("missed", "outage"): N_("It was missed: no scheduler was running."),
    ("missed", "error"): N_("It was missed: the plan was in error."),
    ("missed", "paused"): N_("It was missed: it fell into a pause."),
    ("missed", "replaced"): N_("Its order was closed without being done: a later one took its place."),
    ("missed", "not_done"): N_("Its order ended without the work being done."),
    ("missed", "jump"): N_("It was missed: the clock had jumped."),
    ("missed", "passed"): N_(
        "No order of its own was made: the meter had passed it when it was read, and a later one."
    ),
    ("cancelled", "left"): N_("It was cancelled: the plan no longer covered the item."),
    ("cancelled", "replaced"): N_("Its order was cancelled: another piece took the place of this one."),
    ("cancelled", "person"): N_("Its order was cancelled."),
}
FATES = {
    "generated": SAID["generated", None],
    "waiting": N_("It waits."),
    "suppressed": N_("It was absorbed."),
    "merged": N_("It was merged into another one."),
    "skipped": N_("It was skipped."),
    "missed": N_("It was missed."),
    "cancelled": N_("It was cancelled."),
}


def explain_occurrence(session: Session, occurrence_id: int, orders: Mapping[str, str], *, by: Actor) -> Explanation:
    """`orders` names this target's orders by the key of their cycle: they live above this room."""
    row = get_occurrence_view(session, occurrence_id, by=by)
    trace = session.scalar(select(Occurrence.trace).where(Occurrence.id == occurrence_id)) or []
    return Explanation(
        cycle_key=row.cycle_key,
        due_on=row.due_on,
        fate=row.fate,
        trace=trace,
        scheduled_on=row.scheduled_on,
        sentences=[*sentences_of(trace), *fate_sentences(row, orders, trace)],
    )


def fate_sentences(row: OccurrenceView, orders: Mapping[str, str], trace: Sequence[Any] = ()) -> list[str]:
    """Who skipped it stands in the trace already, where it was done before it had an order."""
    if (row.fate, row.reason) == ("skipped", "person") and any(step["step"] == "exception" for step in trace):
        return []
    text = gettext(SAID.get((row.fate, row.reason)) or FATES[row.fate])
    other = orders.get(_named(row)) or gettext("an earlier order")
    said = [
        text
        % {
            "order": other,
            "plan": row.because_plan_title or "",
            "when": moment(row.decided_at, year=True),
            "version": row.number,
        }
    ]
    if row.count > 1:
        text = ngettext(
            "This row stands for %(n)d date, from %(first)s to %(last)s.",
            "This row stands for %(n)d dates, from %(first)s to %(last)s.",
            row.count,
        )
        said.append(text % {"n": row.count, "first": with_weekday(row.due_on), "last": with_weekday(row.last_due_on)})
    return said


def _named(row: OccurrenceView) -> str:
    """The cycle that is the reason; one of another plan is named with its target (S24)."""
    key = row.because_key or ""
    return key if row.because_target_id is None else f"{row.because_target_id}/{key}"


def explain_target(
    session: Session,
    plan_id: int,
    *,
    equipment_id: int | None,
    location_id: int | None,
    by: Actor,
    open_order: str | None = None,
) -> Explanation:
    """The next date of an item and how it comes about, or why there is none.

    `open_order` is the number of the target's last open order: orders live above this room.
    """
    plan = get_plan(session, plan_id, by=by)
    target_id = find_target_of(session, plan_id, equipment_id=equipment_id, location_id=location_id)
    if target_id is None:
        said = why_not_covered(session, plan, equipment_id=equipment_id, location_id=location_id, by=by)
        return Explanation(cycle_key=None, due_on=None, fate=None, trace=[], sentences=said)
    target = get_target(session, target_id, by=by)
    obstacle = _obstacle(session, plan, target, open_order)
    if obstacle is not None:
        return Explanation(cycle_key=None, due_on=None, fate=None, trace=[], sentences=[obstacle])
    try:
        return _explain_next(facts_of_target(session, target_id), target.next_due_on, open_order)
    except RuleError as error:  # the next tick stops the item for it (S15)
        said = [_not_followed(gettext(error.message) % error.params)]
        return Explanation(cycle_key=None, due_on=None, fate=None, trace=[], sentences=said)


def _not_followed(error: str) -> str:
    return gettext("The rule could not be followed: %(error)s") % {"error": error}


def _explain_next(facts: Facts, next_due_on: date | None, open_order: str | None) -> Explanation:
    trace: list[Any] = []  # of dates that people skip on the way to the next one, and its own
    left_out: Counter[str] = Counter()
    for cycle in islice(coming_cycles(facts, next_due_on), PEEKED):
        left_out[cycle.outcome] += 1
        if cycle.outcome == "skipped_person":
            trace += [step for step in cycle.trace if step["step"] == "exception"]
        elif cycle.outcome == "due":
            trace += cycle.trace
            return Explanation(
                cycle_key=cycle.key,
                due_on=cycle.due_on,
                scheduled_on=cycle.scheduled_on,
                fate=None,
                trace=trace,
                sentences=[
                    *_left_out(left_out),
                    *sentences_of(trace),
                    *_at_rest(facts, cycle.due_on),
                    *_blocked(facts, open_order),
                ],
            )
    why = [*_left_out(left_out), *why_nothing(facts)]
    return Explanation(cycle_key=None, due_on=None, fate=None, trace=trace, sentences=[*sentences_of(trace), *why])


def _left_out(outcomes: Counter[str]) -> list[str]:
    """Dates before the next one that season or calendar leave out."""
    said = []
    if count := outcomes["skipped_season"]:
        text = ngettext("Before it, %(n)d date lies out of season.", "Before it, %(n)d dates lie out of season.", count)
        said.append(text % {"n": count})
    if count := outcomes["skipped_calendar"]:
        text = ngettext(
            "Before it, %(n)d date falls on a day that is not worked, and is left out.",
            "Before it, %(n)d dates fall on days that are not worked, and are left out.",
            count,
        )
        said.append(text % {"n": count})
    return said


def _blocked(facts: Facts, open_order: str | None) -> list[str]:
    """S20: what an order that is still open then would do to it."""
    if open_order is None or facts.schedule.overlap not in ("suppress", "remind"):
        return []
    text = gettext("If %(order)s is still open then, the date waits for it, and is absorbed once its day is over.")
    return [text % {"order": open_order}]


def _at_rest(facts: Facts, due_on: date) -> list[str]:
    """S41: judged by that day, when it is over."""
    if not facts.rests_on(due_on):
        return []
    return [gettext("The piece is in stock or out of order: the date is left out unless it is in service by then.")]


def _obstacle(session: Session, plan: MaintenancePlan, target: TargetView, open_order: str | None) -> str | None:
    """Why nothing is to come."""
    if plan.archived_at is not None:
        return gettext("The plan is archived.")
    if target.state == "ended":
        return why_left(target.reason)
    if plan.state == "paused" or target.pause_reason is not None:
        return _pause(session, plan) if plan.state == "paused" else _own_pause(target)
    if target.state == "error":
        return _not_followed(target.reason or "")
    is_open = target.mode == "floating" and target.counter and target.next_due_on is None
    is_told = target.meter is not None and is_without_order(session, target.id, target.last_done_on)
    if is_open and not is_told:
        text = gettext("It waits for %(order)s to be done: the next date counts from that day.")
        return text % {"order": open_order or gettext("the open order")}
    return None


def _own_pause(target: TargetView) -> str:
    said = {"who": target.paused_by or "", "reason": target.pause_reason or ""}
    if target.paused_until is None:
        return gettext("Paused for this item by %(who)s: %(reason)s") % said
    until = with_weekday(target.paused_until)
    return gettext("Paused for this item by %(who)s until %(day)s: %(reason)s") % {**said, "day": until}


def _pause(session: Session, plan: MaintenancePlan) -> str:
    entries = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.entity == "maintenance_plan", AuditEntry.entity_id == plan.id)
        .order_by(AuditEntry.id.desc())
        .limit(50)
    )
    who = next((entry.user_name for entry in entries if entry.changes.get("state", ["", ""])[1] == "paused"), "")
    said = {"who": who, "reason": plan.reason or ""}
    if plan.paused_until is None:
        return gettext("The plan was paused by %(who)s: %(reason)s") % said
    until = with_weekday(plan.paused_until)
    return gettext("The plan was paused by %(who)s until %(day)s: %(reason)s") % {**said, "day": until}
