"""The ladder of one piece: how far each of its rules is from its threshold."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core.security import Actor
from app.equipment.queries import get_equipment, mode_names
from app.proposals.queries.facts import pieces_known
from app.proposals.queries.proposals import ProposalFilter, proposal_rows
from app.proposals.queries.rules import rule_book
from app.proposals.queries.sentences import rule_sentence
from app.proposals.rules.measuring import Measure
from app.proposals.schemas import LadderView, RungView


def ladder(session: Session, equipment_id: int, *, by: Actor, now: datetime) -> LadderView:
    get_equipment(session, equipment_id, by=by)
    (known,) = pieces_known(session, [equipment_id], rule_book(session), now=now)
    modes = mode_names(session)
    wanted = ProposalFilter(equipment_id=equipment_id, state="open")
    return LadderView(
        equipment_id=equipment_id,
        rungs=[_rung(measured, modes) for measured in known.measures()],
        open_proposals=proposal_rows(session, wanted, by=by, limit=20)[:20],
    )


def _rung(measured: Measure, modes: dict[str, str]) -> RungView:
    rule = measured.rule
    told: dict[str, Any] = {
        "test": rule.test.value,
        "value": measured.value,
        "threshold": rule.threshold,
        "window_days": rule.window_days,
    }
    return RungView(
        **told,
        kind=rule.kind,
        is_reached=measured.is_reached,
        sentence=rule_sentence(told | {"subject": measured.subject} | measured.facts, modes),
        order_ids=list(measured.order_ids),
    )
