"""The library of IT procedures and plans: looked through, loaded, brought up to date."""

from fastapi import APIRouter
from sqlalchemy.orm import Session

from app.http import CurrentActor, Now, RondeRoute
from app.http.route import reads
from app.library import actions, queries
from app.library.schemas import DecideInput, EntryRow, EntryView, LoadInput, LoadPreview, Made

router = APIRouter(prefix="/library", tags=["library"], route_class=RondeRoute)


@router.get("")
def list_library(session: Session, by: CurrentActor) -> list[EntryRow]:
    """Every entry, in the reader's language, with its standing in this house."""
    return queries.list_entries(session, by=by)


@router.get("/{entry_code}")
def get_library_entry(entry_code: str, session: Session, by: CurrentActor) -> EntryView:
    """Its steps and plans; where a newer edition came, what it says otherwise."""
    return queries.show_entry(session, entry_code, by=by)


@router.post("/{entry_code}/preview")
@reads
def preview_library_entry(
    entry_code: str, data: LoadInput, session: Session, by: CurrentActor, now: Now
) -> LoadPreview:
    """What loading it would make. Nothing is written."""
    return queries.preview_load(session, entry_code, data, by=by, now=now)


@router.post("/{entry_code}/load", status_code=201)
def load_library_entry(entry_code: str, data: LoadInput, session: Session, by: CurrentActor, now: Now) -> Made:
    """The procedure once, in force at once; each chosen plan, at rest unless `is_active`."""
    return actions.load_entry(session, entry_code, data, by=by, now=now)


@router.post("/{entry_code}/decide")
def decide_library_edition(
    entry_code: str, data: DecideInput, session: Session, by: CurrentActor, now: Now
) -> EntryView:
    """A newer edition is taken as the draft of the next version, or one's own text stays."""
    actions.decide_edition(session, entry_code, take=data.take, by=by, now=now)
    return queries.show_entry(session, entry_code, by=by)
