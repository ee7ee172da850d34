"""What people asked for in the live installation: one that waits and one that is done, a label and a link."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.security import Actor, Role
from app.equipment.models import Equipment
from app.interventions.actions import complete_work_order
from app.interventions.schemas import CompletionInput
from app.people.models import User
from app.places.models import Site
from app.requests import actions
from app.requests.models import WorkRequest
from app.requests.schemas import AcceptInput, RequestInput

LABEL, LINK = "label", "link"
NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


def request_of(session: Session, login: str) -> int:
    """The one that waits."""
    wanted = select(WorkRequest.id).join(User, User.person_id == WorkRequest.person_id)
    return session.scalars(wanted.where(User.login == login, WorkRequest.state == "new")).first() or 0


def ask(session: Session, login: str) -> None:
    """Of the first piece, whose site lets anybody ask; both are this person's, who uses it."""
    piece = session.get_one(Equipment, 1)
    session.get_one(Site, piece.site_id).allows_anonymous_requests = True
    user = session.scalars(select(User).where(User.login == login)).one()
    piece.qr_token, piece.person_id = LABEL, user.person_id
    by = Actor(name="Nadia", role=Role.REQUESTER, user_id=user.id, person_id=user.person_id, language="fr")
    for text in ("Bruit au démarrage", "Plus de réseau"):
        data = RequestInput(equipment_id=piece.id, text=text)
        asked = actions.create_request(session, data, by=by, now=NOW)
    asked.secret = LINK
    accepted = AcceptInput(answer="Vu, merci.", assignee_id=None)
    order_id = actions.accept_request(session, asked.id, accepted, by=Actor.system(), now=NOW).order_id
    report = CompletionInput(explanation="Câble remplacé.")
    complete_work_order(session, order_id or 0, report, by=Actor.system(), now=NOW)
