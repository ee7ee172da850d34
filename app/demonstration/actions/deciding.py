"""The manager decides what reports suggest, every Monday; the newest few still wait."""

from datetime import datetime
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.security import Role
from app.demonstration.actions.asking import actor
from app.demonstration.actions.firm import Firm
from app.demonstration.rules.stores import REFUSALS
from app.proposals.actions.deciding import accept_proposal, refuse_proposal
from app.proposals.models import Proposal
from app.proposals.schemas import AcceptInput, RefusalInput

DECIDES = "Marc Lefèvre"
LEFT_OPEN = 5
TAKEN_UP = 0.35


def decide_proposals(session: Session, firm: Firm, *, seed: int, now: datetime) -> None:
    waiting = select(Proposal.id, Proposal.kind).where(Proposal.state == "open").order_by(Proposal.id)
    rows = session.execute(waiting).all()[:-LEFT_OPEN]
    if not rows:
        return
    by = actor(session, firm, DECIDES, Role.MANAGER)
    for row in rows:
        random = Random(f"{seed} proposal {row.id}")
        if row.kind != "replace" and random.random() < TAKEN_UP:
            accept_proposal(session, row.id, AcceptInput(team_id=firm.team_id), by=by, now=now)
        else:
            reason = REFUSALS[-1] if row.kind == "replace" else random.choice(REFUSALS[:-1])
            refuse_proposal(session, row.id, RefusalInput(reason=reason), by=by, now=now)
