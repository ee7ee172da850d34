"""The first visit: one administrator, where the house is, and what to begin with."""

from typing import Any

from babel import Locale
from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import InvalidInput
from app.core.i18n import current_language
from app.core.security import Permission, require
from app.demonstration.actions import on_demand as demonstration
from app.demonstration.rules.firm import TIME_ZONE
from app.http import CurrentActor, Now, RondeRoute, public
from app.http.asking import house_of
from app.places import queries as places
from app.places.actions.setup import set_up
from app.places.rules import holiday_countries, time_zones
from app.places.schemas import SetupInput
from app.web.forms import Form, messages, parse
from app.web.pages import page, see_other
from app.web.session import signed_in

router = APIRouter(route_class=RondeRoute)
GUESSES = {"fr": ("FR", "Europe/Paris"), "en": ("GB", "Europe/London")}
FIELDS = ("organisation", "name", "login", "language", "country", "time_zone")


def setup_form(request: Request, values: dict[str, Any], errors: dict[str, str], status: int = 200) -> Response:
    names = Locale.parse(current_language()).territories
    countries = sorted(((code, names.get(code, code)) for code in holiday_countries()), key=lambda pair: pair[1])
    zones = [(zone, zone.replace("_", " ")) for zone in time_zones()]
    return page(
        request,
        "auth/setup.html",
        by=None,
        status=status,
        values={name: values.get(name) or "" for name in FIELDS},
        errors=errors,
        countries=countries,
        time_zones=zones,
    )


@router.get("/setup")
@public
def setup_page(request: Request, session: Session) -> Response:
    """Leads to the sign-in as soon as the house is set up."""
    if places.find_organisation(session) is not None:
        return see_other("/login")
    country, time_zone = GUESSES[current_language()]
    return setup_form(request, {"language": current_language(), "country": country, "time_zone": time_zone}, {})


@router.post("/setup")
@public
def setup(request: Request, session: Session, form: Form, now: Now) -> Response:
    if places.find_organisation(session) is not None:
        return see_other("/login")
    try:
        user = set_up(session, parse(SetupInput, form), now=now)
    except InvalidInput as error:
        return setup_form(request, {k: v for k, v in form.items() if k != "password"}, messages(error), error.status)
    return signed_in(request, session, user, "/welcome", now=now)


@router.get("/welcome")
def welcome(request: Request, session: Session, by: CurrentActor) -> Response:
    """What to begin with: the first page after the set-up."""
    require(by, Permission.PLAN)
    return page(request, "auth/welcome.html", by=by, may_demonstrate=demonstration.is_possible(session, by=by))


@router.post("/welcome/demonstration")
def make_demonstration(request: Request, by: CurrentActor, now: Now) -> Response:
    """The job is there before its work begins, which nobody waits for."""
    house = house_of(request)
    with house.database.writing() as session:
        job_id = demonstration.begin_demonstration(session, by=by, now=now)
    on, data_dir = today(now, TIME_ZONE), house.settings.data_dir
    house.floor.beside(
        lambda: demonstration.make_demonstration(house.database, job_id, data_dir, on=on, clock=house.clock)
    )
    return see_other("/welcome/demonstration")


@router.get("/welcome/demonstration")
def demonstration_page(request: Request, session: Session, by: CurrentActor) -> Response:
    """How far it is; at the end, who can sign in."""
    job = demonstration.find_job(session, by=by)
    if job is None:
        return see_other("/welcome")
    logins = demonstration.kept_logins(house_of(request).settings.data_dir)
    return page(request, "auth/demonstration.html", by=by, job=job, logins=logins)
