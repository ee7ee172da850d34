"""A working week by the name of a country and region (S33)."""

import pytest

from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.countries import country_calendar
from app.plans.rules.errors import RuleError

MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)


@pytest.mark.parametrize(
    ("name", "weekdays", "country", "region"),
    [
        ("FR", MONDAY_TO_FRIDAY, "FR", None),
        (" fr ", MONDAY_TO_FRIDAY, "FR", None),
        ("FR-Alsace-Moselle", MONDAY_TO_FRIDAY, "FR", "57"),
        ("fr-ALSACE-moselle", MONDAY_TO_FRIDAY, "FR", "57"),
        ("FR-6ae", MONDAY_TO_FRIDAY, "FR", "6AE"),
        ("FR-guadeloupe", MONDAY_TO_FRIDAY, "FR", "971"),
        ("FR-GP", MONDAY_TO_FRIDAY, "FR", "971"),
        (" DE - by ", MONDAY_TO_FRIDAY, "DE", "BY"),
        ("IL", (0, 1, 2, 3, 6), "IL", None),
    ],
)
def test_S33_a_country_and_its_region_are_known_by_code_or_name(name, weekdays, country, region):
    assert country_calendar(name) == WorkCalendar(weekdays, country, region)


def refusal(name):
    with pytest.raises(RuleError) as caught:
        country_calendar(name)
    return caught.value.code, caught.value.field, str(caught.value)


@pytest.mark.parametrize(("name", "said"), [("XX", "XX"), ("Atlantis", "Atlantis"), ("X" * 60, "X" * 40), ("", "")])
def test_S33_an_unknown_country_is_refused_with_examples(name, said):
    assert refusal(name) == (
        "unknown_country",
        "calendar",
        f"No public holidays are known for {said}; examples are FR, FR-Alsace-Moselle and DE-BY.",
    )


@pytest.mark.parametrize(
    ("name", "region", "country", "regions"),
    [
        ("EG-1", "1", "EG", "-"),
        ("EG-Alsace-Moselle", "Alsace-Moselle", "EG", "-"),
        (
            "pt-" + "y" * 50,
            "y" * 40,
            "PT",
            "01, 02, 03, 04, 05, 06, 07, 08, 09, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 30",
        ),
    ],
)
def test_S33_an_unknown_region_is_refused_with_those_of_the_country(name, region, country, regions):
    said = f"No public holidays are known for {region} in {country}; its regions are {regions}."
    assert refusal(name) == ("unknown_region", "calendar", said)
