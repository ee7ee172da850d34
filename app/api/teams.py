"""Teams: who does work together."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.api.patching import Patch, merge_patch, merged
from app.core.security import Actor
from app.http import CurrentActor, IfMatch, ListFilter, Listing, Now, Page, PageQuery, RondeRoute, slow
from app.http.downloads import FILES, FileKind, list_file
from app.operations.rules import columns
from app.people import queries
from app.people.actions import teams as actions
from app.people.schemas import TeamInput, TeamView

router = APIRouter(prefix="/teams", tags=["teams"], route_class=RondeRoute)


class TeamFilter(ListFilter):
    q: Annotated[str, Field(max_length=200, description="Words in the name.")] = ""
    archived: bool = False
    sort: queries.NameSort = "name"

    def listing(self, by: Actor) -> Listing[TeamView]:
        asked = self.model_dump(exclude={"sort", "limit", "cursor"})
        return Listing.sorted_by(self.sort, queries.TEAM_ORDERS, queries.teams, by=by, **asked)


class TeamQuery(PageQuery, TeamFilter):
    pass


@router.get("")
def list_teams(query: Annotated[TeamQuery, Query()], session: Session, by: CurrentActor) -> Page[TeamView]:
    """By name."""
    return query.listing(by).page(session, limit=query.limit, cursor=query.cursor)


@router.get("/export.{kind}", response_class=Response, responses=FILES)
@slow
def export_teams(
    request: Request, kind: FileKind, query: Annotated[TeamFilter, Query()], session: Session, by: CurrentActor
) -> Response:
    """The whole list as a file, with the filters of the list."""
    return list_file(request, session, "teams", kind, query.listing(by), columns.TEAMS)


@router.post("", status_code=201)
def create_team(data: TeamInput, session: Session, by: CurrentActor, now: Now) -> TeamView:
    return actions.create_team(session, data, by=by, now=now)


@router.get("/{team_id}")
def get_team(team_id: int, session: Session, by: CurrentActor) -> TeamView:
    return queries.get_team(session, team_id, by=by)


@router.patch("/{team_id}", openapi_extra=merge_patch(TeamInput))
def edit_team(team_id: int, patch: Patch, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> TeamView:
    data = merged(TeamInput, queries.get_team(session, team_id, by=by), patch)
    return actions.edit_team(session, team_id, data, version=version, by=by, now=now)


@router.post("/{team_id}/archive")
def archive_team(team_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> TeamView:
    return actions.archive_team(session, team_id, version=version, by=by, now=now)


@router.post("/{team_id}/restore")
def restore_team(team_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> TeamView:
    return actions.archive_team(session, team_id, is_archived=False, version=version, by=by, now=now)
