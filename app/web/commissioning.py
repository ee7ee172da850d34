"""What a category's pieces need when they are put into service: the orders that registering one makes."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.changes.actions import commissioning as actions
from app.changes.queries.commissioning import commissioning_tasks, get_task
from app.changes.schemas import CommissioningTaskInput
from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.equipment import queries as equipment
from app.forecasts.queries.choices import team_choices
from app.http import CurrentActor, Now, RondeRoute
from app.places.rules import require_whole_house
from app.procedures.queries.procedures import procedure_choices
from app.web.forms import Form, parse, parse_edit, values_of
from app.web.pages import page, see_other
from app.web.stale import REFUSED, Refusal, refused, status_of, wrong

router = APIRouter(route_class=RondeRoute, prefix="/equipment/categories/{category_id:int}/commissioning")


@router.get("")
def commissioning_page(request: Request, category_id: int, session: Session, by: CurrentActor) -> Response:
    return shown(request, session, category_id, by=by)


def shown(
    request: Request,
    session: Session,
    category_id: int,
    *,
    by: Actor,
    edited_id: int | None = None,
    errors: Refusal | None = None,
) -> Response:
    """`errors` are of the order `edited_id`, or of a new one."""
    require_whole_house(by, Permission.PLAN)
    return page(
        request,
        "equipment/commissioning.html",
        by=by,
        status=status_of(errors),
        category=equipment.get_category(session, category_id, by=by),
        tasks=commissioning_tasks(session, category_id, by=by),
        names=dict(equipment.category_choices(session, by=by)),
        teams=team_choices(session, by=by),
        procedures=procedure_choices(session, by=by),
        v=errors.typed if errors is not None else {},
        edited_id=edited_id,
        errors=errors or {},
    )


@router.post("")
def create_task(
    request: Request, category_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    try:
        actions.create_task(session, category_id, parse(CommissioningTaskInput, form), by=by, now=now)
    except InvalidInput as error:
        return shown(request, session, category_id, by=by, errors=wrong(error, values_of(form)))
    return see_other(address(category_id), message=N_("Saved."))


@router.post("/{task_id:int}")
def edit_task(
    request: Request, category_id: int, task_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    try:
        data, version = parse_edit(CommissioningTaskInput, form)
        actions.edit_task(session, task_id, data.model_dump(), version=version, by=by, now=now)
    except REFUSED as error:
        task = get_task(session, task_id, by=by)
        saved = {name: getattr(task, name) for name in (*CommissioningTaskInput.model_fields, "version")}
        errors = refused(error, dict(form), saved, CommissioningTaskInput.model_fields, address(category_id))
        return shown(request, session, category_id, by=by, edited_id=task_id, errors=errors)
    return see_other(address(category_id), message=N_("Saved."))


@router.post("/{task_id:int}/archive")
def archive_task(category_id: int, task_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_task(session, task_id, by=by, now=now)
    return see_other(address(category_id), message=N_("Archived."))


def address(category_id: int) -> str:
    return f"/equipment/categories/{category_id}/commissioning"
