"""Plans and items that stopped, rest or end, and leads that are too long."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from app.core.i18n import gettext, ngettext
from app.core.i18n.formats import moment, short_day
from app.journal.models import AuditEntry
from app.plans.models import MaintenancePlan, PlanTarget, PlanVersion
from app.plans.rules.policy import Schedule
from app.reports.queries.ahead import first_intervals
from app.reports.queries.attention.look import Look
from app.reports.queries.telling import names_of
from app.reports.schemas import AttentionEntry, AttentionKind

CHUNK = 200
_PARTS = ("weekdays", "nth_weekdays", "month_days", "months", "dates", "set_positions")
_LEAST = {"week": 7, "month": 28, "year": 365}  # days of one unit
_LIVE = MaintenancePlan.archived_at.is_(None)
_OWN = (PlanTarget.plan_id == MaintenancePlan.id, PlanTarget.state != "ended")
_ENDS = or_(*(PlanVersion.schedule[("rule", name)].as_string().is_not(None) for name in ("count", "until", "dates")))


def _plans(look: Look, *conditions: Any, columns: tuple[Any, ...] = ()) -> Any:
    own = (MaintenancePlan.id, MaintenancePlan.title, MaintenancePlan.site_id, MaintenancePlan.created_at)
    return (
        select(*own, *columns)
        .join(
            PlanVersion,
            (PlanVersion.plan_id == MaintenancePlan.id) & (PlanVersion.number == MaintenancePlan.current_number),
        )
        .where(_LIVE, look.of(MaintenancePlan), MaintenancePlan.id > look.after_id, *conditions)
        .order_by(MaintenancePlan.id)
        .limit(look.limit)
    )


def _of_plan(kind: AttentionKind, plan: Any, **more: Any) -> AttentionEntry:
    values = {"what": plan.title, "page": f"/plans/{plan.id}", "plan_id": plan.id, "site_id": plan.site_id}
    return AttentionEntry.model_validate({"kind": kind, "id": plan.id} | values | more)


def in_error(look: Look) -> list[AttentionEntry]:
    """S15, S18. A plan once, however many of its items fail; whose sites are limited sees those of his own."""
    failing = (*_OWN, PlanTarget.state == "error", look.at(PlanTarget.site_id))
    has_failing = select(PlanTarget.id).where(*failing).exists()
    statement = (
        select(MaintenancePlan.id, MaintenancePlan.title, MaintenancePlan.site_id, MaintenancePlan.reason)
        .where(_LIVE, has_failing, MaintenancePlan.id > look.after_id)
        .order_by(MaintenancePlan.id)
        .limit(look.limit)
    )
    rows = look.session.execute(statement).all()
    failed = look.session.execute(
        select(
            PlanTarget.plan_id,
            func.count().label("items_"),
            func.min(PlanTarget.id).label("target_id"),
            func.min(PlanTarget.updated_at).label("tried_at"),
            func.max(PlanTarget.wake_at).label("next_at"),
            func.min(PlanTarget.reason).label("reason"),
        )
        .where(
            PlanTarget.plan_id.in_([row.id for row in rows]), PlanTarget.state == "error", look.at(PlanTarget.site_id)
        )
        .group_by(PlanTarget.plan_id)
    )
    of_plan = {row.plan_id: row for row in failed}
    return [_failing(look, row, of_plan[row.id]) for row in rows]


def _failing(look: Look, plan: Any, failed: Any) -> AttentionEntry:
    why = ngettext(
        "%(num)s item could not be planned: %(error)s", "%(num)s items could not be planned: %(error)s", failed.items_
    ) % {"num": failed.items_, "error": failed.reason or ""}
    return _of_plan(
        "error",
        plan,
        since_on=look.day(failed.tried_at),
        why=why,
        todo=gettext("Correct the rule or the calendar; it is tried again on %(moment)s.")
        % {"moment": moment(failed.next_at)}
        if failed.next_at
        else gettext("Correct the rule or the calendar."),
        page=f"/plans/{plan.id}/items/{failed.target_id}" if failed.items_ == 1 else f"/plans/{plan.id}",
        target_id=failed.target_id,
    )


def without_items(look: Look) -> list[AttentionEntry]:
    covered = select(PlanTarget.id).where(*_OWN).exists()
    rows = look.session.execute(_plans(look, MaintenancePlan.state == "active", ~covered))
    return [
        _of_plan(
            "no_items",
            row,
            since_on=look.day(row.created_at),
            why=gettext("The plan covers no item, so that it makes no order."),
            todo=gettext("Widen what it covers, or archive it."),
        )
        for row in rows
    ]


def ended(look: Look) -> list[AttentionEntry]:
    """COUNT or UNTIL reached, or a list of dates used up, for every item."""
    has_next = or_(PlanTarget.wake_at.is_not(None), PlanTarget.next_due_on.is_not(None))
    rows = look.session.execute(
        _plans(
            look,
            MaintenancePlan.state == "active",
            _ENDS,
            select(PlanTarget.id).where(*_OWN).exists(),
            ~select(PlanTarget.id).where(*_OWN, or_(has_next, PlanTarget.state != "active")).exists(),
        )
    ).all()
    last = _last_settled(look.session, [row.id for row in rows])
    return [
        _of_plan(
            "ended",
            row,
            since_on=last.get(row.id),
            why=gettext("Its rule has ended: no date is left."),
            todo=gettext("Give it new dates, or archive it."),
        )
        for row in rows
    ]


def _last_settled(session: Session, plan_ids: list[int]) -> dict[int, Any]:
    rows = session.execute(
        select(PlanTarget.plan_id, func.max(PlanTarget.settled_through))
        .where(PlanTarget.plan_id.in_(plan_ids))
        .group_by(PlanTarget.plan_id)
    )
    return {row[0]: row[1] for row in rows}


def paused(look: Look) -> list[AttentionEntry]:
    columns = (MaintenancePlan.reason, MaintenancePlan.paused_until)
    rows = look.session.execute(_plans(look, MaintenancePlan.state == "paused", columns=columns)).all()
    by_whom = _paused_by(look.session, [row.id for row in rows])
    return [
        _of_plan(
            "paused",
            row,
            since_on=look.day(by_whom[row.id][1]) if row.id in by_whom else None,
            why=_pause(by_whom[row.id][0] if row.id in by_whom else "", row.reason),
            todo=_until(row.paused_until),
        )
        for row in rows
    ]


def _paused_by(session: Session, plan_ids: list[int]) -> dict[int, tuple[str, datetime]]:
    """By plan, who paused it last, and when."""
    rows = session.execute(
        select(AuditEntry.entity_id, AuditEntry.user_name, AuditEntry.at)
        .where(
            AuditEntry.entity == "maintenance_plan",
            AuditEntry.entity_id.in_(plan_ids),
            AuditEntry.changes[("state", 1)].as_string() == "paused",
        )
        .order_by(AuditEntry.id)
    )
    return {row.entity_id: (row.user_name, row.at) for row in rows}


def items_paused(look: Look) -> list[AttentionEntry]:
    """S38: one item of a plan that rests by itself."""
    rows = look.session.execute(
        select(
            PlanTarget.id,
            PlanTarget.plan_id,
            PlanTarget.site_id,
            PlanTarget.pause_reason,
            PlanTarget.paused_until,
            PlanTarget.paused_by,
        )
        .where(
            PlanTarget.pause_reason.is_not(None),
            PlanTarget.state == "paused",
            PlanTarget.id > look.after_id,
            look.at(PlanTarget.site_id),
        )
        .order_by(PlanTarget.id)
        .limit(look.limit)
    ).all()
    names = names_of(look.session, [row.id for row in rows])
    return [
        AttentionEntry(
            kind="item_paused",
            id=row.id,
            what=f"{names[row.id]['name']} · {names[row.id]['plan_title']}",
            since_on=None,
            why=_pause(row.paused_by or "", row.pause_reason),
            todo=_until(row.paused_until),
            page=f"/plans/{row.plan_id}/items/{row.id}",
            plan_id=row.plan_id,
            target_id=row.id,
            site_id=row.site_id,
        )
        for row in rows
    ]


def _pause(who: str, reason: str | None) -> str:
    if not who:
        return gettext("Paused: %(reason)s") % {"reason": reason or ""}
    return gettext("Paused by %(who)s: %(reason)s") % {"who": who, "reason": reason or ""}


def _until(day: Any) -> str:
    if day is None:
        return gettext("It rests until somebody resumes it.")
    return gettext("It goes on by itself on %(day)s.") % {"day": short_day(day, year=True)}


def long_leads(look: Look) -> list[AttentionEntry]:
    """S20: an order that appears an interval ahead, or more, holds up the next one."""
    return [
        _of_plan(
            "long_lead",
            plan,
            since_on=look.day(plan.written_at),
            why=gettext("Orders appear %(lead)d days ahead, dates lie %(interval)d days apart.")
            % {"lead": lead, "interval": interval},
            todo=gettext("Shorten the lead: an order that is still open delays or absorbs the next one."),
            page=f"/plans/{plan.id}/edit",
        )
        for plan, lead, interval in islice(_long_leads(look), look.limit)
    ]


def _long_leads(look: Look) -> Iterator[tuple[Any, int, int]]:
    """Those whose dates lie further apart than their lead, whatever they are, are left out by the database."""
    lead_days = PlanVersion.schedule["lead_days"].as_integer()
    columns = (PlanVersion.schedule, PlanVersion.anchor_on, PlanVersion.created_at.label("written_at"))
    last_id = look.after_id
    while True:
        looked = Look(look.session, look.by, look.now, last_id, CHUNK)
        rows = look.session.execute(
            _plans(looked, lead_days > 0, lead_days >= _least_interval(), columns=columns)
        ).all()
        for row in rows:
            schedule = Schedule.from_dict(row.schedule)
            intervals = first_intervals(schedule, row.anchor_on)
            if intervals and schedule.lead_days >= min(intervals):
                yield row, schedule.lead_days, min(intervals)
        if len(rows) < CHUNK:
            return
        last_id = rows[-1].id


def _least_interval() -> ColumnElement[int]:
    said = {name: PlanVersion.schedule[("rule", name)] for name in ("freq", "interval", *_PARTS)}
    has_parts = or_(*(said[name].as_string().is_not(None) for name in _PARTS))
    unit = case(_LEAST, value=said["freq"].as_string(), else_=1)
    return case((has_parts, 1), else_=unit * func.coalesce(said["interval"].as_integer(), 1))
