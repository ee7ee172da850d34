"""Plans: the list, and a plan with its items, dates and versions."""

from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Annotated, Any, ClassVar, get_args

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.changes.actions import edits
from app.core.errors import AppError, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.decisions.schemas import Resumption
from app.enrolment.queries.previews import dates_of
from app.http import CurrentActor, Listing, Now, RondeRoute, cursor_after, page_of, slow
from app.http.downloads import FileKind, list_file
from app.ledger.queries import occurrences
from app.ledger.schemas import OccurrenceFilter
from app.operations.rules import columns
from app.people.schemas import Id
from app.plans.queries import plans as queries
from app.plans.queries import targets
from app.plans.queries.naming import names_of
from app.plans.schemas import Pause, PlanFilter, PlanRow, PlanView, TargetFilter
from app.plans.schemas.filters import State
from app.plans.schemas.inputs import Kind
from app.procedures.queries.procedures import title_of
from app.web.forms import Form, messages, parse, trouble
from app.web.lists import ListQuery
from app.web.pages import page, see_other, words_of
from app.web.plan_about import about
from app.web.plan_differences import differences
from app.workorders.queries.by_cycle import orders_of_rows
from app.workorders.rules.states import order_number

router = APIRouter(route_class=RondeRoute, prefix="/plans")
ON_A_PAGE = 50
RECENT = 20
WORDS = "plans/_words.html"


class PlansQuery(ListQuery):
    PATH: ClassVar = "/plans"
    state: State | None = None
    kind: Kind | None = None
    sort: queries.Sort = "title"

    def listing(self, by: Actor) -> Listing[PlanRow]:
        wanted = PlanFilter(q=self.q or None, state=self.state, kind=self.kind, is_archived=self.archived)
        return Listing.sorted_by(self.sort, queries.ORDERS, queries.list_plans, wanted=wanted, by=by)


Asked = Annotated[PlansQuery, Query()]


@router.get("")
def list_plans(request: Request, asked: Asked, session: Session, by: CurrentActor) -> Response:
    may: dict[str, Any] = {"may_plan": by.has(Permission.PLAN), "kinds": get_args(Kind)}
    return page(request, "plans/index.html", by=by, **may, **asked.shown(session, asked.listing(by)))


@router.get("/export.{kind}")
@slow
def export_plans(request: Request, kind: FileKind, asked: Asked, session: Session, by: CurrentActor) -> Response:
    words = {"kind": words_of(WORDS, "kind_words"), "state": words_of(WORDS, "state_words")}
    return list_file(request, session, "plans", kind, asked.listing(by), columns.PLANS, words)


@router.get("/{plan_id:int}/ledger/export.{kind}")
@slow
def export_ledger(
    request: Request,
    plan_id: int,
    kind: FileKind,
    session: Session,
    by: CurrentActor,
    target_id: Id | None = None,
) -> Response:
    """What became of each date of a plan, or of one item of it; the newest first."""
    queries.get_plan(session, plan_id, by=by)
    wanted = OccurrenceFilter(plan_id=plan_id, target_id=target_id)
    listing = Listing(partial(occurrences.list_occurrences, wanted=wanted, by=by), lambda row: (row.id,))
    words = {"fate": words_of(WORDS, "fate_words")}
    return list_file(request, session, f"plan-{plan_id}", kind, listing, columns.OCCURRENCES, words)


@router.get("/{plan_id:int}")
def show_plan(
    request: Request, plan_id: int, session: Session, by: CurrentActor, now: Now, cursor: str | None = None
) -> Response:
    return plan_page(request, session, plan_id, by=by, now=now, cursor=cursor)


def plan_page(
    request: Request,
    session: Session,
    plan_id: int,
    *,
    by: Actor,
    now: datetime,
    cursor: str | None = None,
    error: AppError | None = None,
) -> Response:
    row = queries.get_plan(session, plan_id, by=by)
    plan = queries.plan_view(session, row, by=by)
    items = targets.list_targets(
        session, TargetFilter(plan_id=plan_id), by=by, limit=ON_A_PAGE, after=cursor_after(cursor)
    )
    shown = page_of(items, ON_A_PAGE, lambda item: (item.id,))
    latest = occurrences.list_occurrences(session, OccurrenceFilter(plan_id=plan_id), by=by, limit=RECENT)[:RECENT]
    ledger = sorted(latest, key=lambda row: row.due_on, reverse=True)
    preview = None
    with suppress(InvalidInput):  # a rule that no longer gives a date: the items say so
        preview = dates_of(session, queries.input_of(session, row), now=now, plan_id=plan_id)
    covered, done_by = about(plan, names_of(session, plan, by=by))
    return page(
        request,
        "plans/show.html",
        by=by,
        status=error.status if error else 200,
        plan=plan,
        covered=covered,
        done_by=done_by,
        items=shown.items,
        next_url=f"/plans/{plan_id}?cursor={shown.next_cursor}" if shown.next_cursor else None,
        is_first=cursor is None,
        ledger=ledger,
        orders=orders_of_rows(session, ledger),
        order_number=order_number,
        preview=preview,
        procedure_title=title_of(session, plan.procedure_id),
        versions=[(version, differences(version.changes)) for version in queries.list_versions(session, row)],
        errors=messages(error) if error else {},
        trouble=trouble(error),
        may_edit=may_edit(plan, by),
    )


def may_edit(plan: PlanView, by: Actor) -> bool:
    is_own = plan.site_id is not None or by.site_ids is None
    return by.has(Permission.PLAN) and is_own and plan.archived_at is None


@router.post("/{plan_id:int}/pause")
def pause_plan(request: Request, plan_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        edits.pause_plan(session, plan_id, parse(Pause, form), by=by, now=now)
    except InvalidInput as error:
        return plan_page(request, session, plan_id, by=by, now=now, error=error)
    return see_other(f"/plans/{plan_id}", message=N_("Paused. Open orders stay."))


@router.post("/{plan_id:int}/resume")
def resume_plan(plan_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    wanted = parse(Resumption, form)
    edits.resume_plan(session, plan_id, is_caught_up=wanted.is_caught_up, by=by, now=now)
    return see_other(f"/plans/{plan_id}", message=N_("The plan goes on."))


@router.post("/{plan_id:int}/archive")
def archive_plan(plan_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    edits.archive_plan(session, plan_id, by=by, now=now)
    return see_other("/plans", message=N_("Archived. Open orders stay, for you to decide on."))
