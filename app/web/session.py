"""Signing in and out."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from app.core.errors import AppError, InvalidInput
from app.core.i18n import N_, gettext
from app.core.security import Actor, Permission
from app.http import CurrentActor, House, Now, RondeRoute, public, slow
from app.http.asking import house_of
from app.http.limits import address_of
from app.people import queries as people
from app.people.actions.sessions import close_sign_in, open_sign_in, refuse_ended
from app.people.models import User
from app.people.schemas import SignInInput
from app.places import queries as places
from app.web.auth import COOKIE
from app.web.forms import Form, parse
from app.web.pages import page, see_other

router = APIRouter(route_class=RondeRoute)
GATES = ("/login", "/logout", "/setup")


class LoginForm(SignInInput):
    next: str = "/"


def inside(url: str) -> str:
    """A path of this house: nobody is led elsewhere after signing in (`//` and a backslash begin a host)."""
    is_inside = url.startswith("/") and not url.startswith("//") and "\\" not in url and url.isprintable()
    return url if is_inside and url.partition("?")[0] not in GATES else "/"


@router.get("/login")
@public
def login_page(request: Request, session: Session, next: str = "/") -> Response:
    if places.find_organisation(session) is None:
        return see_other("/setup")
    return page(request, "auth/login.html", by=None, error=None, login="", next_url=inside(next))


@router.post("/login")
@public
@slow
def login(request: Request, form: Form, now: Now) -> Response:
    """Hashing is slow: it runs beside the one writer, and the session is written afterwards."""
    house = house_of(request)
    try:
        data = parse(LoginForm, form)
        user = recognise(house, address_of(request), data)
    except AppError as error:
        shown = {"login": str(form.get("login") or ""), "next_url": inside(str(form.get("next") or "/"))}
        return page(request, "auth/login.html", by=None, status=error.status, error=said(error), **shown)
    with house.database.writing() as session:
        return signed_in(request, session, user, inside(data.next), now=now)


def recognise(house: House, address: str, data: SignInInput) -> User:
    """The same answer for a wrong password, an unknown login and a deactivated account."""
    house.limiter.refuse_too_many("login", address, data.login)
    with house.database.reading() as session:
        user = people.find_user_by_password(session, data.login, data.password.get_secret_value())
    if user is None:
        house.limiter.count_failure("login", address, data.login)
        raise InvalidInput("wrong_login", N_("Login or password is wrong."))
    return user


def said(error: AppError) -> str:
    """A form with an empty field says what any wrong one does."""
    return gettext(N_("Login or password is wrong.")) if error.fields else gettext(error.message)


def signed_in(request: Request, session: Session, user: User, url: str, *, now: datetime) -> Response:
    """The answer that carries a new session; requesters have no day of their own to land on."""
    settings = house_of(request).settings
    refuse_ended(session, user)
    by = places.actor_of(session, user, language="en")
    token = open_sign_in(
        session,
        user,
        days=settings.session_days,
        replaces=request.cookies.get(COOKIE),
        user_agent=request.headers.get("user-agent"),
        by=by,
        now=now,
    )
    response = RedirectResponse(home_of(by) if url == "/" else url, 303)
    is_secure = settings.secure_cookies or request.url.scheme == "https"
    age = settings.session_days * 24 * 3600
    response.set_cookie(COOKIE, token, max_age=age, httponly=True, samesite="lax", secure=is_secure)
    return response


def home_of(by: Actor) -> str:
    return "/" if by.has(Permission.WORK) else "/portal"


@router.post("/logout")
def logout(request: Request, session: Session, by: CurrentActor, now: Now) -> Response:
    close_sign_in(session, request.cookies[COOKIE], by=by, now=now)
    response = see_other("/login")
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return response
