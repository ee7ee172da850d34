"""S33: a piece may go by a calendar of its own, which counts before its place's and its site's."""

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.changes.actions.edits import create_plan
from app.core.errors import InvalidInput
from app.core.security import Actor
from app.equipment.actions import edit_equipment
from app.plans.models import PlanTarget
from app.plans.queries.calendars import calendar_ids
from tests.factories.equipment import make_category, make_equipment
from tests.factories.places import make_calendar, make_site
from tests.factories.plans import plan_input

SYSTEM = Actor.system()


def test_S33_a_pieces_own_calendar_counts_first(session: Session, now: datetime) -> None:
    site, sundays = make_site(session), make_calendar(session, "SUN", weekdays="0000001", country=None)
    category = make_category(session)
    office, datacentre = (make_equipment(session, tag, site, category) for tag in ("A", "B"))
    edit_equipment(session, datacentre.id, {"calendar_id": sundays.id}, by=SYSTEM, now=now)
    plan = plan_input(category_ids=[category.id], shift="next", start_on="2027-01-01")
    create_plan(session, plan, by=SYSTEM, now=now)
    targets = {target.equipment_id: target for target in session.scalars(select(PlanTarget))}
    assert (targets[office.id].next_due_on, targets[datacentre.id].next_due_on) == (date(2027, 1, 4), date(2027, 1, 3))
    found = calendar_ids(session, [target.id for target in targets.values()])
    assert found == {targets[office.id].id: site.calendar_id, targets[datacentre.id].id: sundays.id}


def test_a_calendar_that_is_not_there_is_refused(session: Session, now: datetime) -> None:
    piece = make_equipment(session)
    with pytest.raises(InvalidInput):
        edit_equipment(session, piece.id, {"calendar_id": 999}, by=SYSTEM, now=now)
