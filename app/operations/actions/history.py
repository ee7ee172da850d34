"""A year of the demonstration's work, day by day."""

from datetime import UTC, date, datetime, time, timedelta

from app.core.clock import fixed_clock
from app.core.db import Database
from app.operations.actions.firm import Firm
from app.operations.actions.tick import tick

MORNING = time(3, tzinfo=UTC)  # before any of the sites opens, La Réunion included


def live_through(database: Database, firm: Firm, *, seed: int, first_on: date, last_on: date) -> None:
    """The tick of each morning, and what was done until the evening; on the last day the tick alone."""
    for number in range((last_on - first_on).days + 1):
        now = datetime.combine(first_on + timedelta(days=number), MORNING)
        tick(database, clock=fixed_clock(now), instance="demonstration")
