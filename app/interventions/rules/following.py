"""How soon what was found is seen to."""

from datetime import date, timedelta

from app.core.i18n import N_

# Days from the day it was found: what is urgent is seen to the next day, what can wait within the month.
FOLLOW_UP_DAYS = {"urgent": 1, "high": 2, "normal": 7, "low": 30}
PRIORITY_WORDS = {"low": N_("Low"), "normal": N_("Normal"), "high": N_("High"), "urgent": N_("Urgent")}


def follow_up_due_on(priority: str, found_on: date) -> date:
    return found_on + timedelta(days=FOLLOW_UP_DAYS[priority])
