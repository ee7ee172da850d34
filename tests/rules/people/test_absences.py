"""Days away: of one kind they join, of two kinds they exclude one another."""

from datetime import date

import pytest

from app.people.rules.absences import Away, join


def november(first, last):
    return date(2026, 11, first), date(2026, 11, last)


def joined_with(kind, first, last, known):
    begins, ends = november(first, last)
    return join(kind, begins, ends, known)


@pytest.mark.parametrize(
    ("first", "last", "joined", "merged"),
    [
        (1, 2, (1, 2), []),
        (2, 4, (2, 10), [7]),
        (6, 7, (5, 10), [7]),
        (11, 12, (5, 12), [7]),
        (9, 19, (5, 25), [7, 8]),
        (12, 18, (12, 18), []),
    ],
)
def test_days_that_touch_ones_of_their_kind_become_one(first, last, joined, merged):
    known = [Away(8, "leave", *november(20, 25)), Away(7, "leave", *november(5, 10))]
    found = joined_with("leave", first, last, known)
    assert ((found.first_on, found.last_on), [away.id for away in found.merged]) == (november(*joined), merged)
    assert found.conflict is None


def test_days_of_another_kind_are_in_the_way_only_where_they_overlap():
    ill = Away(7, "sickness", *november(5, 10))
    assert joined_with("leave", 10, 12, [ill]).conflict == ill
    assert joined_with("leave", 11, 12, [ill]).conflict is None
