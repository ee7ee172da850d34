"""What people of the two sites have asked for."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.equipment.models import Equipment
from app.people.models import User
from app.places.models import Site
from app.requests import actions
from app.requests.schemas import RejectInput, StrangerInput
from tests.factories.equipment import make_equipment
from tests.factories.requests import NOON, make_request
from tests.factories.workorders import make_order


def requests(session: Session, ids: dict[str, Any], word: str, login: str | None) -> dict[str, object]:
    """One in each state that something can be done to; they are `login`'s, where there is one."""
    piece = session.get_one(Equipment, ids["equipment_id"])
    made = {
        name: make_request(session, piece, f"{word} {name}", contact_name=f"{word} person")
        for name in ("request_id", "rejected_request_id", "done_request_id")
    }
    actions.reject_request(
        session, made["rejected_request_id"].id, RejectInput(reason=f"{word} leased"), by=Actor.system(), now=NOON
    )
    done = made["done_request_id"]
    done.state, done.order_id = "accepted", ids["done_order_id"]
    person_id = session.scalar(select(User.person_id).where(User.login == login)) if login else None
    for request in made.values():
        request.person_id = person_id
    session.flush()
    return {name: request.id for name, request in made.items()}


def links(session: Session, site: Site) -> dict[str, object]:
    """Whoever holds a link sees what it leads to, wherever they are from: it is about a piece without the site's word.

    One waits for an answer, the other is done.
    """
    site.allows_anonymous_requests = True
    piece = make_equipment(session, "HALL-1", site, name="Hall printer")
    said = StrangerInput(text="It eats the paper")
    waiting, done = (actions.send_from_label(session, piece.qr_token, said, now=NOON) for _ in range(2))
    order = make_order(session, piece, "Look at it")
    order.state = "completed"
    done.state, done.order_id = "accepted", order.id
    session.flush()
    return {"secret": waiting.secret, "done_secret": done.secret}
