"""What an edit of a plan, its pause, its end would change (S36, S38, S39), asked before it is done."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.security import Actor
from app.enrolment.rules import begin
from app.ledger.models import Occurrence
from app.ledger.rules.coming import dropped
from app.ledger.rules.facts import Facts
from app.ledger.rules.moving import fixed_slots, floating_slot, followed_anchor
from app.ledger.schemas import DroppedException
from app.plans.actions.plans import require_plan
from app.plans.models import MaintenancePlan, PlanTarget
from app.plans.queries.calendars import house_calendar, work_calendars
from app.plans.queries.plans import changed_fields, get_plan
from app.plans.queries.scope import is_member, members
from app.plans.queries.targets import get_target
from app.plans.rules.errors import RuleError
from app.plans.rules.policy import Schedule, anchor_of, spread_of
from app.plans.rules.schedule import Cycle
from app.plans.schemas import AnchorChoice, Pause, PlanEdit, dates_anew
from app.plans.schemas.schedule import refuse_impossible
from app.reports.queries.alike import Alike, alike
from app.reports.queries.telling import Futures, Told, names_of, tell
from app.reports.rules.outlook import coming, made_up_for, paused, settled
from app.reports.schemas import ChangePreview, MovedOrder, OrdersConcerned
from app.workorders.models import WorkOrder

ENTERING_GROUPS = 20


@dataclass(frozen=True, slots=True)
class _Edit:
    """`anchor` None: the dates stay as they are. `slots` counts the orders of a target that would move (S36)."""

    data: PlanEdit
    schedule: Schedule
    anchor: AnchorChoice | None
    orders: dict[int, list[Any]]
    stays: dict[int, date]

    def anchored(self, commissioned_on: date | None, on: date) -> tuple[date, bool]:
        return anchor_of(self.data.anchor_policy, self.data.start_on, commissioned_on, on)


def preview_edit(session: Session, plan_id: int, data: PlanEdit, *, by: Actor, now: datetime) -> ChangePreview:
    """Raises InvalidInput where the schedule cannot be."""
    plan = _plan(session, plan_id, by=by)
    require_plan(by, data.site_id)
    data = data.plain().model_copy(update={"code": data.code or plan.code})
    changed = changed_fields(session, plan, data)
    anchor = dates_anew(changed, data.anchor)
    is_nothing = not changed and anchor is None
    calendar, time_zone = house_calendar(session, plan.site_id)
    on = today(now, time_zone)
    refuse_impossible(data.schedule(), calendar, anchor_of(data.anchor_policy, data.start_on, None, on))
    scope = members(data, data.site_id)
    which = [PlanTarget.plan_id == plan_id]
    staying = alike(session, [*which, is_member(scope)], by=by, now=now, with_commissioning=anchor == "start")
    leaving = alike(session, [*which, ~is_member(scope)], by=by, now=now)
    orders = {} if is_nothing else _not_started(session, [group.state.id for group in staying.groups])
    moving = [row.occurrence_id for rows in orders.values() for row in rows]
    edit = _Edit(data, data.schedule(), anchor, orders, _last_that_stay(session, list(orders), moving))
    told = Told(session, on)
    looked = told.look_at(staying.groups, lambda group, last_on: _edited(edit, group, last_on))
    told.look_at(leaving.groups, lambda group, last_on: Futures(_as_it_is(group, last_on), []))
    entering = _enter(session, edit, plan_id, told, now=now)
    return told.view(
        staying.items + leaving.items,
        entering=entering,
        leaving=leaving.items,
        orders=_orders_concerned(session, plan_id, edit, looked),
        dropped_exceptions=_dropped(session, edit, looked),
    )


def preview_pause(session: Session, plan_id: int, data: Pause, *, by: Actor, now: datetime) -> ChangePreview:
    return _of_whole_plan(session, plan_id, lambda group, last: _resting(data, group, last), by=by, now=now)


def preview_item_pause(session: Session, target_id: int, data: Pause, *, by: Actor, now: datetime) -> ChangePreview:
    """The same of one item."""
    return _of_item(session, target_id, lambda group, last: _resting(data, group, last), by=by, now=now)


def _of_item(session: Session, target_id: int, futures: Any, *, by: Actor, now: datetime) -> ChangePreview:
    target = get_target(session, target_id, by=by)
    require_plan(by, get_plan(session, target.plan_id, by=by).site_id or target.site_id)
    view = tell(session, alike(session, [PlanTarget.id == target_id], by=by, now=now), futures, now=now)
    return view.model_copy(update={"orders": _count_open(session, WorkOrder.target_id == target_id)})


def _resting(data: Pause, group: Alike, last_on: date) -> Futures:
    if group.state.state == "paused":
        return Futures([], [])
    facts, _ = settled(group.facts, group.today)
    return Futures(_as_it_is(group, last_on), paused(facts, group.today, data.until, last_on))


def preview_resumption(session: Session, plan_id: int, *, by: Actor, now: datetime) -> ChangePreview:
    """What was due meanwhile is recorded as missed; dates go on. An item that rests by itself goes on resting (S38)."""

    def futures(group: Alike, last_on: date) -> Futures:
        return Futures([], []) if group.state.pause_reason is not None else _going_on(group, last_on)

    return _of_whole_plan(session, plan_id, futures, by=by, now=now)


def preview_item_resumption(session: Session, target_id: int, *, by: Actor, now: datetime) -> ChangePreview:
    """The same of one item; while its plan is paused, it goes on resting with it."""

    def futures(group: Alike, last_on: date) -> Futures:
        rests = group.state.pause_reason is None or group.state.plan_state == "paused"
        return Futures([], []) if rests else _going_on(group, last_on)

    return _of_item(session, target_id, futures, by=by, now=now)


def _going_on(group: Alike, last_on: date) -> Futures:
    facts, missed = settled(group.facts, group.today)
    return Futures([], coming(facts, group.today, last_on), missed, made_up_for(group.facts, group.today))


def preview_archiving(session: Session, plan_id: int, *, by: Actor, now: datetime) -> ChangePreview:
    return _of_whole_plan(session, plan_id, lambda group, last: Futures(_as_it_is(group, last), []), by=by, now=now)


def _plan(session: Session, plan_id: int, *, by: Actor) -> MaintenancePlan:
    plan = get_plan(session, plan_id, by=by)
    require_plan(by, plan.site_id)
    return plan


def _of_whole_plan(session: Session, plan_id: int, futures: Any, *, by: Actor, now: datetime) -> ChangePreview:
    _plan(session, plan_id, by=by)
    found = alike(session, [PlanTarget.plan_id == plan_id], by=by, now=now)
    view = tell(session, found, futures, now=now)
    return view.model_copy(update={"orders": _count_open(session, WorkOrder.plan_id == plan_id)})


def _as_it_is(group: Alike, last_on: date) -> list[Cycle]:
    """Without the change. What is paused until somebody resumes it has no dates."""
    if group.state.state == "paused":
        return []
    facts, _ = settled(group.facts, group.today)
    return coming(facts, group.today, last_on)


def _edited(edit: _Edit, group: Alike, last_on: date) -> Futures:
    if edit.anchor is None and edit.data.open_orders == "keep":
        return Futures([], [])
    facts, _ = settled(group.facts, group.today)
    if group.state.state == "paused":
        return Futures([], [])
    before = coming(facts, group.today, last_on)
    after = _under(edit, facts, group)
    moved = _slots(edit, after, group) if edit.data.open_orders != "keep" else []
    for key, cycle, settled_through in moved:
        orders = tuple(replace(o, due_on=cycle.due_on) if o.key == key else o for o in after.open_orders)
        after = replace(after, open_orders=orders, settled_through=settled_through or after.settled_through)
    return Futures(before, coming(after, group.today, last_on))


def _under(edit: _Edit, facts: Facts, group: Alike) -> Facts:
    """The target as the new version finds it (follow_version)."""
    facts = replace(facts, schedule=spread_of(edit.schedule, group.state.plan_id, group.state.item_id))
    if edit.anchor is None:
        return facts
    anchor = followed_anchor(edit.anchor, facts, edit.anchored(group.commissioned_on, group.today))
    start = begin(facts.schedule, facts.calendar, anchor, group.today, facts)
    return replace(
        facts,
        anchor_on=start.anchor_on,
        anchor_is_due=start.is_anchor_due,
        settled_through=start.settled_through,
        counted_after_on=start.counted_after_on,
        edited_through=facts.settled_through,
    )


def _slots(edit: _Edit, facts: Facts, group: Alike) -> list[tuple[str, Cycle, date | None]]:
    """For each order that nobody has started: its key now, the slot that it takes, and what is settled with it."""
    rows = edit.orders.get(group.state.id, [])
    if facts.schedule.mode == "floating":
        found = [(row.cycle_key, floating_slot(facts, row.cycle_key, group.today)) for row in rows]
        return [(key, cycle, None) for key, cycle in found if cycle is not None]
    slots = islice(fixed_slots(facts, edit.stays.get(group.state.id), group.today), len(rows))
    return [
        (row.cycle_key, days[-1].survivor, days[-1].cycles[-1].raw_due_on)
        for row, days in zip(rows, slots, strict=False)
        if days[-1].survivor is not None
    ]


def _enter(session: Session, edit: _Edit, plan_id: int, told: Told, *, now: datetime) -> int:
    """Items that would come in, with their first dates; how many."""
    found = members(edit.data, edit.data.site_id)
    own = select(PlanTarget.id).where(PlanTarget.plan_id == plan_id, PlanTarget.state != "ended")
    counts_from = [found.c.commissioned_on] if edit.data.anchor_policy == "commissioning" else []
    keys = (found.c.calendar_id, found.c.time_zone, *counts_from)
    rows = session.execute(
        select(*keys, func.count().label("targets"))
        .where(
            ~own.where(PlanTarget.equipment_id == found.c.equipment_id).exists(),
            ~own.where(PlanTarget.location_id == found.c.location_id).exists(),
        )
        .group_by(*keys)
        .order_by(func.count().desc())
    ).all()
    calendars = work_calendars(session, {row.calendar_id for row in rows})
    for row in rows[:ENTERING_GROUPS]:
        on = today(now, row.time_zone)
        commissioned_on = row.commissioned_on if counts_from else None
        first = _first_dates(edit, calendars[row.calendar_id], commissioned_on, on, told.last_on)
        told.enter(row.targets, first)
    return sum(row.targets for row in rows)


def _first_dates(edit: _Edit, calendar: Any, commissioned_on: date | None, on: date, last_on: date) -> list[Cycle]:
    try:
        start = begin(edit.schedule, calendar, edit.anchored(commissioned_on, on), on)
        facts = Facts(edit.schedule, calendar, start.anchor_on, start.is_anchor_due, start.settled_through)
        return coming(replace(facts, counted_after_on=start.counted_after_on), on, last_on)
    except RuleError:
        return []


def _not_started(session: Session, target_ids: Sequence[int]) -> dict[int, list[Any]]:
    """By target, its orders that an edit may move, in the order of their cycles."""
    rows = session.execute(
        select(
            WorkOrder.target_id,
            WorkOrder.occurrence_id,
            WorkOrder.due_on,
            Occurrence.cycle_key,
            Occurrence.raw_due_on,
        )
        .join(Occurrence, Occurrence.id == WorkOrder.occurrence_id)
        .where(
            WorkOrder.target_id.in_(target_ids),
            WorkOrder.state.in_(("planned", "ready")),
            WorkOrder.started_at.is_(None),
        )
        .order_by(Occurrence.raw_due_on, Occurrence.id)
    )
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.target_id].append(row)
    return dict(found)


def _last_that_stay(session: Session, target_ids: Sequence[int], moving: Sequence[int]) -> dict[int, date]:
    """By target, the raw date of its last cycle but for these rows."""
    rows = session.execute(
        select(Occurrence.target_id, func.max(Occurrence.last_raw_due_on))
        .where(Occurrence.target_id.in_(target_ids), Occurrence.id.not_in(moving))
        .group_by(Occurrence.target_id)
    )
    return {row[0]: row[1] for row in rows}


def _count_open(session: Session, which: ColumnElement[bool]) -> OrdersConcerned:
    is_started = WorkOrder.started_at.is_not(None)
    rows = session.execute(select(is_started, func.count()).where(which, WorkOrder.is_open).group_by(is_started))
    counts = {bool(row[0]): row[1] for row in rows}
    return OrdersConcerned(not_started=counts.get(False, 0), started=counts.get(True, 0))


def _dropped(session: Session, edit: _Edit, looked: Sequence[Alike]) -> list[DroppedException]:
    """What people decided about dates that the new version no longer has (S36)."""
    concerned = [group for group in looked if group.facts.exceptions] if edit.anchor else []
    names = names_of(session, [group.state.id for group in concerned])
    found = []
    for group in concerned:
        facts, _ = settled(group.facts, group.today)
        found += [
            DroppedException(
                target_id=group.state.id,
                item=names[group.state.id]["name"],
                due_on=gone.raw_due_on,
                kind="move" if gone.moved_on else "skip",
                moved_on=gone.moved_on,
                reason=gone.reason,
            )
            for gone in dropped(_under(edit, facts, group))
        ]
    return found


def _orders_concerned(session: Session, plan_id: int, edit: _Edit, looked: Sequence[Alike]) -> OrdersConcerned:
    moves: Counter[tuple[date, date]] = Counter()
    for group in looked:
        if group.state.state != "active" or not edit.orders.get(group.state.id):
            continue
        facts, _ = settled(group.facts, group.today)
        due = {row.cycle_key: row.due_on for row in edit.orders[group.state.id]}
        try:
            slots = _slots(edit, _under(edit, facts, group), group)
        except RuleError:
            slots = []
        moves.update({(due[key], cycle.due_on): group.items for key, cycle, _ in slots if due[key] != cycle.due_on})
    shown = [MovedOrder(was=was, becomes=becomes, orders=n) for (was, becomes), n in sorted(moves.items())]
    return _count_open(session, WorkOrder.plan_id == plan_id).model_copy(update={"moves": shown})
