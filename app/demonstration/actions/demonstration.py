"""A house to look at: the firm, its plans, and a year of work done by the real engine and the real actions.

Both parts open their transactions themselves, as a tick does.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from app.core.db import Database
from app.demonstration.actions.asking import ask_for_help
from app.demonstration.actions.deciding import decide_proposals
from app.demonstration.actions.firm import Firm, make_firm, make_plans
from app.demonstration.actions.history import MORNING, live_through
from app.demonstration.actions.meters import make_meters
from app.demonstration.actions.procedures import guide_plans
from app.demonstration.actions.showing import staff_duties, work_of_the_day
from app.demonstration.actions.stores import stock_up
from app.places.queries.actors import find_organisation

DAYS = 365


def is_set_up(database: Database) -> bool:
    with database.reading() as session:
        return find_organisation(session) is not None


def found_firm(database: Database, *, seed: int, on: date, days: int = DAYS, is_set_up: bool = False) -> Firm:
    """The firm and its plans as they stood so many days before, all or nothing.

    Raises Conflict in a house that is set up already; with `is_set_up`, in one that holds anything.
    """
    start = on - timedelta(days=days)
    now = datetime.combine(start, MORNING)
    with database.writing() as session:
        firm = make_firm(session, seed=seed, today=on, now=now, is_set_up=is_set_up)
        make_meters(session, firm, now=now)
        stock_up(session, firm, now=now)
        make_plans(session, firm, start_on=start, now=now)
    return firm


def live_until(database: Database, firm: Firm, *, seed: int, on: date, days: int = DAYS) -> Iterator[date]:
    """Day by day to the morning of a day: the tick, then what the technicians did. Yields each day that is over.

    At the end some plans get the procedures by which their next orders are done, people ask for help, and what a house
    has on one day is there: a visit, a loan, an absence.
    """
    yield from live_through(database, firm, seed=seed, first_on=on - timedelta(days=days), last_on=on)
    with database.writing() as session:
        guide_plans(session, now=datetime.combine(on, MORNING))
        ask_for_help(session, firm, on=on)
        staff_duties(session, firm, on=on, now=datetime.combine(on, MORNING))
        work_of_the_day(session, firm, on=on)
        decide_proposals(session, firm, seed=seed, now=datetime.combine(on, MORNING))
