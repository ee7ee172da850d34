"""What the ledger holds, as the rules of generation know it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row as ResultRow
from sqlalchemy import func, select, true
from sqlalchemy.orm import Session, aliased

from app.core.db.bulk import listed, one_of
from app.core.errors import NotFound
from app.core.i18n import N_
from app.ledger.models import Occurrence, PlanException
from app.ledger.queries.gauges import gauges_of
from app.ledger.rules.exceptions import CycleException, Exceptions
from app.ledger.rules.facts import Facts, Gauged, OpenOrder, Reason, Waiting
from app.ledger.rules.rows import Row
from app.places.models import Site
from app.plans.models import MaintenancePlan, PlanTarget, PlanVersion
from app.plans.queries.calendars import calendar_ids, work_calendars
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.policy import spread_of
from app.plans.rules.schedule import Schedule

STATE_COLUMNS = (
    PlanTarget.id,
    PlanTarget.state,
    PlanTarget.failure_count,
    PlanTarget.anchor_on,
    PlanTarget.is_anchor_due,
    PlanTarget.counted_after_on,
    PlanTarget.last_done_on,
    PlanTarget.last_done_due_on,
    PlanTarget.counter,
    PlanTarget.settled_through,
    PlanTarget.edited_through,
    PlanTarget.idle_since,
    PlanTarget.paused_until,
    PlanVersion.id.label("version_id"),
    MaintenancePlan.state.label("plan_state"),
    MaintenancePlan.archived_at,
    Site.time_zone,
    PlanTarget.pause_reason,
    PlanTarget.plan_id,
    func.coalesce(PlanTarget.equipment_id, PlanTarget.location_id).label("item_id"),
    PlanTarget.location_id,
    PlanTarget.family_id,
    PlanVersion.rank,
)
DECIDING = slice(3, 14)  # of these columns, the ones that a decision follows from


def target_states(session: Session, target_ids: Collection[int]) -> Sequence[ResultRow[Any]]:
    """Targets with the version in force and their site's zone, by id."""
    return session.execute(_states().where(one_of(PlanTarget.id, target_ids)).order_by(PlanTarget.id)).all()


def _states() -> Any:
    return (
        select(*STATE_COLUMNS)
        .join(MaintenancePlan, MaintenancePlan.id == PlanTarget.plan_id)
        .join(
            PlanVersion,
            (PlanVersion.plan_id == MaintenancePlan.id) & (PlanVersion.number == MaintenancePlan.current_number),
        )
        .join(Site, Site.id == PlanTarget.site_id)
    )


class Schedules:
    """The schedules and calendars that a tick has met so far."""

    def __init__(self) -> None:
        self._by_version: dict[int, Schedule] = {}

    def of_versions(self, session: Session, version_ids: Iterable[int]) -> dict[int, Schedule]:
        unknown = set(version_ids) - self._by_version.keys()
        if unknown:
            rows = session.execute(select(PlanVersion.id, PlanVersion.schedule).where(PlanVersion.id.in_(unknown)))
            self._by_version |= {row.id: Schedule.from_dict(row.schedule) for row in rows}
        return self._by_version


def calendars_of(session: Session, target_ids: Collection[int]) -> dict[int, tuple[int, WorkCalendar]]:
    """By target: its calendar, and that calendar's id."""
    ids = calendar_ids(session, target_ids)
    calendars = work_calendars(session, ids.values())
    return {target_id: (calendar_id, calendars[calendar_id]) for target_id, calendar_id in ids.items()}


def waiting_cycles(session: Session, target_ids: Collection[int]) -> dict[int, tuple[Waiting, ...]]:
    rows = session.execute(
        select(
            Occurrence.target_id,
            Occurrence.cycle_key,
            Occurrence.raw_due_on,
            func.coalesce(Occurrence.scheduled_on, Occurrence.due_on),
            Occurrence.interval_days,
            Occurrence.reason,
        )
        .where(Occurrence.fate == "waiting", one_of(Occurrence.target_id, target_ids))
        .order_by(Occurrence.raw_due_on, Occurrence.id)
    )
    found: defaultdict[int, tuple[Waiting, ...]] = defaultdict(tuple)
    for row in rows:
        found[row.target_id] += (Waiting(*row[1:]),)  # type: ignore[arg-type]
    return found


def exceptions_of(session: Session, target_ids: Collection[int]) -> dict[int, Exceptions]:
    """What people decided about cycles, those that have come among them: they concern no cycle ahead."""
    columns = PlanException.cycle_key, PlanException.raw_due_on, PlanException.moved_on
    told = PlanException.user_name, PlanException.reason
    rows = session.execute(
        select(PlanException.target_id, *columns, *told).where(one_of(PlanException.target_id, target_ids))
    )
    found: defaultdict[int, Exceptions] = defaultdict(tuple)
    for row in rows:
        found[row.target_id] += (CycleException(*row[1:]),)
    return found


_GAPS: dict[str, Reason] = {"error": "error", "paused": "paused"}


