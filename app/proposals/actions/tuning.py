"""Every night plans' intervals are weighed against what their visits find; a person's word makes a new version."""

from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.changes.actions.edits import edit_plan
from app.core.clock import today
from app.core.errors import Conflict
from app.core.i18n import N_
from app.core.security import Actor
from app.journal.actions import record_change
from app.plans.queries.calendars import house_calendar
from app.plans.queries.plans import get_plan, input_of
from app.plans.schemas import PlanEdit
from app.proposals.actions.deciding import decide, expire, lock_proposal
from app.proposals.models import Proposal
from app.proposals.queries.tuning import Looked, evidence_of, plans_looked_at
from app.proposals.rules.ladder import Kind
from app.proposals.rules.tuning import Tuned, may_ask_again

OpenOrders = Literal["keep", "update", "regenerate"]


def weigh_plans(session: Session, *, now: datetime) -> int:
    """Answers how many proposals were made. One about a plan that is weighed no more (archived, paused, with another
    rule) expires.
    """
    waiting = select(Proposal).where(Proposal.state == "open", Proposal.kind == Kind.RETUNE.value)
    left = {proposal.plan_id: proposal for proposal in session.scalars(waiting)}
    made = 0
    for looked in plans_looked_at(session, now=now):
        left.pop(looked.plan.id, None)
        made += _settle(session, looked, now=now)
    for proposal in left.values():
        expire(session, proposal, now=now)
    return made


def _settle(session: Session, looked: Looked, *, now: datetime) -> bool:
    of_plan = select(Proposal).where(Proposal.plan_id == looked.plan.id, Proposal.kind == Kind.RETUNE.value)
    last = session.scalar(of_plan.order_by(Proposal.id.desc()).limit(1))
    if last is not None and last.state == "open":
        _keep(session, last, looked, now=now)
        return False
    zone = house_calendar(session, looked.plan.site_id)[1]
    is_decided = last is not None and last.decided_at is not None and last.state != "expired"
    decided_on = today(last.decided_at, zone) if is_decided and last and last.decided_at else None
    if looked.found is None or not may_ask_again(looked.visits, decided_on, looked.today):
        return False
    _propose(session, looked, looked.found, now=now)
    return True


def _propose(session: Session, looked: Looked, found: Tuned, *, now: datetime) -> None:
    proposal = Proposal(
        kind=Kind.RETUNE.value,
        plan_id=looked.plan.id,
        site_id=looked.plan.site_id,
        rule=_key(found),
        evidence=evidence_of(session, looked, found),
        state="open",
        created_at=now,
        updated_at=now,
    )
    session.add(proposal)
    session.flush()
    told = {"state": [None, "open"], "rule": [None, proposal.rule]}
    by, site_id = Actor.system(), proposal.site_id
    record_change(session, "created", "proposal", proposal.id, told, by=by, now=now, site_id=site_id)


def _keep(session: Session, proposal: Proposal, looked: Looked, *, now: datetime) -> None:
    """An open proposal is kept true, or expires."""
    if looked.found is None:
        expire(session, proposal, now=now)
        return
    evidence = evidence_of(session, looked, looked.found)
    if evidence != proposal.evidence:
        proposal.evidence, proposal.rule = evidence, _key(looked.found)
        proposal.updated_at, proposal.version = now, proposal.version + 1


def _key(found: Tuned) -> str:
    return f"tuning:{found.why.value}"


def accept_retuning(
    session: Session,
    proposal_id: int,
    *,
    open_orders: OpenOrders = "keep",
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> Proposal:
    """A new version of the plan with the proposed interval; each item's dates go on from where they stood (S36)."""
    proposal = lock_proposal(session, proposal_id, version=version, by=by)
    data = retuned(session, proposal, open_orders, by=by)
    proposal.plan_version_id = edit_plan(session, plan_id_of(proposal), data, by=by, now=now).plan.current.id
    decide(session, proposal, "accepted", by=by, now=now)
    return proposal


def plan_id_of(proposal: Proposal) -> int:
    if proposal.kind != Kind.RETUNE or proposal.plan_id is None:
        raise Conflict("no_retuning", N_("This proposal makes an order: accept it as such."))
    return proposal.plan_id


def retuned(session: Session, proposal: Proposal, open_orders: OpenOrders = "keep", *, by: Actor) -> PlanEdit:
    """The plan as it would be; raises Conflict where somebody has changed its interval meanwhile."""
    said = input_of(session, get_plan(session, plan_id_of(proposal), by=by)).model_dump()
    told = proposal.evidence["tuning"]
    if (said["freq"], said["interval"]) != (told["freq"], told["before"]):
        raise Conflict("interval_changed", N_("The plan’s interval was changed meanwhile: this proposal is outdated."))
    return PlanEdit.model_validate(said | {"interval": told["after"], "open_orders": open_orders, "anchor": "keep"})
