"""What loading an entry would make."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.changes.models import CommissioningTask
from app.core.clock import today
from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.enrolment.queries.previews import preview_plan
from app.library.queries.entries import find_loaded
from app.library.queries.shelf import get_entry
from app.library.queries.texts import plan_input
from app.library.rules.entries import Entry
from app.library.schemas import LoadInput, LoadPreview, PlannedView
from app.places.rules import require_whole_house
from app.plans.queries.calendars import house_calendar
from app.plans.schemas import PlanInput

WEEK = timedelta(days=7)


def preview_load(session: Session, code: str, data: LoadInput, *, by: Actor, now: datetime) -> LoadPreview:
    require_whole_house(by, Permission.PLAN)
    entry = get_entry(code)
    inputs = plan_inputs(session, entry, data, by=by, now=now)
    plans = [
        PlannedView(
            key=key, title=plan.title, start_on=plan.start_on, preview=preview_plan(session, plan, by=by, now=now)
        )
        for key, plan in inputs.items()
    ]
    loaded = find_loaded(session, code)
    title = entry.title(data.language or by.language)
    procedure_id = loaded.procedure_id if loaded else None
    tasks = len(not_commissioned(session, procedure_id, data.category_ids)) if entry.is_commissioned else 0
    return LoadPreview(procedure=None if loaded else title, plans=plans, commissioning=tasks)


def not_commissioned(session: Session, procedure_id: int | None, category_ids: Sequence[int]) -> list[int]:
    """Those whose new pieces get no order by this procedure yet: however often it is loaded, they get one."""
    theirs = select(CommissioningTask.category_id).where(
        CommissioningTask.procedure_id == procedure_id, CommissioningTask.archived_at.is_(None)
    )
    there = set(session.scalars(theirs)) if procedure_id is not None else set()
    return [key for key in dict.fromkeys(category_ids) if key not in there]


def plan_inputs(
    session: Session, entry: Entry, data: LoadInput, *, by: Actor, now: datetime, procedure_id: int | None = None
) -> dict[str, PlanInput]:
    """The chosen plans; raises InvalidInput where they would look after nothing."""
    if unknown := set(data.plans) - set(entry.plan_keys):
        raise InvalidInput.at("plans", "unknown", N_("This entry has no plan “%(key)s”."), key=min(unknown))
    if data.plans and not data.category_ids and not data.location_ids:
        raise InvalidInput.at(
            "category_ids", "nothing_covered", N_("Choose what the plans look after: categories, or places.")
        )
    language = data.language or by.language
    scope = {"category_ids": data.category_ids, "item_location_ids": data.location_ids}
    more = scope | {"start_on": data.start_on or first_day(session, now), "procedure_id": procedure_id}
    return {key: plan_input(entry, key, language, **more) for key in dict.fromkeys(data.plans)}


def first_day(session: Session, now: datetime) -> date:
    return today(now, house_calendar(session)[1]) + WEEK
