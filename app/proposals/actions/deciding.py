"""A proposal is accepted, and its order made, or refused with a reason."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import Conflict, NotFound
from app.core.i18n import N_, gettext, in_language
from app.core.security import Actor, Permission, require
from app.equipment.queries import mode_names
from app.journal.actions import record_change, refuse_stale
from app.places.models import Site
from app.places.rules import require_whole_house
from app.proposals.models import Proposal
from app.proposals.queries.sentences import evidence_sentences
from app.proposals.rules.ladder import Kind
from app.proposals.schemas import AcceptInput, RefusalInput
from app.workorders.actions.making import create_work_order
from app.workorders.schemas import WorkOrderInput

DUE_IN = timedelta(days=7)
ORDER_KINDS = {Kind.INSPECT: "inspection", Kind.REPAIR: "repair", Kind.REPLACE: "replacement"}
TITLES = {
    Kind.INSPECT: N_("Thorough inspection"),
    Kind.REPAIR: N_("Repair on repeated failure"),
    Kind.REPLACE: N_("Replacement"),
}


def lock_proposal(session: Session, proposal_id: int, *, version: int | None, by: Actor) -> Proposal:
    """The open proposal, as the caller knows it."""
    found = session.scalar(
        select(Proposal).where(Proposal.id == proposal_id).with_for_update().execution_options(populate_existing=True)
    )
    if found is None or not by.sees_site(found.site_id):
        raise NotFound("not_found", N_("This proposal does not exist, or you have no access to it."))
    require(by, Permission.PLAN, site_id=found.site_id)
    if found.site_id is None:  # about a plan of the whole house
        require_whole_house(by, Permission.PLAN)
    if found.state != "open":
        raise Conflict("decided", N_("This proposal has been decided already."))
    refuse_stale(found, version)
    return found


def accept_proposal(
    session: Session, proposal_id: int, data: AcceptInput, *, version: int | None = None, by: Actor, now: datetime
) -> Proposal:
    proposal = lock_proposal(session, proposal_id, version=version, by=by)
    if proposal.kind == Kind.RETUNE:
        raise Conflict("retune", N_("This proposal changes a plan’s interval: accept it as such."))
    accept(session, proposal, data, by=by, now=now)
    return proposal


def refuse_proposal(
    session: Session, proposal_id: int, data: RefusalInput, *, version: int | None = None, by: Actor, now: datetime
) -> Proposal:
    proposal = lock_proposal(session, proposal_id, version=version, by=by)
    decide(session, proposal, "refused", reason=data.reason, by=by, now=now)
    return proposal


def accept(session: Session, proposal: Proposal, data: AcceptInput, *, by: Actor, now: datetime) -> None:
    """The order says why it was made."""
    kind = Kind(proposal.kind)
    with in_language(by.language):
        told = evidence_sentences(proposal.evidence, mode_names(session))
        said = [gettext("Proposed on this evidence:"), *(f"- {line}" for line in told)]
        title = gettext(TITLES[kind])
    if data.instructions:
        said += ["", data.instructions]
    zone = session.scalars(select(Site.time_zone).where(Site.id == proposal.site_id)).one()
    order = create_work_order(
        session,
        WorkOrderInput(
            equipment_id=proposal.equipment_id,
            title=title,
            kind=ORDER_KINDS[kind],
            type="corrective",
            instructions="\n".join(said)[:5_000],
            due_on=data.due_on or today(now, zone) + DUE_IN,
            priority=data.priority,
            team_id=data.team_id,
            assignee_id=data.assignee_id,
        ),
        origin="escalation",
        by=by,
        now=now,
    )
    proposal.order_id = order.id
    decide(session, proposal, "accepted", by=by, now=now)


def decide(
    session: Session, proposal: Proposal, state: str, *, reason: str | None = None, by: Actor, now: datetime
) -> None:
    """What a decision leaves: who, when, why, and an audit row."""
    proposal.state, proposal.reason = state, reason
    proposal.decided_at, proposal.decided_by, proposal.decided_by_name = now, by.user_id, by.name
    proposal.updated_at, proposal.version = now, proposal.version + 1
    session.flush()
    told: dict[str, list[Any]] = {"state": ["open", state]}
    told |= {name: [None, value] for name in ("reason", "order_id") if (value := getattr(proposal, name)) is not None}
    record_change(session, state, "proposal", proposal.id, told, by=by, now=now, site_id=proposal.site_id)


def expire(session: Session, proposal: Proposal, *, now: datetime) -> None:
    """What it rested on holds no more, and nobody had decided."""
    proposal.state, proposal.decided_at, proposal.updated_at = "expired", now, now
    proposal.version += 1
    told, by = {"state": ["open", "expired"]}, Actor.system()
    record_change(session, "expired", "proposal", proposal.id, told, by=by, now=now, site_id=proposal.site_id)
