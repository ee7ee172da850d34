"""A house to look at: the firm, its plans, and a year of work done by the real engine and the real actions."""

from datetime import date, datetime, timedelta

from app.core.db import Database
from app.operations.actions.firm import Login, make_firm, make_plans
from app.operations.actions.history import MORNING, live_through
from app.places.queries.actors import find_organisation

DAYS = 365


def is_set_up(database: Database) -> bool:
    with database.reading() as session:
        return find_organisation(session) is not None


def demonstrate(database: Database, *, seed: int, on: date) -> list[Login]:
    """Fill an empty house so that it stands as on the morning of a day. Opens its transactions itself, as a tick does.

    1. A year before: the firm and its plans, in one transaction. 2. Day by day: the tick, then what the technicians
    did. 3. On the last morning the tick alone: its orders wait to be done.
    """
    start = on - timedelta(days=DAYS)
    with database.writing() as session:
        now = datetime.combine(start, MORNING)
        firm = make_firm(session, seed=seed, today=on, now=now)
        make_plans(session, firm, start_on=start, now=now)
    live_through(database, firm, seed=seed, first_on=start, last_on=on)
    return firm.logins
