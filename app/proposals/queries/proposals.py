"""Proposals in a list and one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.core.db import beyond
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment
from app.equipment.queries import mode_names
from app.plans.models import MaintenancePlan
from app.proposals.models import Proposal
from app.proposals.queries.sentences import evidence_sentences, rule_sentences
from app.proposals.schemas import ProposalRow, ProposalView


@dataclass(frozen=True, slots=True)
class ProposalFilter:
    state: str | None = None
    kind: str | None = None
    equipment_id: int | None = None
    plan_id: int | None = None
    site_id: int | None = None


def proposal_rows(
    session: Session, wanted: ProposalFilter, *, by: Actor, limit: int, after: Sequence[Any] | None = None
) -> list[ProposalRow]:
    """The newest first, one row more than `limit` where there is one."""
    require(by, Permission.READ)
    statement = (
        select(
            *(
                getattr(Proposal, name)
                for name in ProposalRow.model_fields
                if hasattr(Proposal, name) and name != "plan"
            ),
            Proposal.evidence,
            Equipment.tag,
            Equipment.name.label("item"),
            MaintenancePlan.title.label("plan"),
        )
        .outerjoin(Equipment, Equipment.id == Proposal.equipment_id)
        .outerjoin(MaintenancePlan, MaintenancePlan.id == Proposal.plan_id)
        .where(beyond(after, Proposal.id, descending=True))
        .order_by(Proposal.id.desc())
        .limit(limit + 1)
    )
    for name in ("state", "kind", "equipment_id", "plan_id", "site_id"):
        if (value := getattr(wanted, name)) is not None:
            statement = statement.where(getattr(Proposal, name) == value)
    if by.site_ids is not None:
        statement = statement.where(Proposal.site_id.in_(by.site_ids) | Proposal.site_id.is_(None))
    rows = session.execute(statement).all()
    modes = mode_names(session)
    return [
        ProposalRow.model_validate(row).model_copy(update={"why": next(iter(rule_sentences(row.evidence, modes)), "")})
        for row in rows
    ]


def get_proposal(session: Session, proposal_id: int, *, by: Actor) -> Proposal:
    """With its piece and plan."""
    require(by, Permission.READ)
    found = session.scalar(
        select(Proposal)
        .where(Proposal.id == proposal_id)
        .options(joinedload(Proposal.equipment), joinedload(Proposal.plan))
    )
    if found is None or not by.sees_site(found.site_id):
        raise NotFound("not_found", N_("This proposal does not exist, or you have no access to it."))
    return found


def proposal_view(session: Session, proposal: Proposal) -> ProposalView:
    view = ProposalView.model_validate(proposal)
    return view.model_copy(update={"sentences": evidence_sentences(proposal.evidence, mode_names(session))})
