"""The manager decides what reports suggest, every Monday; the newest few still wait."""

from datetime import datetime
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.security import Role
from app.demonstration.actions.asking import actor
from app.demonstration.actions.firm import Firm
from app.demonstration.rules.stores import REFUSALS
from app.proposals.actions.deciding import accept_proposal, refuse_proposal
from app.proposals.models import Proposal
from app.proposals.schemas import AcceptInput, RefusalInput

DECIDES = "Marc Lefèvre"
LEFT_OPEN = 1  # of each kind; the first night adds those that tune plans
TAKEN_UP = 0.35


def decide_proposals(session: Session, firm: Firm, *, seed: int, now: datetime) -> None:
    newest = func.row_number().over(partition_by=Proposal.kind, order_by=Proposal.id.desc())
    waiting = select(Proposal.id, Proposal.kind, newest.label("newest")).where(Proposal.state == "open")
    rows = [row for row in session.execute(waiting.order_by(Proposal.id)) if row.newest > LEFT_OPEN]
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
