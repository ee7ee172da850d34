"""A team's rota: who is on call, who follows, who stands in."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import AppError, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.http import CurrentActor, Now, RondeRoute
from app.people.actions import on_call as actions
from app.people.queries import directory
from app.people.queries import on_call as queries
from app.people.schemas import OnCallInput, OnCallView, SwapInput
from app.places.rules import time_zones
from app.web.forms import Form, ids_of, parse, parse_edit, values_of
from app.web.pages import page, see_other
from app.web.stale import REFUSED, Refusal, Saved, refused, status_of, wrong

router = APIRouter(route_class=RondeRoute, prefix="/people/teams/{team_id:int}/on-call")
PEOPLE_MAX = 1000
SPARE_TURNS = 3
TYPED = ("time_zone", "starts_on", "handover", "opens", "closes")


@router.get("")
def on_call_page(request: Request, team_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    return shown(request, session, team_id, by=by, now=now)


def shown(
    request: Request,
    session: Session,
    team_id: int,
    *,
    by: Actor,
    now: Now,
    errors: Refusal | None = None,
) -> Response:
    team = directory.get_team(session, team_id, by=by)
    rota = queries.find_on_call(session, team_id, at=now, by=by)
    named = [*rota.person_ids, *(swap.person_id for swap in rota.swaps)] if rota else []
    people = directory.person_choices(session, by=by, chosen=[*named, *team.member_ids], limit=PEOPLE_MAX)
    usual = {"time_zone": by.time_zone, "starts_on": today(now, by.time_zone), "person_ids": team.member_ids}
    return page(
        request,
        "people/on_call.html",
        by=by,
        status=status_of(errors),
        team=team,
        rota=rota,
        people=people,
        names={person.id: person.name for person in people},
        v=(values_from(rota) if rota else usual | {"handover": "08:00", "opens": "08:00", "closes": "18:00"})
        | (errors.typed if errors is not None else {}),
        spare=SPARE_TURNS,
        zones=time_zones(),
        errors=errors or {},
        today=today(now, by.time_zone),
        may_edit=by.has(Permission.PLAN),
    )


def values_from(rota: OnCallView) -> dict[str, Any]:
    times = {name: "{:02d}:{:02d}".format(*divmod(getattr(rota, name), 60)) for name in ("handover", "opens", "closes")}
    return rota.model_dump(include={"time_zone", "starts_on", "person_ids", "version"}) | times


@router.post("")
def set_on_call(request: Request, team_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        data, version = parse_edit(OnCallInput, form)
        actions.set_on_call(session, team_id, data, version=version, by=by, now=now)
    except REFUSED as error:
        said: dict[str, Any] = {name: form[name] for name in TYPED if name in form}
        said["person_ids"] = ids_of(form, "person_ids")
        rota = queries.find_on_call(session, team_id, at=now, by=by)
        errors = wrong(error, said) if rota is None else in_turn(error, said, values_from(rota), team_id)
        return shown(request, session, team_id, by=by, now=now, errors=errors)
    return see_other(f"/people/teams/{team_id}/on-call", message=N_("Saved."))


def in_turn(error: AppError, said: dict[str, Any], saved: dict[str, Any], team_id: int) -> Refusal:
    """Who follows whom differs by its order, too."""
    errors = refused(error, said, saved, TYPED, f"/people/teams/{team_id}/on-call")
    if errors.saved_url and said["person_ids"] != saved["person_ids"]:
        errors["person_ids"] = Saved([str(key) for key in saved["person_ids"]])
    return errors


@router.post("/end")
def end_on_call(team_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.end_on_call(session, team_id, by=by, now=now)
    return see_other(f"/people/teams/{team_id}", message=N_("The team has no rota any more."))


@router.post("/swaps")
def swap_on_call(request: Request, team_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        actions.swap_on_call(session, team_id, parse(SwapInput, form), by=by, now=now)
    except InvalidInput as error:
        said = {f"swap_{name}": text for name, text in values_of(form).items()}
        return shown(request, session, team_id, by=by, now=now, errors=wrong(error, said))
    return see_other(f"/people/teams/{team_id}/on-call", message=N_("Saved."))


@router.post("/swaps/{swap_id:int}/undo")
def undo_swap(team_id: int, swap_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.undo_swap(session, team_id, swap_id, by=by, now=now)
    return see_other(f"/people/teams/{team_id}/on-call", message=N_("The swap is undone."))