def schedule_of(state: ResultRow[Any], schedule: Schedule) -> Schedule:
    """Of a floating target the first date alone is spread (S40): later ones count from the day the work was done."""
    is_spread = schedule.mode == "fixed" or (state.counter == 0 and state.last_done_on is None)
    return spread_of(schedule, state.plan_id, state.item_id) if is_spread else schedule


def facts_of(
    state: ResultRow[Any],
    schedule: Schedule,
    calendar: WorkCalendar,
    open_orders: tuple[OpenOrder, ...] = (),
    waiting: tuple[Waiting, ...] = (),
    meter: Gauged | None = None,
    exceptions: Exceptions = (),
) -> Facts:
    """A target that is still paused is being resumed: what was due meanwhile is missed, and not caught up (S38)."""
    return Facts(
        schedule=schedule_of(state, schedule),
        calendar=calendar,
        anchor_on=state.anchor_on,
        anchor_is_due=state.is_anchor_due,
        settled_through=state.settled_through,
        counter=state.counter,
        edited_through=state.edited_through,
        counted_after_on=state.counted_after_on,
        last_done_on=state.last_done_on,
        last_done_due_on=state.last_done_due_on,
        open_orders=open_orders,
        waiting=waiting,
        gap_reason=_GAPS.get(state.state, "outage"),
        paused_until=state.paused_until,
        exceptions=exceptions,
        meter=meter,
        idle_since=state.idle_since if schedule.when_idle == "skip" else None,
    )


def get_occurrence(session: Session, occurrence_id: int) -> Occurrence:
    occurrence = session.get(Occurrence, occurrence_id, populate_existing=True)
    if occurrence is None:
        raise NotFound("not_found", N_("This does not exist, or you have no access to it."))
    return occurrence


def facts_of_target(session: Session, target_id: int) -> Facts:
    """One target's facts but for its open orders, which live above this room."""
    state = target_states(session, [target_id])[0]
    schedule = Schedules().of_versions(session, [state.version_id])[state.version_id]
    calendar = calendars_of(session, [target_id])[target_id][1]
    return facts_of(
        state,
        schedule,
        calendar,
        waiting=waiting_cycles(session, [target_id])[target_id],
        meter=gauges_of(session, {target_id: schedule}).get(target_id),
        exceptions=exceptions_of(session, [target_id])[target_id],
    )


ROW_COLUMNS = (
    Occurrence.cycle_key,
    Occurrence.fate,
    Occurrence.reason,
    Occurrence.because_key,
    Occurrence.raw_due_on,
    Occurrence.due_on,
    Occurrence.last_raw_due_on,
    Occurrence.last_due_on,
    Occurrence.plan_version_id,
    Occurrence.count.label("cycles"),
    Occurrence.counts,
    Occurrence.scheduled_on,
    Occurrence.because_target_id,
)


def rows_from(session: Session, target_id: int, first_on: date) -> list[Row]:
    """A target's rows from a raw date on, in raw order."""
    rows = select(*ROW_COLUMNS).where(Occurrence.target_id == target_id, Occurrence.raw_due_on >= first_on)
    return [_ledger_row(row) for row in session.execute(rows.order_by(Occurrence.raw_due_on, Occurrence.id))]


def last_rows(session: Session, target_ids: Sequence[int], count: int) -> dict[int, list[Row]]:
    """The last rows of each of these targets, in raw order: one question, however many targets and years there are."""
    targets, last = listed(session, Occurrence.target_id, target_ids), aliased(Occurrence)
    newest = select(last.id).where(last.target_id == targets.c.value).correlate(targets)
    newest = newest.order_by(last.raw_due_on.desc(), last.id.desc()).limit(count)
    rows = select(Occurrence.target_id, *ROW_COLUMNS).select_from(targets)
    if session.get_bind().dialect.name == "sqlite":
        rows = rows.join(Occurrence, Occurrence.id.in_(newest))
    else:
        keys = newest.lateral()
        rows = rows.join(keys, true()).join(Occurrence, Occurrence.id == keys.c.id)
    found: dict[int, list[Row]] = {target_id: [] for target_id in target_ids}
    for row in session.execute(rows.order_by(Occurrence.raw_due_on, Occurrence.id)):
        found[row.target_id].append(_ledger_row(row))
    return found


def _ledger_row(row: Any) -> Row:
    return Row(
        row.cycle_key, row.fate, row.reason, row.because_key, row.raw_due_on, row.due_on, row.last_raw_due_on,
        row.last_due_on, row.plan_version_id, row.cycles, tuple(sorted((row.counts or {}).items())), row.scheduled_on,
        row.because_target_id,
    )  # fmt: skip


def last_that_stays(session: Session, target_id: int, moving: Sequence[int]) -> date | None:
    """The raw date of the last of a target's cycles but for these rows."""
    others = select(func.max(Occurrence.last_raw_due_on)).where(
        Occurrence.target_id == target_id, Occurrence.id.not_in(moving)
    )
    return session.scalar(others)
