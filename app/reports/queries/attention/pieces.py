"""Proposals that wait for a decision, and loans that outlive the repair."""

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from app.changes.models import Loan
from app.core.i18n import gettext, ngettext
from app.core.i18n.formats import short_day
from app.equipment.models import Equipment
from app.proposals.models import Proposal
from app.reports.queries.attention.look import Look
from app.reports.schemas import AttentionEntry
from app.workorders.models import WorkOrder


def proposals(look: Look) -> list[AttentionEntry]:
    """All of them in one entry, since the oldest: they are decided from their own list."""
    if look.after_id:
        return []
    waiting = select(func.count(Proposal.id), func.min(Proposal.created_at))
    count, since = look.session.execute(waiting.where(Proposal.state == "open", look.at(Proposal.site_id))).one()
    if not count:
        return []
    entry = AttentionEntry(
        kind="proposal",
        id=1,
        what=ngettext("%(num)s proposal waits for a decision", "%(num)s proposals wait for a decision", count)
        % {"num": count},
        since_on=look.day(since),
        why=gettext("What the reports suggest: inspect, repair, replace, or change an interval."),
        todo=gettext("Accept them, or refuse them with a reason."),
        page="/proposals",
    )
    return [entry]


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
