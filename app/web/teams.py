"""Teams: who does work together."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.http import CurrentActor, Now, RondeRoute, cursor_after, page_of
from app.people import queries
from app.people.actions import teams as actions
from app.people.schemas import TeamInput, TeamView
from app.web.forms import Form, ids_of, messages, parse_edit
from app.web.lists import ON_A_PAGE, Asked
from app.web.pages import page, see_other

router = APIRouter(route_class=RondeRoute, prefix="/people/teams")
CHOICES = 1000


@router.get("")
def teams_page(request: Request, asked: Asked, session: Session, by: CurrentActor) -> Response:
    after = cursor_after(asked.cursor)
    rows = queries.teams(session, by=by, q=asked.q, archived=asked.archived, after=after, limit=ON_A_PAGE)
    found = page_of(rows, ON_A_PAGE, lambda row: (row.name, row.id))
    may_edit, may_administer = by.has(Permission.PLAN), by.has(Permission.ADMINISTER)
    shown = asked.shown("/people/teams", found)
    return page(request, "people/teams.html", by=by, may_edit=may_edit, may_administer=may_administer, **shown)


def form_page(
    request: Request,
    session: Session,
    *,
    by: Actor,
    team: TeamView | None,
    values: Any,
    errors: dict[str, str] | None = None,
) -> Response:
    require(by, Permission.PLAN)
    return page(
        request,
        "people/team.html",
        by=by,
        status=422 if errors else 200,
        team=team,
        values=values,
        errors=errors or {},
        persons=queries.persons(session, by=by, limit=CHOICES),
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
    return {"name": form.get("name"), "member_ids": ids_of(form, "member_ids")}


@router.get("/{team_id:int}")
def show_team(request: Request, team_id: int, session: Session, by: CurrentActor) -> Response:
    team = queries.get_team(session, team_id, by=by)
    return form_page(request, session, by=by, team=team, values=team.model_dump())


@router.post("/{team_id:int}")
def edit_team(request: Request, team_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        data, version = parse_edit(TeamInput, form)
        actions.edit_team(session, team_id, data, version=version, by=by, now=now)
    except InvalidInput as error:
        team = queries.get_team(session, team_id, by=by)
        return form_page(request, session, by=by, team=team, values=said(form), errors=messages(error))
    return see_other("/people/teams", message=N_("Saved."))


@router.post("/{team_id:int}/archive")
def archive_team(team_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_team(session, team_id, by=by, now=now)
    return see_other("/people/teams", message=N_("Archived."))


@router.post("/{team_id:int}/restore")
def restore_team(team_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_team(session, team_id, is_archived=False, by=by, now=now)
    return see_other(f"/people/teams/{team_id}", message=N_("Restored."))
