"""An order is given a procedure to follow, where it was made without one."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.core.errors import AppError, Conflict
from app.core.i18n import N_
from app.core.security import Actor
from app.http import CurrentActor, Now, RondeRoute
from app.interventions.actions import give_procedure
from app.interventions.schemas import ProcedureChoice
from app.procedures.queries.procedures import procedure_choices
from app.web.forms import Form, parse_edit, wrongs
from app.web.pages import page, see_other
from app.web.stale import REFUSED
from app.workorders.queries import get_plain_order

router = APIRouter(route_class=RondeRoute, prefix="/work-orders/{order_id:int}/procedure")


@router.get("")
def choose_procedure(request: Request, order_id: int, session: Session, by: CurrentActor) -> Response:
    return choice_page(request, session, order_id, by=by)


@router.post("")
def follow_procedure(
    request: Request, order_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    try:
        data, version = parse_edit(ProcedureChoice, form)
        give_procedure(session, order_id, data, version=version, by=by, now=now)
    except (*REFUSED, Conflict) as error:
        return choice_page(request, session, order_id, by=by, error=error)
    return see_other(f"/work-orders/{order_id}#thread", message=N_("Here are its steps."))


def choice_page(
    request: Request, session: Session, order_id: int, *, by: Actor, error: AppError | None = None
) -> Response:
    return page(
        request,
        "workorders/procedure.html",
        by=by,
        status=error.status if error else 200,
        order=get_plain_order(session, order_id, by=by),
        procedures=procedure_choices(session, by=by),
        errors=wrongs(error),
    )
