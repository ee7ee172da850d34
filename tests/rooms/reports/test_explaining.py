"""S44: why there is a date, and why there is none, in words."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from app.changes.actions import edits
from app.changes.actions.edits import create_plan
from app.core.errors import NotFound
from app.core.i18n import gettext, set_language
from app.equipment.models import Equipment
from app.journal.models import Heartbeat
from app.ledger.queries.explaining import FATES, SAID
from app.ledger.rules.facts import Reason
from app.places.models import Calendar, Site
from app.plans.models import PlanTarget
from app.plans.schemas import Pause
from app.reports.queries.explaining import explain_next
from tests.factories.equipment import make_category, make_piece
from tests.factories.places import make_calendar, make_organisation, make_site
from tests.factories.plans import ALICE, eve, plan_input
from tests.rooms.engine.test_tick import at, tick_on

START = date(2026, 11, 23)


@pytest.fixture
def house(database):
    with database.writing() as session:
        calendar = make_calendar(session)
        make_organisation(session, calendar)
        category, site = make_category(session), make_site(session, "LYO", calendar)
        make_piece(session, site, category, "EQ-1")
        make_piece(session, site, make_category(session, "ups"), "UPS-1")
        session.add(Heartbeat(instance="clock", started_at=at(START), seen_at=at(date(2029, 1, 1))))
        return category.id


@pytest.fixture
def plan_of(database, house):
    def make(**said):
        with database.writing() as session:
            said = {"category_ids": [house]} | said
            return create_plan(session, plan_input(**said), by=ALICE, now=at(START)).id

    return make


def told(database, plan_id, on=START, equipment_id=1, by=ALICE):
    with database.reading() as session:
        return explain_next(session, plan_id, equipment_id=equipment_id, location_id=None, by=by, now=at(on))


def test_S44_the_next_date_and_that_no_scheduler_runs(database, plan_of):
    plan_id = plan_of(lead_days=7)
    found = told(database, plan_id)
    assert (found.due_on, len(found.sentences)) == (date(2027, 1, 1), 2)
    assert told(database, plan_id, date(2029, 2, 1)).sentences[-1].startswith("No scheduler is running")


def test_S44_an_open_order_is_named_where_it_is_in_the_way(database, plan_of):
    plan_id = plan_of()
    tick_on(database, date(2027, 1, 1))
    found = told(database, plan_id, date(2027, 1, 2))
    assert found.due_on == date(2027, 2, 1)
    assert found.sentences[-1].startswith("If OT-000001 is still open then, the date waits for it")
    floating = plan_of(mode="floating", title="Floating", start_on="2027-01-01")
    tick_on(database, date(2027, 1, 3))
    found = told(database, floating, date(2027, 1, 3))
    assert found.due_on is None
    assert found.sentences == ["It waits for OT-000002 to be done: the next date counts from that day."]


def test_S44_dates_that_season_and_calendar_leave_out_are_counted(database, plan_of):
    season = {"ranges": [{"first": "04-01", "last": "09-30"}]}
    found = told(database, plan_of(season=season))
    assert (found.due_on, found.sentences[0]) == (date(2027, 4, 1), "Before it, 3 dates lie out of season.")
    found = told(database, plan_of(shift="skip", title="Skipping"))
    assert found.sentences[0] == "Before it, 1 date falls on a day that is not worked, and is left out."
    assert found.due_on == date(2027, 2, 1)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "It is none of the pieces, categories, models, sites and places that the plan names."),
        ({"status": "retired"}, "The piece is retired."),
        ({"archived_at": at(START)}, "The item is archived."),
    ],
)
def test_S44_why_a_plan_does_not_cover_an_item(database, plan_of, changes, reason):
    plan_id = plan_of()
    if changes:
        with database.writing() as session:
            session.execute(update(Equipment).where(Equipment.id == 2).values(**changes))
    found = told(database, plan_id, equipment_id=2)
    assert (found.due_on, found.sentences) == (None, ["This plan does not cover this item.", reason])


def test_S44_a_plan_of_another_site_of_nothing_or_not_looked_at_yet(database, plan_of):
    with database.writing() as session:
        elsewhere = make_site(session, "PAR", session.scalars(select(Calendar)).first())
        site_id, foreign = elsewhere.id, eve(elsewhere)
    assert told(database, plan_of(site_id=site_id, title="Paris")).sentences[1] == "The plan is one of another site."
    assert told(database, plan_of(category_ids=[], title="None")).sentences[1] == "The plan covers no item yet."
    plan_id = plan_of()
    with database.writing() as session:
        make_piece(session, session.scalars(select(Site)).first(), make_category(session, "pdu"), "PDU-1")
        session.execute(update(Equipment).where(Equipment.tag == "PDU-1").values(category_id=1))
    assert told(database, plan_id, equipment_id=3).sentences[1] == "It belongs to it, and enters it with the next run."
    for unseen, by in ((99, ALICE), (2, foreign)):
        with pytest.raises(NotFound):
            told(database, plan_id, equipment_id=unseen, by=by)


def test_S44_a_pause_an_end_an_error_and_an_item_that_left(database, plan_of):
    plan_id = plan_of()
    with database.writing() as session:
        edits.pause_plan(session, plan_id, Pause(reason="Works", until=date(2027, 9, 1)), by=ALICE, now=at(START))
    assert told(database, plan_id).sentences[0].startswith("The plan was paused by Alice until Wed")
    ending = plan_of(freq="day", count=2, start_on="2026-11-24", title="Twice", overlap="stack")
    for n in range(1, 4):
        tick_on(database, START + timedelta(days=n))
    assert told(database, ending, date(2026, 11, 26)).sentences == ["The rule has ended: no date is left."]
    failing = plan_of(title="Failing")
    with database.writing() as session:
        own = update(PlanTarget).where(PlanTarget.plan_id == failing)
        session.execute(own.values(state="error", reason="RuleError: never"))
    assert told(database, failing).sentences == ["The rule could not be followed: RuleError: never"]
    with database.writing() as session:
        session.execute(own.values(state="ended", reason="retired"))
    assert told(database, failing).sentences == ["The piece is retired."]


def test_S44_every_reason_of_a_fate_has_its_words_in_both_languages():
    reasons = {reason for _, reason in SAID if reason}
    assert set(Reason.__args__) <= reasons
    texts = [*SAID.values(), *FATES.values()]
    set_language("fr")
    try:
        assert [text for text in texts if gettext(text) == text] == []
    finally:
        set_language("en")
