"""Teams: who does work together."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.http import CurrentActor, Listing, Now, RondeRoute, slow
from app.http.downloads import FileKind, list_file
from app.operations.rules import columns
from app.people import queries
from app.people.actions import teams as actions
from app.people.queries import directory
from app.people.schemas import TeamInput, TeamView
from app.web.forms import Form, ids_of, messages, parse_edit
from app.web.lists import ListQuery
from app.web.pages import page, see_other
from app.web.stale import REFUSED, refused, status_of

router = APIRouter(route_class=RondeRoute, prefix="/people/teams")
CHOICES = 1000


class TeamsQuery(ListQuery):
    PATH: ClassVar = "/people/teams"
    sort: queries.NameSort = "name"

    def listing(self, by: Actor) -> Listing[TeamView]:
        asked = {"by": by, "q": self.q, "archived": self.archived}
        return Listing.sorted_by(self.sort, queries.TEAM_ORDERS, queries.teams, **asked)


Asked = Annotated[TeamsQuery, Query()]


@router.get("")
def teams_page(request: Request, asked: Asked, session: Session, by: CurrentActor) -> Response:
    may = {"may_edit": by.has(Permission.PLAN), "may_administer": by.has(Permission.ADMINISTER)}
    return page(request, "people/teams.html", by=by, **may, **asked.shown(session, asked.listing(by)))


@router.get("/export.{kind}")
@slow
def export_teams(request: Request, kind: FileKind, asked: Asked, session: Session, by: CurrentActor) -> Response:
    return list_file(request, session, "teams", kind, asked.listing(by), columns.TEAMS, words={})


def form_page(
    request: Request,
    session: Session,
    *,
    by: Actor,
    team: TeamView | None,
    values: Any,
    errors: Mapping[str, Any] | None = None,
) -> Response:
    require(by, Permission.PLAN)
    return page(
        request,
        "people/team.html",
        by=by,
        status=status_of(errors),
        team=team,
        values=values,
        errors=errors or {},
        persons=directory.person_choices(session, by=by, chosen=team.member_ids if team else (), limit=CHOICES),
    )


@router.get("/new")
def new_team(request: Request, session: Session, by: CurrentActor) -> Response:
    return form_page(request, session, by=by, team=None, values={"name": "", "member_ids": []})


@router.post("")
def create_team(request: Request, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        data, _ = parse_edit(TeamInput, form)
        actions.create_team(session, data, by=by, now=now)
    except InvalidInput as error:
        return form_page(request, session, by=by, team=None, values=said(form), errors=messages(error))
    return see_other("/people/teams", message=N_("%(name)s is added."), name=data.name)


def said(form: Form) -> dict[str, Any]:
    named = {name: form.get(name) for name in ("name", "version")}
    return named | {"member_ids": ids_of(form, "member_ids")}


@router.get("/{team_id:int}")
def show_team(request: Request, team_id: int, session: Session, by: CurrentActor) -> Response:
    team = queries.get_team(session, team_id, by=by)
    return form_page(request, session, by=by, team=team, values=team.model_dump())


@router.post("/{team_id:int}")
def edit_team(request: Request, team_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        data, version = parse_edit(TeamInput, form)
        actions.edit_team(session, team_id, data, version=version, by=by, now=now)
    except REFUSED as error:
        team = queries.get_team(session, team_id, by=by)
        errors = refused(error, said(form), team.model_dump(), TeamInput.model_fields, f"/people/teams/{team_id}")
        return form_page(request, session, by=by, team=team, values=errors.typed, errors=errors)
    return see_other("/people/teams", message=N_("Saved."))


@router.post("/{team_id:int}/archive")
def archive_team(team_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_team(session, team_id, by=by, now=now)
    return see_other("/people/teams", message=N_("Archived."))


@router.post("/{team_id:int}/restore")
def restore_team(team_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_team(session, team_id, is_archived=False, by=by, now=now)
    return see_other(f"/people/teams/{team_id}", message=N_("Restored."))
