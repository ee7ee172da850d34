"""Pieces that something was told of are looked at: proposals are made, kept true, or expire."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, literal, or_, select
from sqlalchemy.orm import Session

from app.core.db import table_of
from app.core.security import Actor
from app.equipment.models import Equipment, EquipmentModel
from app.interventions.models import ReportedPiece
from app.journal.actions import record_change
from app.places.queries import find_organisation
from app.proposals.actions.deciding import accept, expire
from app.proposals.models import LadderRule, Proposal
from app.proposals.queries.facts import Known, pieces_known
from app.proposals.queries.formers import LADDER_KINDS, LastProposal, last_proposals
from app.proposals.queries.rules import rule_book
from app.proposals.rules.deciding import is_rearmed, speaks
from app.proposals.rules.ladder import DEFAULTS, Kind, Test
from app.proposals.rules.measuring import Measure
from app.proposals.schemas import AcceptInput
from app.workorders.models import Resolution, WorkOrder
from app.workorders.rules.states import DONE, order_number

BATCH = 200
PAST = timedelta(days=2 * 3_650)  # as far back as the widest window that can be set


def climb(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """The next pieces of the queue; how many rows it took."""
    waiting = select(ReportedPiece.id, ReportedPiece.equipment_id).order_by(ReportedPiece.id).limit(limit)
    rows = session.execute(waiting.with_for_update(skip_locked=True)).all()
    if rows:
        look_at(session, {row.equipment_id for row in rows}, now=now)
        session.execute(delete(ReportedPiece).where(ReportedPiece.id.in_([row.id for row in rows])))
    return len(rows)


def has_reported(session: Session) -> bool:
    return session.scalar(select(ReportedPiece.id).limit(1)) is not None


def put_aside(session: Session) -> None:
    """The first of the queue, which cannot be looked at."""
    first = select(ReportedPiece.id).order_by(ReportedPiece.id).limit(1).scalar_subquery()
    session.execute(delete(ReportedPiece).where(ReportedPiece.id == first))


def queue_all(session: Session, *, now: datetime) -> None:
    """Every night: pieces with a past that a rule may count, whose model goes out of support, or asked about.

    Windows move on without anybody's doing: what was reached may be so no more, and the reverse.
    """
    told = (
        select(WorkOrder.equipment_id)
        .join(Resolution, (Resolution.order_id == WorkOrder.id) & Resolution.is_current)
        .where(
            WorkOrder.state.in_(DONE),
            WorkOrder.done_on > (now - PAST).date(),
            or_(Resolution.finding != "none", WorkOrder.type == "corrective"),  # an invoice may come after the report
        )
    )
    ahead = session.scalar(select(func.max(LadderRule.threshold)).where(LadderRule.test == Test.SUPPORT.value)) or 0
    ends_by = (now + timedelta(days=max(ahead, DEFAULTS[Test.SUPPORT].threshold) + 1)).date()
    old = select(EquipmentModel.id).where(EquipmentModel.end_of_support_on <= ends_by)
    open_ = select(Proposal.equipment_id).where(Proposal.state == "open", Proposal.kind.in_(LADDER_KINDS))
    pieces = select(Equipment.id, literal(now, ReportedPiece.reported_at.type)).where(
        Equipment.archived_at.is_(None),
        or_(Equipment.status != "retired", Equipment.id.in_(open_)),
        or_(Equipment.id.in_(told), Equipment.model_id.in_(old), Equipment.id.in_(open_)),
    )
    session.execute(insert(table_of(ReportedPiece)).from_select(["equipment_id", "reported_at"], pieces))


def look_at(session: Session, equipment_ids: Collection[int], *, now: datetime) -> None:
    """Locked in the order of their ids: of two schedulers one waits, and then finds what the other has proposed."""
    ids = sorted(equipment_ids)
    session.execute(select(Equipment.id).where(Equipment.id.in_(ids)).order_by(Equipment.id).with_for_update())
    last = last_proposals(session, ids)
    for known in pieces_known(session, ids, rule_book(session), now=now):
        by_kind: dict[Kind, list[Measure]] = defaultdict(list)
        for measured in known.measures():
            by_kind[measured.rule.kind].append(measured)
        for kind in LADDER_KINDS:
            _settle(session, known, kind, by_kind[kind], last.get((known.id, kind)), now=now)


def _settle(
    session: Session, known: Known, kind: Kind, measures: list[Measure], last: LastProposal | None, *, now: datetime
) -> None:
    """One kind of one piece: its open proposal is kept true or expires; where there is none, one is made."""
    former = last.former if last else None
    if last is not None and former is not None and former.settled == "decided" and not last.row.is_rearmed:
        last.row.is_rearmed = is_rearmed(measures, former)
    speaking = [measured for measured in measures if speaks(measured, former, known.piece.today)]
    if last is not None and last.row.state == "open":
        if speaking:
            _keep(last.row, known, speaking, now=now)
        else:
            expire(session, last.row, now=now)
    elif speaking:
        _propose(session, known, kind, speaking, now=now)


def _propose(session: Session, known: Known, kind: Kind, speaking: list[Measure], *, now: datetime) -> None:
    proposal = Proposal(
        kind=kind.value,
        equipment_id=known.id,
        site_id=known.site_id,
        rule=speaking[0].key,
        evidence=evidence_of(known, speaking),
        state="open",
        created_at=now,
        updated_at=now,
    )
    session.add(proposal)
    session.flush()
    told = {"state": [None, "open"], "rule": [None, proposal.rule]}
    clock = Actor.system()
    record_change(session, "created", "proposal", proposal.id, told, by=clock, now=now, site_id=known.site_id)
    if any(measured.rule.is_automatic for measured in speaking):
        proposal.is_automatic = True
        organisation = find_organisation(session)
        language = organisation.language if organisation else clock.language
        accept(session, proposal, AcceptInput(), by=replace(clock, language=language), now=now)


def _keep(proposal: Proposal, known: Known, speaking: list[Measure], *, now: datetime) -> None:
    """Also at the site where the piece is now: who may decide is asked there."""
    evidence = evidence_of(known, speaking)
    if (evidence, known.site_id) != (proposal.evidence, proposal.site_id):
        proposal.evidence, proposal.rule, proposal.site_id = evidence, speaking[0].key, known.site_id
        proposal.updated_at, proposal.version = now, proposal.version + 1


def evidence_of(known: Known, speaking: list[Measure]) -> dict[str, Any]:
    """As it stood then: orders may be reopened and prices change, the reason of a decision stays."""
    return {"rules": [_told(known, measured) for measured in speaking]}


def _told(known: Known, measured: Measure) -> dict[str, Any]:
    rule = measured.rule
    orders = []
    for order_id in measured.order_ids:
        told = known.told[order_id]
        report = told.as_report(known.piece.currency)
        orders.append(
            {
                "id": order_id,
                "number": order_number(order_id),
                "title": told.row.title,
                "failed_on": report.failed_on.isoformat(),
                "done_on": report.done_on.isoformat(),
                "finding": report.finding,
                "mode": report.mode,
                "cost_minor": report.cost_minor,
            }
        )
    return {
        "key": measured.key,
        "test": rule.test.value,
        "subject": measured.subject,
        "value": measured.value,
        "threshold": rule.threshold,
        "window_days": rule.window_days,
        "orders": orders,
    } | measured.facts
