"""The demonstration's house, lived through for as many days as a test can wait."""

from datetime import date

from app.core.db import Database
from app.demonstration.actions.demonstration import found_firm, live_until
from app.demonstration.actions.firm import Login


def demonstrate(database: Database, *, seed: int, on: date, days: int) -> list[Login]:
    firm = found_firm(database, seed=seed, on=on, days=days)
    assert list(live_until(database, firm, seed=seed, on=on, days=days))[-1] == on
    return firm.logins
