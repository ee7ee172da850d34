"""A working week with a country's holidays, by name (S33): FR, FR-Alsace-Moselle, DE-BY."""

from __future__ import annotations

import holidays

from app.core.i18n import N_
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.errors import RuleError

# Alsace and Moselle share their holidays (code du travail, L3134-13), and are two regions to the library.
_ALSO = {"FR": {"ALSACE-MOSELLE": "57"}}


def country_calendar(name: str) -> WorkCalendar:
    """From Monday to Friday unless the country works otherwise. Raises RuleError on a country or region not known."""
    code, _, region = (part.strip() for part in name.strip().partition("-"))
    country = code.upper()
    if country not in holidays.list_supported_countries(include_aliases=False):
        raise RuleError(
            "unknown_country",
            N_("No public holidays are known for %(name)s; examples are FR, FR-Alsace-Moselle and DE-BY."),
            "calendar",
            name=name[:40],
        )
    known = holidays.country_holidays(country)
    rest = {day for day in known.weekend if 0 <= day <= 6}
    weekdays = tuple(day for day in range(7) if day not in rest)
    return WorkCalendar(weekdays, country, _region(country, region, known) if region else None)


def _region(country: str, region: str, known: holidays.HolidayBase) -> str:
    names = {code.upper(): code for code in known.subdivisions}
    names |= {alias.upper(): code for alias, code in known.subdivisions_aliases.items()}
    found = (names | _ALSO.get(country, {})).get(region.upper())
    if found is None:
        raise RuleError(
            "unknown_region",
            N_("No public holidays are known for %(region)s in %(country)s; its regions are %(regions)s."),
            "calendar",
            region=region[:40],
            country=country,
            regions=", ".join(sorted(known.subdivisions)) or "-",
        )
    return found
