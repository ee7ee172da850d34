"""A problem is told: by somebody signed in, by a technician for somebody, or by a stranger who scanned a label."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_, current_language
from app.core.security import Actor, Permission, Role, digest, new_secret, require
from app.journal.actions import edit_row, keep_file, record_change
from app.journal.actions.files import DOCUMENTS
from app.journal.models import File
from app.people.models import Person
from app.people.queries import persons_named
from app.places.models import Organisation
from app.requests.models import RequestFile, WorkRequest
from app.requests.queries import files_of, get_request, item_asked_about, item_of_label, lock_request, order_of
from app.requests.rules import refuse_unless_new
from app.requests.schemas import AskInput, RequestInput, RequestPatch, StrangerInput
from app.workorders.models import WorkOrderFile
from app.workorders.schemas import ItemInput

ENTITY = "request"
PHOTOS_MOST = 5
CONTACT = ("contact_name", "contact_email", "contact_phone")


def create_request(session: Session, data: RequestInput, *, by: Actor, now: datetime) -> WorkRequest:
    """Whoever works takes it down for somebody; everybody else asks for themselves, whatever else they say."""
    item = item_asked_about(session, data, by=by)
    if by.has(Permission.WORK):
        said = _concerned(session, data, by=by) | {"channel": data.channel}
    else:
        said = _themselves(session, by) | {"channel": "portal"}
    return _keep(session, item, data, said, once=data.once, by=by, now=now)


def send_from_label(session: Session, qr_token: str, data: StrangerInput, *, now: datetime) -> WorkRequest:
    """Without an account, where the site allows it."""
    item = item_of_label(session, qr_token)
    by = Actor(name=data.contact_name or "Anonymous", role=Role.REQUESTER, site_ids=frozenset({item.site_id}))
    said = data.model_dump(include=set(CONTACT)) | {"channel": "portal", "language": current_language()}
    return _keep(session, item, data, said, once=data.once, by=by, now=now)


def _themselves(session: Session, by: Actor) -> dict[str, Any]:
    person = session.get(Person, by.person_id) if by.person_id else None
    contact = {"contact_email": person.email, "contact_phone": person.phone} if person else {}
    return {"person_id": by.person_id, "contact_name": by.name, "language": by.language, **contact}


def _concerned(session: Session, data: RequestInput, *, by: Actor) -> dict[str, Any]:
    """The person by id, else by a name that only one bears; what is known of them fills what was not said."""
    person_id = data.person_id
    if person_id is None and data.contact_name:
        alike = persons_named(session, data.contact_name, by=by)
        person_id = alike[0] if len(alike) == 1 else None
    person = session.get(Person, person_id) if person_id is not None else None
    if data.person_id is not None and person is None:
        raise InvalidInput.at("person_id", "unknown_person", N_("This person does not exist."))
    house = session.get(Organisation, 1)
    return {
        "person_id": person_id,
        "contact_name": data.contact_name or (person.name if person else None),
        "contact_email": data.contact_email or (person.email if person else None),
        "contact_phone": data.contact_phone or (person.phone if person else None),
        "language": data.language or (person.language if person else None) or (house.language if house else "en"),
    }


def _keep(
    session: Session, item: Any, data: AskInput, said: dict[str, Any], *, once: str | None, by: Actor, now: datetime
) -> WorkRequest:
    """The same form for the same item with the same words is one request, however often it is sent, and at once."""
    refuse_future(data.since_at, now)
    sent_once = digest(f"{once}:{item.equipment_id}:{item.location_id}:{data.text}") if once else None
    before = select(WorkRequest).where(WorkRequest.sent_once == sent_once)
    if sent_once is not None and (found := session.scalar(before)) is not None:
        return found
    request = WorkRequest(
        **said,
        equipment_id=item.equipment_id,
        location_id=item.location_id,
        site_id=item.site_id,
        text=data.text,
        urgency=data.urgency.value,
        since_at=data.since_at,
        secret=new_secret(),
        sent_once=sent_once,
        created_at=now,
        created_by=by.user_id,
    )
    try:
        with session.begin_nested():
            session.add(request)
    except IntegrityError:  # the other press was faster by a moment
        return session.scalars(before).one()
    told = {"text": [None, request.text], "channel": [None, request.channel]}
    tell(session, request, "created", told, by=by, now=now)
    return request


def refuse_future(since_at: datetime | None, now: datetime) -> None:
    if since_at is not None and since_at > now:
        raise InvalidInput.at("since_at", "in_the_future", N_("This lies in the future: say since when it is so."))


def tell(
    session: Session, request: WorkRequest, action: str, changes: dict[str, Any], *, by: Actor, now: datetime
) -> None:
    record_change(session, action, ENTITY, request.id, changes, by=by, now=now, site_id=request.site_id)


def edit_request(
    session: Session, request_id: int, data: RequestPatch, *, version: int | None = None, by: Actor, now: datetime
) -> WorkRequest:
    """What was misheard, or the wrong label scanned; until it is decided."""
    request = lock_request(session, request_id, by=by)
    require(by, Permission.WORK, site_id=request.site_id)
    refuse_unless_new(request.state)
    refuse_future(data.since_at, now)
    values = data.model_dump(exclude_unset=True, mode="json")
    if "since_at" in values:
        values["since_at"] = data.since_at
    if values.get("urgency", request.urgency) is None:
        raise InvalidInput.at("urgency", "required", N_("This is needed."))
    if "equipment_id" in values or "location_id" in values:
        item = ItemInput(equipment_id=values.get("equipment_id"), location_id=values.get("location_id"))
        found = item_asked_about(session, item, by=by)
        values |= {name: getattr(found, name) for name in ("equipment_id", "location_id", "site_id")}
    edit_row(session, request, values, entity=ENTITY, by=by, now=now, version=version, site_id=request.site_id)
    return request


def attach_photo(
    session: Session, request_id: int, name: str, data: bytes, *, files_dir: Path, most: int, by: Actor, now: datetime
) -> File:
    request = get_request(session, request_id, by=by)
    return keep_photo(session, request, name, data, files_dir=files_dir, most=most, by=by, now=now)


def keep_photo(
    session: Session,
    request: WorkRequest,
    name: str,
    data: bytes,
    *,
    files_dir: Path,
    most: int,
    by: Actor,
    now: datetime,
) -> File:
    """Photos alone, encoded anew; the order that there is already shows it too."""
    if PurePosixPath(name.lower()).suffix in DOCUMENTS:
        raise InvalidInput.at("file", "photo_only", N_("Attach a photo (JPEG, PNG, WebP, GIF)."))
    if len(files_of(session, request.id)) >= PHOTOS_MOST:
        raise InvalidInput.at("file", "too_many_files", N_("At most %(most)s photos go along."), most=PHOTOS_MOST)
    file = keep_file(session, name, data, files_dir=files_dir, most=most, by=by, now=now)
    session.add(RequestFile(request_id=request.id, file_id=file.id))
    session.flush()
    order = order_of(session, request)
    if order is not None:
        show_on_order(session, [file], order.id)
    tell(session, request, "file_added", {"file": [None, file.name]}, by=by, now=now)
    return file


def show_on_order(session: Session, files: Sequence[File], order_id: int) -> None:
    """Each file once."""
    there = set(session.scalars(select(WorkOrderFile.file_id).where(WorkOrderFile.order_id == order_id)))
    session.add_all(WorkOrderFile(order_id=order_id, file_id=file.id) for file in files if file.id not in there)
    session.flush()
