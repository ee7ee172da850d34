"""A plan's visits lead to another interval: proposed, kept true, accepted in one go, or refused."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.changes.actions.edits import archive_plan, create_plan, edit_plan
from app.core.errors import Conflict, NotAllowed
from app.journal.models import AuditEntry
from app.plans.models import PlanVersion
from app.plans.queries.plans import get_plan, input_of
from app.plans.schemas import PlanEdit
from app.proposals.actions.deciding import refuse_proposal
from app.proposals.actions.tuning import accept_retuning, weigh_plans
from app.proposals.models import Proposal
from app.proposals.queries.proposals import proposal_view
from app.proposals.schemas import RefusalInput
from app.workorders.models import Resolution, WorkOrder
from tests.factories.equipment import make_category, make_equipment
from tests.factories.places import make_calendar, make_organisation, make_site
from tests.factories.plans import ALICE, eve, plan_input

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NIGHT = NOW + timedelta(days=1)


@pytest.fixture
def plan(session):
    make_organisation(session, make_calendar(session))
    printers = make_category(session, "Printer")
    piece = make_equipment(session, "IMP-1", make_site(session), printers)
    said = {"freq": "month", "interval": 3, "category_ids": [printers.id], "start_on": "2024-01-01"}
    made = create_plan(session, plan_input(title="Clean printers", **said), by=ALICE, now=NOW)
    made.piece = piece
    return made


def visit(session, plan, findings, first=date(2024, 1, 5), every=30, **more):
    """Orders of the plan's version in force, done one after the other."""
    for place, finding in enumerate(findings):
        done_on = first + timedelta(days=every * place)
        at = datetime(done_on.year, done_on.month, done_on.day, 9, tzinfo=UTC)
        values = {
            "type": "preventive",
            "kind": "cleaning",
            "title": "Clean",
            "origin": "occurrence",
            "plan_id": plan.id,
        }
        order = WorkOrder(
            **values | {"plan_version_id": plan.current.id} | more,
            equipment_id=plan.piece.id, site_id=plan.piece.site_id, priority="normal", state="closed",
            due_on=done_on, created_at=at, done_on=done_on, completed_at=at,
        )  # fmt: skip
        session.add(order)
        session.flush()
        session.add(
            Resolution(
                order_id=order.id, number=1, kind="cleaned", finding=finding, method="procedure", done_on=done_on,
                recorded_at=at,
            )
        )  # fmt: skip
    session.flush()


def the_proposal(session):
    return session.scalars(select(Proposal)).one()


def test_visits_that_find_nothing_lead_to_a_longer_interval_with_its_evidence(session, plan):
    visit(session, plan, ["none"] * 10)
    assert weigh_plans(session, now=NOW) == 1
    proposal = the_proposal(session)
    assert (proposal.kind, proposal.plan_id, proposal.rule) == ("retune", plan.id, "tuning:nothing_found")
    told = proposal_view(session, proposal).sentences
    assert told[0] == "Now: Every 3 months. Proposed: Every 4 months."
    assert "0 of 10 visits" in told[1]
    assert "between 0% and 28%" in told[1]
    assert "The last 10 visits found nothing" in told[2]
    assert weigh_plans(session, now=NIGHT) == 0
    assert session.scalars(select(AuditEntry.action).where(AuditEntry.entity == "proposal")).all() == ["created"]


def test_accepting_makes_a_new_version_and_the_count_begins_anew(session, plan):
    visit(session, plan, ["none"] * 10)
    weigh_plans(session, now=NOW)
    accepted = accept_retuning(session, the_proposal(session).id, by=ALICE, now=NOW)
    now_plan = get_plan(session, plan.id, by=ALICE)
    assert (now_plan.current.number, input_of(session, now_plan).interval) == (2, 4)
    assert accepted.plan_version_id == now_plan.current.id
    assert (accepted.state, accepted.decided_by_name) == ("accepted", "Alice")
    assert weigh_plans(session, now=NIGHT) == 0
    with pytest.raises(Conflict):
        accept_retuning(session, accepted.id, by=ALICE, now=NOW)


