"""A house to look at: the firm, its plans, and a year of work done by the real engine and the real actions."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from app.core.db import Database
from app.operations.actions.firm import Login, make_firm, make_plans
from app.operations.actions.history import MORNING, live_through
from app.places.queries.actors import find_organisation

DAYS = 365


def is_set_up(database: Database) -> bool:
    with database.reading() as session:
        return find_organisation(session) is not None


def demonstrate(
    database: Database, *, seed: int, on: date, days: int = DAYS, told: Callable[[date], object] = bool
) -> list[Login]:
    """Fill an empty house so that it stands as on the morning of a day. Opens its transactions itself, as a tick does.

    1. A year before: the firm and its plans, in one transaction. 2. Day by day: the tick, then what the technicians
    did; `told` hears of each day. 3. On the last morning the tick, and a few orders begun.
    """
    start = on - timedelta(days=days)
    with database.writing() as session:
        now = datetime.combine(start, MORNING)
        firm = make_firm(session, seed=seed, today=on, now=now)
        make_plans(session, firm, start_on=start, now=now)
    for day in live_through(database, firm, seed=seed, first_on=start, last_on=on):
        told(day)
    return firm.logins
