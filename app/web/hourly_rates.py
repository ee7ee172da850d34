"""What an hour of work costs, for managers of the whole house."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor
from app.http import CurrentActor, Now, RondeRoute
from app.resources import queries
from app.resources.actions import rates
from app.resources.schemas import RateInput, RateView
from app.web.equipment_form import amount, written
from app.web.forms import Form, told
from app.web.pages import page, see_other

router = APIRouter(route_class=RondeRoute, prefix="/hourly-rates")
MOST = 10**8  # minor units


@router.get("")
def hourly_rates_page(request: Request, session: Session, by: CurrentActor) -> Response:
    return shown(request, session, by=by)


def shown(
    request: Request, session: Session, *, by: Actor, said: Any = None, errors: dict[str, str] | None = None
) -> Response:
    found = queries.hourly_rates(session, by=by)
    groups = [("site", found.sites), ("person", found.persons)]
    saved = {f"{kind}-{row.id}": written(row.hourly_rate_minor) for kind, rows in groups for row in rows}
    status = 422 if errors else 200
    more = {"groups": groups, "values": said or saved, "errors": errors or {}, "currency": found.currency}
    return page(request, "resources/rates.html", by=by, status=status, **more)


@router.post("")
def save_hourly_rates(request: Request, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    """Those that differ are set; one that cannot be read stops all."""
    found = queries.hourly_rates(session, by=by)
    errors: dict[str, str] = {}
    for kind, rows, act in (
        ("site", found.sites, rates.set_site_rate),
        ("person", found.persons, rates.set_person_rate),
    ):
        for row in rows:
            try:
                act(session, row.id, rate_of(row, form.get(f"{kind}-{row.id}")), by=by, now=now)
            except InvalidInput as error:
                errors[f"{kind}-{row.id}"] = told(error)
    if errors:
        session.rollback()
        return shown(request, session, by=by, said=dict(form), errors=errors)
    return see_other("/hourly-rates", message=N_("Saved."))


def rate_of(row: RateView, typed: Any) -> RateInput:
    """A field that the form did not have leaves the rate as it is."""
    if typed is None:
        return RateInput(hourly_rate_minor=row.hourly_rate_minor)
    text = str(typed).strip()
    minor = amount(text) if text else None
    if minor is not None and minor > MOST:
        raise InvalidInput.at("hourly_rate_minor", "too_much", N_("An hour does not cost that much."))
    return RateInput(hourly_rate_minor=minor)
