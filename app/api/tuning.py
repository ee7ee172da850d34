"""Proposals of another interval: what they would change, and their acceptance."""

from fastapi import APIRouter
from sqlalchemy.orm import Session

from app.http import CurrentActor, IfMatch, Now, RondeRoute, slow
from app.proposals.actions import tuning
from app.proposals.queries import proposals
from app.proposals.schemas import ProposalView, RetuningInput
from app.reports.queries.plan_changes import preview_edit
from app.reports.schemas import ChangePreview

router = APIRouter(prefix="/proposals", tags=["proposals"], route_class=RondeRoute)


@router.get("/{proposal_id}/retuning")
@slow
def preview_retuning(proposal_id: int, session: Session, by: CurrentActor, now: Now) -> ChangePreview:
    """What the plan's dates and open orders would become; nothing is written."""
    proposal = proposals.get_proposal(session, proposal_id, by=by)
    data = tuning.retuned(session, proposal, by=by)
    return preview_edit(session, tuning.plan_id_of(proposal), data, by=by, now=now)


@router.post("/{proposal_id}/retune")
def accept_retuning(
    proposal_id: int, data: RetuningInput, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> ProposalView:
    """A new version of the plan has the proposed interval (`plan_version_id`)."""
    found = tuning.accept_retuning(session, proposal_id, open_orders=data.open_orders, version=version, by=by, now=now)
    return proposals.proposal_view(session, found)
