"""A proposal of another interval: its usual preview, fetched when its page stands, and one button."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.core.errors import AppError, Conflict, InvalidInput, PreconditionFailed
from app.core.i18n import N_
from app.http import CurrentActor, Now, RondeRoute, slow
from app.proposals.actions import tuning
from app.proposals.queries import proposals
from app.proposals.schemas import RetuningInput
from app.reports.queries.plan_changes import preview_edit
from app.web.forms import Form, parse_edit, told, values_of
from app.web.pages import page, see_other
from app.web.proposals import shown

router = APIRouter(route_class=RondeRoute, prefix="/proposals")


@router.get("/{proposal_id:int}/retuning")
@slow
def preview_retuning(request: Request, proposal_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    proposal = proposals.get_proposal(session, proposal_id, by=by)
    change, trouble = None, None
    try:
        data = tuning.retuned(session, proposal, by=by)
        change = preview_edit(session, tuning.plan_id_of(proposal), data, by=by, now=now)
    except Conflict as error:
        trouble = told(error)
    is_part = request.headers.get("hx-request") == "true"
    template = "proposals/_retuning.html" if is_part else "proposals/retuning.html"
    return page(request, template, by=by, proposal=proposal, change=change, trouble=trouble, errors={})


@router.post("/{proposal_id:int}/retune")
def accept(request: Request, proposal_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        data, version = parse_edit(RetuningInput, form)
        proposal = tuning.accept_retuning(
            session, proposal_id, open_orders=data.open_orders, version=version, by=by, now=now
        )
    except (Conflict, InvalidInput, PreconditionFailed) as error:
        return refused(request, session, proposal_id, form, error, by=by)
    return see_other(f"/plans/{proposal.plan_id}", message=N_("Accepted: this is the plan’s new version."))


def refused(
    request: Request, session: Session, proposal_id: int, form: Form, error: AppError, *, by: CurrentActor
) -> Response:
    return shown(request, session, proposal_id, by=by, said=values_of(form), error=error)
