"""What a zone, a country and a place in a tree may be."""

from functools import cache
from zoneinfo import available_timezones

import holidays

from app.core.errors import InvalidInput, NotAllowed
from app.core.i18n import N_
from app.core.security import Actor, Permission, require

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BETWEEN = " > "
DEEPEST = 10


def require_whole_house(actor: Actor, permission: Permission) -> None:
    """What concerns every site (customers, calendars, new sites) is not for who is limited to some."""
    require(actor, permission)
    if actor.site_ids is not None:
        raise NotAllowed("all_sites_needed", N_("This concerns every site, and your access is limited to some."))


@cache
def time_zones() -> tuple[str, ...]:
    """The zones that people choose from: places, and UTC; the database's aliases and offsets stay valid input."""
    regions = {
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
    return ("UTC", *sorted(zone for zone in available_timezones() if zone.partition("/")[0] in regions))


@cache
def _all_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def refuse_unknown_zone(time_zone: str) -> str:
    """IANA names only. (A path-like name never reaches `ZoneInfo`, which would look for a file.)"""
    if time_zone not in _all_zones():
        raise InvalidInput("unknown_zone", N_("There is no time zone of this name; an example is Europe/Paris."))
    return time_zone


@cache
def holiday_countries() -> dict[str, tuple[str, ...]]:
    """ISO 3166-1 code -> its regions, as the `holidays` library knows them."""
    return {country: tuple(regions) for country, regions in sorted(holidays.list_supported_countries().items())}


def refuse_unknown_holidays(country: str | None, region: str | None) -> None:
    """S33: the country of a calendar is one whose holidays are known; so is its region."""
    if country is None:
        if region is not None:
            raise InvalidInput.at("region", "country_needed", N_("A region needs its country."))
        return
    if country not in holiday_countries():
        raise InvalidInput.at("country", "unknown_country", N_("No public holidays are known for this country."))
    if region is not None and region not in holiday_countries()[country]:
        raise InvalidInput.at("region", "unknown_region", N_("No public holidays are known for this region."))


def path_of(parent_path: str | None, name: str) -> str:
    """A location's names from the top. The separator cannot stand in a name: the path would mean another place."""
    if BETWEEN.strip() in name:
        raise InvalidInput.at("name", "bad_name", N_("A name cannot hold the character >."))
    return not_too_deep(name if parent_path is None else f"{parent_path}{BETWEEN}{name}")


def not_too_deep(path: str) -> str:
    if path.count(BETWEEN) >= DEEPEST:
        raise InvalidInput.at("parent_id", "too_deep", N_("Places can be nested %(most)s deep at most."), most=DEEPEST)
    return path


def is_within(path: str, top: str) -> bool:
    return path == top or path.startswith(top + BETWEEN)


def to_weekday_names(flags: str) -> list[str]:
    return [name for name, flag in zip(WEEKDAYS, flags, strict=True) if flag == "1"]


def to_weekday_flags(names: list[str]) -> str:
    return "".join("1" if name in names else "0" for name in WEEKDAYS)
