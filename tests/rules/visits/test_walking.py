"""In which order a visit is walked."""

import pytest

from app.core.errors import Conflict
from app.visits.rules import Stop, move, moved, walking_order


def test_it_goes_by_building_floor_room_and_rack_numbers_by_their_value():
    stops = [
        Stop(1, "Bâtiment B", "", "SW-1"),
        Stop(2, "Bâtiment A > Étage 10", "", "SW-2"),
        Stop(3, "Bâtiment A > Étage 2 > Salle", "R10", "SW-3"),
        Stop(4, "Bâtiment A > Étage 2 > Salle", "R9", "SW-4"),
        Stop(5, "bâtiment a > Étage 2 > Salle", "R9", "SW-3"),
        Stop(6, "", "", "SW-9"),
    ]
    assert walking_order(stops) == [6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("order_id", "direction", "expected"),
    [(2, "up", [2, 1, 3]), (2, "down", [1, 3, 2]), (1, "up", [1, 2, 3]), (3, "down", [1, 2, 3])],
)
def test_a_stop_moves_one_place_and_no_further_than_the_end(order_id, direction, expected):
    assert moved([1, 2, 3], order_id, direction) == expected


@pytest.mark.parametrize(
    ("state", "name", "after"),
    [("planned", "start", "started"), ("started", "stop", "stopped"), ("stopped", "start", "started"),
     ("stopped", "end", "ended"), ("started", "start", None), ("ended", "start", None), ("planned", "stop", None)],
)  # fmt: skip
def test_a_visit_is_begun_broken_off_taken_up_again_and_over(state, name, after):
    if after is None:
        with pytest.raises(Conflict):
            move(state, name)
    else:
        assert move(state, name) == after
