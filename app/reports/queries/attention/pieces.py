"""Proposals that wait for a decision, and loans that outlive the repair."""

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from app.changes.models import Loan
from app.core.i18n import gettext
from app.core.i18n.formats import short_day
from app.equipment.models import Equipment
from app.plans.models import MaintenancePlan
from app.proposals.models import Proposal
from app.proposals.queries.sentences import rule_sentences
from app.proposals.rules.ladder import KIND_WORDS, Kind
from app.reports.queries.attention.look import Look
from app.reports.schemas import AttentionEntry
from app.workorders.models import WorkOrder


def proposals(look: Look) -> list[AttentionEntry]:
    rows = look.session.execute(
        select(
            Proposal.id,
            Proposal.kind,
            Proposal.evidence,
            Proposal.created_at,
            Proposal.equipment_id,
            Proposal.plan_id,
            Proposal.site_id,
            Equipment.tag,
            Equipment.name,
            MaintenancePlan.title,
        )
        .outerjoin(Equipment, Equipment.id == Proposal.equipment_id)
        .outerjoin(MaintenancePlan, MaintenancePlan.id == Proposal.plan_id)
        .where(Proposal.state == "open", Proposal.id > look.after_id, look.at(Proposal.site_id))
        .order_by(Proposal.id)
        .limit(look.limit)
    )
    return [
        AttentionEntry(
            kind="proposal",
            id=row.id,
            what=f"{gettext(KIND_WORDS[Kind(row.kind)])} · {row.title or row.name or row.tag}",
            since_on=look.day(row.created_at),
            why=next(iter(rule_sentences(row.evidence)), ""),
            todo=gettext("Accept it, or refuse it with a reason."),
            page=f"/proposals/{row.id}",
            equipment_id=row.equipment_id,
            plan_id=row.plan_id,
            site_id=row.site_id,
        )
        for row in rows
    ]


def loans(look: Look) -> list[AttentionEntry]:
    """The piece serves again, or is gone, and no repair of it is open: what stands in can go back."""
    lent, served = aliased(Equipment), aliased(Equipment)
    repair = exists().where(
        WorkOrder.equipment_id == Loan.for_equipment_id, WorkOrder.is_open, WorkOrder.type == "corrective"
    )
    rows = look.session.execute(
        select(Loan.id, Loan.lent_at, lent.id.label("lent_id"), lent.tag, lent.site_id, served.tag.label("served"))
        .join(lent, lent.id == Loan.equipment_id)
        .join(served, served.id == Loan.for_equipment_id)
        .where(
            Loan.returned_at.is_(None),
            served.status.not_in(("in_maintenance", "out_of_order")),
            ~repair,
            Loan.id > look.after_id,
            look.at(lent.site_id),
        )
        .order_by(Loan.id)
        .limit(look.limit)
    )
    return [
        AttentionEntry(
            kind="loan",
            id=row.id,
            what=f"{row.tag} · {row.served}",
            since_on=look.day(row.lent_at),
            why=gettext("Lent since %(day)s for a piece that is no longer in repair.")
            % {"day": short_day(row.lent_at, year=True)},
            todo=gettext("Take it back into the stock."),
            page=f"/equipment/{row.lent_id}",
            equipment_id=row.lent_id,
            site_id=row.site_id,
        )
        for row in rows
    ]
