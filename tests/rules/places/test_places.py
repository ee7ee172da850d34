"""Zones, holidays, and places in a tree."""

import pytest

from app.core.errors import InvalidInput, NotAllowed
from app.core.security import Actor, Permission, Role
from app.places.rules import (
    is_within,
    path_of,
    refuse_unknown_holidays,
    refuse_unknown_zone,
    require_whole_house,
    time_zones,
    to_weekday_flags,
    to_weekday_names,
)


@pytest.mark.parametrize("zone", ["Europe/Paris", "UTC", "Indian/Reunion", "America/Argentina/Buenos_Aires"])
def test_a_zone_of_the_tz_database_is_taken(zone):
    assert refuse_unknown_zone(zone) == zone
    assert zone in time_zones()


@pytest.mark.parametrize(
    "zone", ["", "Paris", "Europe/Paris ", "europe/paris", "../../etc/passwd", "/etc/localtime", "Europe"]
)
def test_any_other_zone_is_refused(zone):
    with pytest.raises(InvalidInput):
        refuse_unknown_zone(zone)


@pytest.mark.parametrize(("country", "region"), [(None, None), ("FR", None), ("FR", "6AE"), ("FR", "57"), ("DE", "BY")])
def test_S33_countries_and_regions_with_known_holidays(country, region):
    refuse_unknown_holidays(country, region)


@pytest.mark.parametrize(("country", "region"), [("XX", None), ("FR", "BY"), (None, "57"), ("fr", None)])
def test_S33_holidays_that_nobody_knows_are_refused(country, region):
    with pytest.raises(InvalidInput):
        refuse_unknown_holidays(country, region)


def test_a_path_is_the_names_from_the_top():
    assert path_of(None, "A") == "A"
    assert path_of("A > B", "C") == "A > B > C"


@pytest.mark.parametrize(("parent", "name"), [(None, "A > B"), (None, ">"), (" > ".join("ABCDEFGHIJ"), "K")])
def test_a_path_that_could_mean_another_place_or_has_no_end_is_refused(parent, name):
    with pytest.raises(InvalidInput):
        path_of(parent, name)


@pytest.mark.parametrize(
    ("path", "top", "is_inside"),
    [("A", "A", True), ("A > B", "A", True), ("AB", "A", False), ("a > B", "A", False), ("A", "A > B", False)],
)
def test_a_place_lies_within_itself_and_what_is_above_it(path, top, is_inside):
    assert is_within(path, top) is is_inside


def test_weekdays_are_flags_from_monday_on():
    assert to_weekday_flags(["sunday", "monday"]) == "1000001"
    assert to_weekday_names("1000001") == ["monday", "sunday"]


def test_what_concerns_every_site_is_not_for_who_sees_some():
    require_whole_house(Actor(name="A", role=Role.MANAGER), Permission.PLAN)
    for actor in (Actor(name="E", role=Role.MANAGER, site_ids=frozenset({1})), Actor(name="B", role=Role.TECHNICIAN)):
        with pytest.raises(NotAllowed):
            require_whole_house(actor, Permission.PLAN)
