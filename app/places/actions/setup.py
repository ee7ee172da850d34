"""The first minute of an installation."""

from datetime import datetime

from babel import Locale
from babel.numbers import get_territory_currencies
from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.i18n import N_
from app.core.security import Actor, Role
from app.journal import actions as journal
from app.people.actions.users import create_user
from app.people.models import User
from app.people.schemas import NewPasswordInput, UserInput
from app.places.models import Calendar, Organisation
from app.places.queries.actors import find_organisation
from app.places.rules import refuse_unknown_holidays
from app.places.schemas import SetupInput


def set_up(session: Session, data: SetupInput, *, now: datetime) -> User:
    """The organisation, its calendar with the country's holidays, and the first administrator; once.

    Of two at the same moment one fails on the organisation's single row.
    """
    refuse_second_setup(session)
    refuse_unknown_holidays(data.country, None)
    by = Actor.system()
    calendar = Calendar(
        code=data.country,
        name=country_name(data.country, data.language),
        weekdays="1111100",
        country=data.country,
        days=[],
    )
    session.add(calendar)
    session.flush()
    organisation = Organisation(
        id=1,
        name=data.organisation,
        language=data.language,
        country=data.country,
        time_zone=data.time_zone,
        currency=currency_of(data.country),
        calendar_id=calendar.id,
        created_at=now,
    )
    session.add(organisation)
    session.flush()
    account = UserInput(name=data.name, login=data.login, role=Role.ADMIN, language=data.language)
    user = create_user(session, account, NewPasswordInput(password=data.password), by=by, now=now)
    journal.record_change(session, "created", "organisation", 1, {"name": [None, data.organisation]}, by=by, now=now)
    return user


def refuse_second_setup(session: Session) -> None:
    if find_organisation(session) is not None:
        raise Conflict("already_set_up", N_("Ronde is already set up. Sign in."))


def country_name(country: str, language: str) -> str:
    return str(Locale.parse(language).territories.get(country, country))


def currency_of(country: str) -> str:
    currencies = get_territory_currencies(country)
    return currencies[0] if currencies else "EUR"
