"""What people decide about themselves: language, theme, password, tokens, browsers in which they are signed in."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, digest
from app.http import CurrentActor, Now, RondeRoute, slow
from app.http.asking import house_of
from app.http.limits import address_of
from app.people import queries as people
from app.people.actions.sessions import close_other_sign_ins
from app.people.actions.tokens import create_api_token, revoke_api_token
from app.people.actions.users import change_own_password, edit_profile
from app.people.schemas import ApiTokenInput, PasswordChange, ProfileInput
from app.procedures.queries.suggestions import list_suggestions
from app.web.auth import COOKIE
from app.web.browsers import browser_words
from app.web.forms import Form, messages, parse
from app.web.pages import page, see_other
from app.web.session import signed_in

router = APIRouter(route_class=RondeRoute, prefix="/me")
OWN_SUGGESTIONS = 5  # the latest


def me_page(
    request: Request, session: Session, *, by: Actor, now: datetime, status: int = 200, **more: Any
) -> Response:
    user = people.user_row(session, by.user_id or 0)
    return page(
        request,
        "me/show.html",
        by=by,
        status=status,
        **{
            "user": user,
            "tokens": people.api_tokens(session, user.id),
            "suggestions": list_suggestions(session, by=by, is_mine=True, limit=OWN_SUGGESTIONS)[:OWN_SUGGESTIONS]
            if by.has(Permission.WORK)
            else [],
            "sign_ins": people.sign_ins(session, user.id, now=now),
            "browser_words": browser_words,
            "this_browser": digest(request.cookies[COOKIE]),
            "now": now,
            "errors": {},
            "new_token": None,
        }
        | more,
    )


@router.get("")
def show_me(request: Request, session: Session, by: CurrentActor, now: Now) -> Response:
    return me_page(request, session, by=by, now=now)


@router.post("")
def save_profile(request: Request, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        edit_profile(session, parse(ProfileInput, form), by=by, now=now)
    except InvalidInput as error:
        return me_page(request, session, by=by, now=now, status=error.status, errors=messages(error))
    return see_other("/me", message=N_("Saved."))


@router.post("/password")
@slow
def change_password(request: Request, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    """Every session ends; this browser gets a new one."""
    limiter, name = house_of(request).limiter, str(by.user_id)
    limiter.refuse_too_many("password", address_of(request), name)
    try:
        user = change_own_password(session, parse(PasswordChange, form), by=by, now=now)
    except InvalidInput as error:
        limiter.count_failure("password", address_of(request), name)
        return me_page(request, session, by=by, now=now, status=error.status, errors=messages(error))
    return signed_in(request, session, user, "/me", now=now)


@router.post("/tokens")
def make_token(request: Request, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    """The secret stands on this one page: an address would keep it in the browser's history."""
    try:
        token = create_api_token(session, parse(ApiTokenInput, form), by=by, now=now)
    except InvalidInput as error:
        return me_page(request, session, by=by, now=now, status=error.status, errors=messages(error))
    return me_page(request, session, by=by, now=now, new_token=token)


@router.post("/tokens/{token_id}/revoke")
def revoke_token(token_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    revoke_api_token(session, token_id, by=by, now=now)
    return see_other("/me", message=N_("The token is revoked."))


@router.post("/sign-out-elsewhere")
def sign_out_elsewhere(request: Request, session: Session, by: CurrentActor, now: Now) -> Response:
    close_other_sign_ins(session, request.cookies[COOKIE], by=by, now=now)
    return see_other("/me", message=N_("You are signed out everywhere else."))
