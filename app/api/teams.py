"""Teams: who does work together."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.orm import Session

from app.api.patching import Patch, merge_patch, merged
from app.http import CurrentActor, IfMatch, Now, Page, PageQuery, RondeRoute, cursor_after, page_of
from app.people import queries
from app.people.actions import teams as actions
from app.people.schemas import TeamInput, TeamView

router = APIRouter(prefix="/teams", tags=["teams"], route_class=RondeRoute)


class TeamQuery(PageQuery):
    q: Annotated[str, Field(max_length=200, description="Words in the name.")] = ""
    archived: bool = False


@router.get("")
def list_teams(query: Annotated[TeamQuery, Query()], session: Session, by: CurrentActor) -> Page[TeamView]:
    """By name."""
    after = cursor_after(query.cursor)
    rows = queries.teams(session, by=by, q=query.q, archived=query.archived, after=after, limit=query.limit)
    return page_of(rows, query.limit, lambda row: (row.name, row.id))


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