def test_visits_that_often_find_something_lead_to_a_shorter_one(session, plan):
    visit(session, plan, ["minor", "significant"] * 5)
    weigh_plans(session, now=NOW)
    assert (
        proposal_view(session, the_proposal(session)).sentences[0] == "Now: Every 3 months. Proposed: Every 2 months."
    )


def test_failures_between_visits_lead_to_a_shorter_one(session, plan):
    visit(session, plan, ["none"] * 10)
    repair = {"type": "corrective", "kind": "repair", "plan_id": None, "plan_version_id": None}
    visit(session, plan, ["failed"] * 4, first=date(2024, 2, 1), origin="manual", **repair)
    visit(session, plan, ["failed"] * 3, first=date(2024, 2, 2), origin="follow_up", **repair)
    weigh_plans(session, now=NOW)
    proposal = the_proposal(session)
    assert proposal.rule == "tuning:fails_between"
    assert "4 failures came between visits" in " ".join(proposal_view(session, proposal).sentences)


def test_a_proposal_that_no_longer_holds_expires_and_may_come_back(session, plan):
    visit(session, plan, ["none"] * 10)
    weigh_plans(session, now=NOW)
    visit(session, plan, ["failed"], first=date(2026, 11, 1))
    weigh_plans(session, now=NIGHT)
    assert the_proposal(session).state == "expired"
    visit(session, plan, ["minor"] * 20, first=date(2026, 11, 2), every=1)
    assert weigh_plans(session, now=NIGHT) == 1


def test_a_refused_proposal_waits_for_time_and_new_visits(session, plan):
    visit(session, plan, ["none"] * 10)
    weigh_plans(session, now=NOW)
    refuse_proposal(session, the_proposal(session).id, RefusalInput(reason="Audit next year"), by=ALICE, now=NOW)
    assert weigh_plans(session, now=NIGHT) == 0
    later = NOW + timedelta(days=200)
    assert weigh_plans(session, now=later) == 0
    visit(session, plan, ["none"] * 6, first=date(2026, 12, 1), every=20)
    assert weigh_plans(session, now=later) == 1


def test_a_running_warranty_keeps_an_interval_from_growing(session, plan):
    plan.piece.warranty_until = date(2027, 1, 1)
    visit(session, plan, ["none"] * 10)
    assert weigh_plans(session, now=NOW) == 0


def test_visits_under_another_interval_do_not_count(session, plan):
    visit(session, plan, ["none"] * 10)
    said = input_of(session, plan).model_dump() | {"interval": 2}
    edit_plan(session, plan.id, PlanEdit.model_validate(said), by=ALICE, now=NOW)
    assert weigh_plans(session, now=NOW) == 0
    assert session.scalars(select(PlanVersion.number).order_by(PlanVersion.number)).all() == [1, 2]


def test_an_interval_that_somebody_changed_meanwhile_is_not_overwritten(session, plan):
    visit(session, plan, ["none"] * 10)
    weigh_plans(session, now=NOW)
    said = input_of(session, plan).model_dump() | {"interval": 6}
    edit_plan(session, plan.id, PlanEdit.model_validate(said), by=ALICE, now=NOW)
    with pytest.raises(Conflict, match="changed meanwhile"):
        accept_retuning(session, the_proposal(session).id, by=ALICE, now=NOW)


def test_one_about_a_plan_that_is_weighed_no_more_expires(session, plan):
    visit(session, plan, ["none"] * 10)
    weigh_plans(session, now=NOW)
    archive_plan(session, plan.id, by=ALICE, now=NOW)
    assert weigh_plans(session, now=NIGHT) == 0
    assert the_proposal(session).state == "expired"


def test_one_about_a_plan_of_the_whole_house_is_not_for_who_sees_some_sites(session, plan):
    visit(session, plan, ["none"] * 10)
    weigh_plans(session, now=NOW)
    with pytest.raises(NotAllowed):
        refuse_proposal(session, the_proposal(session).id, RefusalInput(reason="No"), by=eve(), now=NOW)
