"""Absences: whole days on which people are away. The forecast's capacity and automatic assignment reckon with them."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.api.patching import Patch, merge_patch, merged
from app.core.security import Actor
from app.http import CurrentActor, IfMatch, ListFilter, Listing, Now, Page, PageQuery, RondeRoute, slow
from app.http.downloads import FILES, FileKind, list_file
from app.operations.rules import columns
from app.people.actions import away as actions
from app.people.queries import away as queries
from app.people.schemas import AbsenceEdit, AbsenceInput, AbsenceView, Id

router = APIRouter(prefix="/absences", tags=["absences"], route_class=RondeRoute)


class AbsenceFilter(ListFilter):
    person_id: Id | None = None
    team_id: Id | None = None
    first_on: date | None = None
    last_on: date | None = None
    sort: queries.DaySort = "first_on"

    def listing(self, by: Actor) -> Listing[AbsenceView]:
        asked = self.model_dump(exclude={"sort", "limit", "cursor"})
        return Listing.sorted_by(self.sort, queries.ABSENCE_ORDERS, queries.absences, by=by, **asked)


class AbsenceQuery(PageQuery, AbsenceFilter):
    pass


@router.get("")
def list_absences(query: Annotated[AbsenceQuery, Query()], session: Session, by: CurrentActor) -> Page[AbsenceView]:
    """Those that touch the days asked for, by their first day; who does not plan sees their own."""
    return query.listing(by).page(session, limit=query.limit, cursor=query.cursor)


@router.get("/export.{kind}", response_class=Response, responses=FILES)
@slow
def export_absences(
    request: Request, kind: FileKind, query: Annotated[AbsenceFilter, Query()], session: Session, by: CurrentActor
) -> Response:
    """The whole list as a file, with the filters of the list."""
    return list_file(request, session, "absences", kind, query.listing(by), columns.ABSENCES)


@router.post("", status_code=201)
def enter_absence(data: AbsenceInput, session: Session, by: CurrentActor, now: Now) -> AbsenceView:
    """Days that go on from ones of the same kind make those longer; days of another kind must be free."""
    absence = actions.enter_absence(session, data, by=by, now=now)
    return queries.get_absence(session, absence.id, by=by)


@router.get("/{absence_id}")
def get_absence(absence_id: int, session: Session, by: CurrentActor) -> AbsenceView:
    return queries.get_absence(session, absence_id, by=by)


@router.patch("/{absence_id}", openapi_extra=merge_patch(AbsenceEdit))
def edit_absence(
    absence_id: int, patch: Patch, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> AbsenceView:
    data = merged(AbsenceEdit, queries.get_absence(session, absence_id, by=by), patch)
    actions.edit_absence(session, absence_id, data, version=version, by=by, now=now)
    return queries.get_absence(session, absence_id, by=by)


@router.delete("/{absence_id}", status_code=204)
def withdraw_absence(absence_id: int, session: Session, by: CurrentActor, now: Now) -> None:
    """They will be there after all."""
    actions.withdraw_absence(session, absence_id, by=by, now=now)
