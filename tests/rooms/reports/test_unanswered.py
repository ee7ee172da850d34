"""A request that nobody answers within a working day of its site wants attention."""

from datetime import UTC, datetime

import pytest

from app.reports.queries.attention import attention
from app.requests import actions
from app.requests.schemas import RejectInput
from tests.factories.equipment import make_category, make_equipment
from tests.factories.places import make_calendar, make_site
from tests.factories.plans import ALICE, BOB, eve
from tests.factories.requests import make_request


@pytest.fixture
def request_(session):
    """Told on a Monday at noon in Paris."""
    site = make_site(session, "LYO", make_calendar(session))
    return make_request(session, make_equipment(session, "IMP-1", site, make_category(session)), contact_name="Chloe")


def look(session, moment, by=ALICE):
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return attention(session, by=by, now=now, kind="unanswered_request")


def test_after_eight_working_hours_it_is_listed_until_it_is_answered(session, request_):
    assert look(session, "2026-11-24T08:59") == []
    (entry,) = look(session, "2026-11-24T09:00")
    assert (entry.page, entry.equipment_id) == (f"/requests/{request_.id}", request_.equipment_id)
    assert "Chloe waits for an answer" in entry.why
    assert look(session, "2026-11-24T09:00", by=eve(make_site(session, "NTE"))) == []
    actions.reject_request(session, request_.id, RejectInput(reason="Leased"), by=BOB, now=request_.created_at)
    assert look(session, "2026-11-24T09:00") == []
