"""The rules of the ladder are set, for a category or for the house."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.equipment.queries import get_category
from app.journal.actions import edit_row, record_change, refuse_stale
from app.places.rules import require_whole_house
from app.proposals.models import LadderRule
from app.proposals.rules.ladder import Test
from app.proposals.schemas import LadderRuleInput

ENTITY = "ladder_rule"


def set_rule(
    session: Session,
    category_id: int | None,
    test: Test,
    data: LadderRuleInput,
    *,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> LadderRule:
    """A category's own rule for a test; the same again changes nothing. `version` 0: there was none of its own."""
    row = _own(session, category_id, test, by=by)
    refuse_stale(row, version)
    if test is Test.AGE and data.window_days is None:
        raise InvalidInput.at("window_days", "required", N_("Failures are compared over a number of days."))
    if row is not None:
        edit_row(session, row, data.model_dump(), entity=ENTITY, by=by, now=now)
        return row
    row = LadderRule(category_id=category_id, test=test.value, created_at=now, **data.model_dump())
    session.add(row)
    session.flush()
    told = {"test": [None, test.value], "category_id": [None, category_id], "threshold": [None, data.threshold]}
    record_change(session, "created", ENTITY, row.id, told, by=by, now=now)
    return row


def drop_rule(
    session: Session, category_id: int | None, test: Test, *, version: int | None = None, by: Actor, now: datetime
) -> None:
    """Back to what holds above it."""
    row = _own(session, category_id, test, by=by)
    refuse_stale(row, version)
    if row is None:
        return
    told = {"test": [row.test, None], "category_id": [row.category_id, None], "threshold": [row.threshold, None]}
    record_change(session, "deleted", ENTITY, row.id, told, by=by, now=now)
    session.delete(row)
    session.flush()


def _own(session: Session, category_id: int | None, test: Test, *, by: Actor) -> LadderRule | None:
    require_whole_house(by, Permission.PLAN)
    if category_id is not None:
        get_category(session, category_id, by=by)
    own = LadderRule.category_id == category_id if category_id is not None else LadderRule.category_id.is_(None)
    return session.scalar(select(LadderRule).where(own, LadderRule.test == test.value))
