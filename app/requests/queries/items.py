"""What can be asked about: a piece, or a place. Whoever asks sees its tag, its name and where it stands, no more."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput, NotFound
from app.core.i18n import N_
from app.core.security import Actor
from app.equipment.models import Equipment
from app.people.queries import matches
from app.places.models import Location, Site
from app.workorders.schemas import ItemInput

OF_PIECE: tuple[Any, ...] = (
    Equipment.id.label("equipment_id"),
    literal(None).label("location_id"),
    Equipment.tag,
    Equipment.name.label("item"),
    Location.path.label("place"),
    Equipment.site_id,
    Site.name.label("site"),
    Site.time_zone,
    Site.allows_anonymous_requests,
)
OF_PLACE: tuple[Any, ...] = (
    literal(None).label("equipment_id"),
    Location.id.label("location_id"),
    literal(None).label("tag"),
    literal(None).label("item"),
    Location.path.label("place"),
    Location.site_id,
    Site.name.label("site"),
    Site.time_zone,
    Site.allows_anonymous_requests,
)
PIECES: Select[Any] = (
    select(*OF_PIECE)
    .join(Site, Site.id == Equipment.site_id)
    .outerjoin(Location, Location.id == Equipment.location_id)
    .where(Equipment.archived_at.is_(None))
)
PLACES: Select[Any] = select(*OF_PLACE).join(Site, Site.id == Location.site_id).where(Location.archived_at.is_(None))
TOKEN_MOST = 200
LIVING = Equipment.status != "retired"


def item_asked_about(session: Session, item: ItemInput, *, by: Actor) -> Any:
    """The piece or place, which must be one at a site that the actor sees."""
    if item.equipment_id is not None:
        statement, pointer = PIECES.where(Equipment.id == item.equipment_id), "equipment_id"
    else:
        statement, pointer = PLACES.where(Location.id == item.location_id), "location_id"
    found = session.execute(statement).one_or_none()
    if found is None or not by.sees_site(found.site_id):
        raise InvalidInput.at(pointer, "unknown_item", N_("This equipment or place does not exist."))
    return found


def item_of_label(session: Session, qr_token: str, *, by: Actor | None = None) -> Any:
    """What the code on a label stands for: for who is signed in where they may look, for a stranger where the site
    allows it. The same answer for a code that is none and for one that is not to be used.
    """
    statement = PIECES.where(Equipment.qr_token == qr_token, *([] if by else [LIVING]))
    found = session.execute(statement).one_or_none() if len(qr_token) < TOKEN_MOST and qr_token.isprintable() else None
    is_open = found is not None and (by.sees_site(found.site_id) if by else found.allows_anonymous_requests)
    if not is_open:
        raise NotFound("not_found", N_("This label leads nowhere. Ask whoever looks after the equipment."))
    return found


def in_sight(by: Actor, site_id: Any) -> list[ColumnElement[bool]]:
    return [] if by.site_ids is None else [site_id.in_(by.site_ids)]


def own_pieces(session: Session, *, by: Actor, limit: int = 20) -> Sequence[Any]:
    """What the actor uses themselves."""
    return _pieces(session, PIECES.where(Equipment.person_id == (by.person_id or 0), LIVING), limit)


def pieces_named(session: Session, q: str, *, by: Actor, limit: int = 10) -> Sequence[Any]:
    """By tag or words of the name, at the sites that the actor sees."""
    found = matches(q, func.lower(Equipment.tag), Equipment.sort_name)
    return _pieces(session, PIECES.where(found, LIVING, *in_sight(by, Equipment.site_id)), limit) if q.strip() else []


def _pieces(session: Session, statement: Select[Any], limit: int) -> Sequence[Any]:
    return session.execute(statement.order_by(Equipment.tag).limit(limit)).all()


def places_to_ask_about(session: Session, *, by: Actor, limit: int = 300) -> Sequence[Any]:
    statement = PLACES.where(*in_sight(by, Location.site_id)).order_by(Site.sort_name, Location.search_text)
    return session.execute(statement.limit(limit)).all()
