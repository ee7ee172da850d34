"""A target's dates go on anew: its item comes back, its plan changes, or a person says when the work was last done."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor
from app.enrolment.queries.counters import counters_anew, is_watched_anew
from app.enrolment.rules import Beginning, begin
from app.equipment.models import Equipment
from app.journal.actions import record_change
from app.ledger.actions.corrections import keep_watches
from app.ledger.queries.facts import Schedules, calendars_of, facts_of, target_states
from app.ledger.queries.gauges import gauges_of
from app.ledger.rules.facts import Facts
from app.ledger.rules.moving import followed_anchor
from app.ledger.rules.watching import Watch
from app.plans.models import MaintenancePlan, PlanTarget
from app.plans.rules.policy import Schedule, anchor_of
from app.plans.schemas import AnchorChoice, TargetEdit, dates_anew

BATCH = 500


def returns(session: Session, target_ids: Sequence[int], *, is_entry: bool, now: datetime) -> list[dict[str, Any]]:
    """How the dates of targets that come back go on, as rows for a bulk update: enrolled anew from today (S14b)."""
    rows = []
    for state, facts in _facts(session, target_ids):
        on = today(now, state.time_zone)
        anchor = (on, False) if is_entry else (facts.anchor_on, facts.anchor_is_due)
        rows.append(_row(state.id, begin(facts.schedule, facts.calendar, anchor, on, facts), now) | {"enrolled_on": on})
    return rows


def follow_version(
    session: Session, plan: MaintenancePlan, changed: Collection[str], anchor: AnchorChoice | None, *, now: datetime
) -> None:
    """S36, S37: a new version that changes dates, or where they count from, is followed from today on."""
    choice = dates_anew(changed, anchor)
    if choice is not None:
        _redate(session, plan, choice, now=now)


def _redate(session: Session, plan: MaintenancePlan, choice: AnchorChoice, *, now: datetime) -> None:
    """The last slot of the version before is remembered (S14b)."""
    ids = iter(session.scalars(select(PlanTarget.id).where(PlanTarget.plan_id == plan.id)).all())
    while batch := list(islice(ids, BATCH)):
        commissioned = _commissioned(session, batch) if choice == "start" else {}
        rows = []
        counted = list(_facts(session, batch))
        counters = counters_anew(session, plan, counted)
        _watch_from_now(session, plan, [state.id for state, _ in counted], now=now)
        for state, facts in counted:
            on = today(now, state.time_zone)
            version = plan.current
            anew = anchor_of(version.anchor_policy, version.anchor_on, commissioned.get(state.id), on)
            anchor = followed_anchor(choice, facts, anew)
            start = begin(facts.schedule, facts.calendar, anchor, on, facts)
            row = _row(state.id, start, now) | {"edited_through": facts.settled_through}
            row["counter"] = counters.get(state.id, state.counter)
            if state.state == "paused":  # what was due during the pause still gets its rows when it ends (S38)
                row |= {"settled_through": facts.settled_through, "next_due_on": None}
            rows.append(row)
        session.execute(update(PlanTarget), rows)
        session.execute(
            update(PlanTarget)
            .where(PlanTarget.id.in_(batch), PlanTarget.state.in_(("active", "error")))
            .values(wake_at=now)
        )


def _watch_from_now(session: Session, plan: MaintenancePlan, target_ids: Sequence[int], *, now: datetime) -> None:
    """A condition that the version before did not watch for looks at nothing that was read before (S29, S36)."""
    if is_watched_anew(session, plan):
        schedule = Schedule.from_dict(plan.current.schedule)
        gauges = gauges_of(session, dict.fromkeys(target_ids, schedule))
        keep_watches(session, {key: (gauge.meter_id, Watch(through_at=now)) for key, gauge in gauges.items()})


def _commissioned(session: Session, target_ids: Sequence[int]) -> dict[int, date | None]:
    rows = session.execute(
        select(PlanTarget.id, Equipment.commissioned_on)
        .join(Equipment, Equipment.id == PlanTarget.equipment_id)
        .where(PlanTarget.id.in_(target_ids))
    )
    return {row[0]: row[1] for row in rows}


def _facts(session: Session, target_ids: Sequence[int]) -> Iterator[tuple[Row[Any], Facts]]:
    schedules, calendars = Schedules(), calendars_of(session, target_ids)
    for state in target_states(session, target_ids):
        schedule = schedules.of_versions(session, [state.version_id])[state.version_id]
        yield state, facts_of(state, schedule, calendars[state.id][1])


def _row(target_id: int, start: Beginning, now: datetime) -> dict[str, Any]:
    return {
        "id": target_id,
        "anchor_on": start.anchor_on,
        "is_anchor_due": start.is_anchor_due,
        "settled_through": start.settled_through,
        "counted_after_on": start.counted_after_on,
        "next_due_on": start.next_due_on,
        "updated_at": now,
    }


def redate_target(session: Session, target: PlanTarget, data: TargetEdit, *, by: Actor, now: datetime) -> None:
    """S22, S37: what a person says about one item; whoever calls has locked and settled it.

    The work last done counts for a floating plan as if it had been recorded: its next date is one interval later,
    even where that day is past.
    """
    state, facts = next(_facts(session, [target.id]))
    on = today(now, state.time_zone)
    if data.last_done_on and data.last_done_on > on:
        raise InvalidInput.at("last_done_on", "in_the_future", N_("This day has not come yet."))
    if data.anchor == "date" and data.anchor_on is None:
        raise InvalidInput.at("anchor_on", "required", N_("This is needed."))
    if target.state == "ended":
        raise Conflict("target_ended", N_("The plan no longer covers this item."))
    before = {name: getattr(target, name) for name in ("last_done_on", "anchor_on")}
    target.last_done_on = last_done_on = data.last_done_on or target.last_done_on
    is_floating = facts.schedule.mode == "floating"
    if data.anchor == "date" and data.anchor_on:
        _begin_anew(target, facts, (data.anchor_on, True), on)
    elif last_done_on and (data.anchor == "last_done" or (is_floating and data.last_done_on)):
        _begin_anew(target, facts, (last_done_on, False), on)
        if is_floating:
            target.counted_after_on = None
    target.wake_at = now if target.state in ("active", "error") or target.paused_until else None
    target.updated_at = now
    changes = {
        name: [value and value.isoformat(), getattr(target, name) and getattr(target, name).isoformat()]
        for name, value in before.items()
        if value != getattr(target, name)
    }
    session.flush()
    record_change(session, "changed", "plan_target", target.id, changes, by=by, now=now, site_id=target.site_id)


def _begin_anew(target: PlanTarget, facts: Facts, anchor: tuple[date, bool], on: date) -> None:
    """As if the item had entered today: slots of its own rule before this day are no cycles (S14b)."""
    start = begin(facts.schedule, facts.calendar, anchor, on, facts)
    target.enrolled_on, target.edited_through = on, target.settled_through
    target.anchor_on, target.is_anchor_due = anchor
    target.settled_through = start.settled_through
    target.counted_after_on, target.next_due_on = start.counted_after_on, start.next_due_on
