"""Plans and their versions."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.orm import Session, joinedload

from app.core.db import Order, one_page
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.i18n.folding import fold
from app.core.security import Actor, Permission, require
from app.people.models import Person, User
from app.people.queries import matches
from app.plans.models import MaintenancePlan, PlanTarget, PlanVersion
from app.plans.queries.scope import scope_of
from app.plans.queries.wording import rrule_of, words_of
from app.plans.rules.schedule import Schedule
from app.plans.schemas import PlanFilter, PlanInput, PlanRow, PlanView, ScheduleFields, VersionView

_OF_VERSION = (
    "title", "kind", "instructions", "estimate_minutes", "priority", "team_id", "assignee_id", "requires_photo",
    "requires_signature", "anchor_policy", "procedure_id", "family_id", "rank",
)  # fmt: skip

Sort = Literal["title", "-title", "code", "-code"]
ORDERS = {
    "title": Order((MaintenancePlan.sort_name, MaintenancePlan.id), lambda row: (fold(row.title), row.id)),
    "code": Order((MaintenancePlan.code, MaintenancePlan.id), lambda row: (row.code, row.id)),
}


def get_plan(session: Session, plan_id: int, *, by: Actor) -> MaintenancePlan:
    """With its version in force."""
    require(by, Permission.READ)
    plan = session.scalar(
        select(MaintenancePlan)
        .where(MaintenancePlan.id == plan_id)
        .options(joinedload(MaintenancePlan.current))
        .execution_options(populate_existing=True)
    )
    if plan is None or not by.sees_site(plan.site_id):
        raise NotFound("not_found", N_("This does not exist, or you have no access to it."))
    return plan


def get_plan_id(session: Session, code: str, *, by: Actor) -> int:
    plan_id = session.scalar(select(MaintenancePlan.id).where(MaintenancePlan.code == code))
    if plan_id is None:
        raise NotFound("no_plan", N_("There is no plan %(plan)s."), plan=code)
    return get_plan(session, plan_id, by=by).id


def input_of(session: Session, plan: MaintenancePlan, version: PlanVersion | None = None) -> PlanInput:
    """What one would say to make this plan as it is: for a form, and for a patch."""
    version = version or plan.current
    values = ScheduleFields.values_of(Schedule.from_dict(version.schedule))
    values |= scope_of(session, version.id).model_dump()
    values |= {name: getattr(version, name) for name in _OF_VERSION}
    return PlanInput.model_validate(
        values | {"start_on": version.anchor_on, "code": plan.code, "site_id": plan.site_id}
    )


def changed_fields(session: Session, plan: MaintenancePlan, data: PlanInput) -> dict[str, list[Any]]:
    """What these data (in plain form) would change: field -> [before, after]."""
    before = input_of(session, plan).model_dump(mode="json")
    after = data.model_dump(mode="json", include=set(before))
    return {name: [before[name], value] for name, value in after.items() if before[name] != value}


def plan_view(session: Session, plan: MaintenancePlan, *, by: Actor) -> PlanView:
    schedule = Schedule.from_dict(plan.current.schedule)
    count, next_due_on = _target_counts(session, [plan.id], by=by).get(plan.id, (0, None))
    own = ("id", "code", "site_id", "state", "reason", "paused_until", "created_at", "archived_at", "version")
    return PlanView.model_validate(
        input_of(session, plan).model_dump()
        | {name: getattr(plan, name) for name in own}
        | {
            "number": plan.current_number,
            "rrule": rrule_of(schedule, plan.current.anchor_on),
            "words": words_of(schedule, plan.current.anchor_on),
            "target_count": count,
            "next_due_on": next_due_on,
        }
    )


def _target_counts(session: Session, plan_ids: Sequence[int], *, by: Actor) -> dict[int, tuple[int, Any]]:
    """By plan: how many items it covers that the reader sees, and the earliest date to come."""
    statement = (
        select(PlanTarget.plan_id, func.count(), func.min(PlanTarget.next_due_on))
        .where(PlanTarget.plan_id.in_(plan_ids), PlanTarget.state != "ended")
        .group_by(PlanTarget.plan_id)
    )
    if by.site_ids is not None:
        statement = statement.where(PlanTarget.site_id.in_(by.site_ids))
    return {plan_id: (count, next_due_on) for plan_id, count, next_due_on in session.execute(statement)}


def list_plans(
    session: Session,
    wanted: PlanFilter,
    *,
    by: Actor,
    sort: Sort = "title",
    limit: int = 50,
    after: Sequence[Any] | None = None,
) -> list[PlanRow]:
    """`limit + 1` rows, so that the page knows whether another follows."""
    require(by, Permission.READ)
    statement = _visible(by).where(
        MaintenancePlan.archived_at.is_not(None) if wanted.is_archived else MaintenancePlan.archived_at.is_(None),
        matches(wanted.q or "", MaintenancePlan.search_text),
    )
    for name in ("state", "kind", "site_id"):
        if (value := getattr(wanted, name)) is not None:
            statement = statement.where(getattr(MaintenancePlan, name) == value)
    rows = session.execute(one_page(statement, ORDERS, sort, after=after, limit=limit)).mappings().all()
    counts = _target_counts(session, [row["id"] for row in rows], by=by)
    return [_row(row, *counts.get(row["id"], (0, None))) for row in rows]


def _visible(by: Actor) -> Select[Any]:
    own = ("id", "code", "title", "kind", "state", "reason", "site_id", "version")
    statement: Any = select(
        *(getattr(MaintenancePlan, name) for name in own),
        MaintenancePlan.current_number.label("number"),
        PlanVersion.schedule,
        PlanVersion.anchor_on,
    ).join(
        PlanVersion,
        (PlanVersion.plan_id == MaintenancePlan.id) & (PlanVersion.number == MaintenancePlan.current_number),
    )
    if by.site_ids is not None:
        statement = statement.where(MaintenancePlan.site_id.is_(None) | MaintenancePlan.site_id.in_(by.site_ids))
    visible: Select[Any] = statement
    return visible


def _row(row: RowMapping, target_count: int, next_due_on: date | None) -> PlanRow:
    words = words_of(Schedule.from_dict(row["schedule"]), row["anchor_on"])
    return PlanRow.model_validate({**row, "words": words, "target_count": target_count, "next_due_on": next_due_on})


def list_versions(session: Session, plan: MaintenancePlan) -> list[VersionView]:
    """The newest first, each with what it changed."""
    rows = session.execute(
        select(PlanVersion, Person.name)
        .outerjoin(User, User.id == PlanVersion.created_by)
        .outerjoin(Person, Person.id == User.person_id)
        .where(PlanVersion.plan_id == plan.id)
        .order_by(PlanVersion.number)
    ).all()
    views: list[VersionView] = []
    before: dict[str, Any] = {}
    for version, author in rows:
        values = input_of(session, plan, version).model_dump(mode="json", exclude={"code", "site_id", "rrule"})
        changes = {name: [before[name], value] for name, value in values.items() if before and before[name] != value}
        words = words_of(Schedule.from_dict(version.schedule), version.anchor_on)
        views.append(
            VersionView(
                number=version.number,
                created_at=version.created_at,
                created_by=version.created_by,
                created_by_name=author,
                title=version.title,
                words=words,
                changes=changes,
            )
        )
        before = values
    return views[::-1]


def plans_with_procedure(session: Session, procedure_id: int, *, by: Actor) -> list[tuple[int, str, str]]:
    """Living plans whose version in force names it: id, code, title."""
    statement = _visible(by).where(PlanVersion.procedure_id == procedure_id, MaintenancePlan.archived_at.is_(None))
    rows = session.execute(statement.order_by(MaintenancePlan.sort_name, MaintenancePlan.id).limit(50))
    return [(row.id, row.code, row.title) for row in rows]
