"""Edits at random, on plans at random, some days old: each does to the dates what its preview said (S36)."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.changes.actions import edits
from app.engine.actions.settling import settle_targets
from app.plans.models import PlanTarget
from tests.factories.plans import ALICE
from tests.rooms.engine.test_tick import at, tick_on
from tests.rooms.reports.test_changes import (  # noqa: F401 - fixtures
    START,
    dates,
    edit_of,
    gone_and_come,
    house,
    plan_of,
    preview_edit,
)


def said(dice: random.Random) -> dict:
    freq = dice.choice(["day", "week", "month"])
    return {
        "freq": freq,
        "interval": dice.randint(2, 5),
        "weekdays": dice.choice([[], ["monday", "thursday"]]) if freq == "week" else [],
        "shift": dice.choice(["none", "next", "previous", "nearest", "skip"]),
        "lead_days": dice.choice([0, 3, 10, 40]),
        "late": dice.choice(["keep", "skip"]),
        "start_on": (START + timedelta(days=dice.randint(-3, 57))).isoformat(),
        "overlap": dice.choice(["suppress", "stack", "replace"]),
    }


@pytest.mark.parametrize("seed", [0, 3, 6, 7, 15, 19, 23])
def test_S36_an_edit_does_what_its_preview_said(database, plan_of, seed):  # noqa: F811
    """Two items; a date of each may move across the end of the year that is looked at."""
    dice = random.Random(seed)
    plan_id, on = plan_of(**said(dice)), START
    for _ in range(dice.randint(0, 3)):
        on += timedelta(days=dice.randint(1, 25))
        tick_on(database, on)
    on += timedelta(days=dice.choice([0, 0, 2]))
    choices: dict[str, str | None] = {"open_orders": dice.choice(["keep", "update", "regenerate"])}
    choices["anchor"] = dice.choice([None, "keep", "last_done", "start"])
    changes = said(dice) | choices
    found = preview_edit(database, plan_id, on, **changes)
    with database.writing() as session:
        settle_targets(session, list(session.scalars(select(PlanTarget.id))), now=at(on, 7))
    before = dates(database, found.last_on)
    with database.writing() as session:
        edits.edit_plan(session, plan_id, edit_of(session, plan_id, **changes), by=ALICE, now=at(on, 7))
    gone, come = gone_and_come(before, dates(database, found.last_on))
    assert found.disappear + found.moved - gone in (0, 2)
    assert found.appear + found.moved - come in (0, 2)
