"""A printer climbs the whole ladder: cleaned, repaired for now, repaired for good, replaced. Figures computed by hand.

Times are UTC; the site lies in Europe/Paris, so that its days begin at 23:00 (winter) or 22:00 (summer) of the day
before.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.changes.actions.commissioning import create_task
from app.changes.actions.edits import create_plan
from app.changes.actions.replacing import replace_equipment
from app.changes.queries.pieces import chain
from app.changes.schemas import CommissioningTaskInput, SuccessorInput
from app.core.clock import fixed_clock
from app.core.security import Actor, Role
from app.equipment.models import Equipment
from app.interventions.actions import complete_work_order
from app.interventions.schemas import CompletionInput
from app.meters.models import Meter
from app.operations.actions.tick import tick
from app.plans.models import PlanTarget
from app.proposals.actions.deciding import accept_proposal
from app.proposals.models import Proposal
from app.proposals.queries.ladders import ladder
from app.proposals.queries.reliability import reliability
from app.proposals.schemas import AcceptInput
from app.resources.actions.costs import add_cost_line
from app.resources.schemas import CostLineInput
from app.workorders.actions.making import create_work_order
from app.workorders.models import WorkOrder
from app.workorders.schemas import WorkOrderInput
from tests.factories.equipment import make_category, make_model, make_piece
from tests.factories.meters import make_meter, read_meter
from tests.factories.places import make_calendar, make_organisation, make_site
from tests.factories.plans import plan_input

ALICE = Actor(name="Alice", role=Role.MANAGER)
BOB = Actor(name="Bob", role=Role.TECHNICIAN)
HOUR = 60
DAY = 24 * HOUR
MODE = "degraded_output"


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


class Story:
    """What people do to the printer, each in a transaction of its own."""

    def __init__(self, database):
        self.database = database
        with database.writing() as session:
            calendar = make_calendar(session)
            make_organisation(session, calendar)
            site = make_site(session, "LYO", calendar)
            printers = make_category(session, "Printer", expected_life_months=60)
            model = make_model(
                session, "LaserJet", category_id=printers.id, replacement_cost_minor=60_000, currency="EUR"
            )
            self.printer = make_piece(
                session, site, printers, "PRI-0001", name="Front desk", serial="OLD-1", model_id=model.id,
                commissioned_on=date(2025, 12, 1),
            ).id  # fmt: skip
            pages = make_meter(session, session.get_one(Equipment, self.printer), "Pages")
            read_meter(session, pages, ("2026-01-04", "48210"), now=at(1, 5))
            handover = CommissioningTaskInput(title="Set up and hand over", kind="training", days_after=1)
            create_task(session, printers.id, handover, by=ALICE, now=at(1, 1))
            said = {"title": "Clean printers", "start_on": "2026-01-05", "category_ids": [printers.id]}
            create_plan(session, plan_input(**said), by=ALICE, now=at(1, 2))

    def tick(self, moment):
        tick(self.database, clock=fixed_clock(moment), instance="test")

    def clean(self, due, moment):
        """The plan's order of that day, with a minor finding."""
        with self.database.writing() as session:
            order = session.scalars(select(WorkOrder).where(WorkOrder.due_on == due)).one()
            said = CompletionInput(finding="minor", observed="Paper dust")
            complete_work_order(session, order.id, said, by=BOB, now=moment)

    def fail(self, moment, hours):
        """It is reported at that moment, and prints again so many hours later."""
        with self.database.writing() as session:
            data = WorkOrderInput(equipment_id=self.printer, title="Streaks on the page", due_on=moment.date())
            order = create_work_order(session, data, by=BOB, now=moment)
            said = CompletionInput(
                kind="adjusted", finding="failed", failure_mode=MODE, minutes_spent=30, restoration="curative"
            )
            complete_work_order(session, order.id, said, by=BOB, now=moment + timedelta(hours=hours))

    def done(self, order_id, moment, cost=0, **said):
        with self.database.writing() as session:
            if cost:
                line = CostLineInput(kind="outside", label="Workshop", amount_minor=cost)
                add_cost_line(session, order_id, line, by=BOB, now=moment)
            complete_work_order(session, order_id, CompletionInput(**said), by=BOB, now=moment)

    def proposals(self):
        with self.database.reading() as session:
            return list(session.scalars(select(Proposal).order_by(Proposal.id)))

    def accept(self, proposal, moment):
        with self.database.writing() as session:
            return accept_proposal(session, proposal.id, AcceptInput(), by=ALICE, now=moment).order_id

    def open_orders(self, equipment_id):
        with self.database.reading() as session:
            held = (WorkOrder.equipment_id == equipment_id, WorkOrder.is_open)
            return list(session.scalars(select(WorkOrder).where(*held).order_by(WorkOrder.id)))

    def figures(self, moment, equipment_id=None, first=date(2026, 1, 1), last=date(2026, 6, 30)):
        with self.database.reading() as session:
            piece = equipment_id or self.printer
            return reliability(session, piece, by=ALICE, now=moment, from_on=first, until_on=last)

    def sentences(self, moment):
        with self.database.reading() as session:
            return {rung.test: rung.sentence for rung in ladder(session, self.printer, by=BOB, now=moment).rungs}


@pytest.fixture
def story(database):
    return Story(database)


def test_a_printer_climbs_the_ladder_from_cleaning_to_replacement(story):
    cleaned_twice(story)
    repair = failed_three_times(story)
    compare_before(story)
    repaired_for_now_then_for_good(story, repair)
    replacement = costing_too_much(story)
    ordered = story.accept(replacement, at(6, 3))
    successor_id = replace(story, ordered, at(6, 15))
    story.tick(at(6, 15, 10))
    compare_after(story, successor_id)


def cleaned_twice(story):
    story.tick(at(1, 5))
    story.clean(date(2026, 1, 5), at(1, 5))
    story.tick(at(2, 5))
    story.clean(date(2026, 2, 5), at(2, 5))
    story.tick(at(2, 5, 10))
    assert story.proposals() == []
    assert story.sentences(at(2, 6))["findings"] == "Visits with a finding in 365 days: 2 (limit 3)"


def failed_three_times(story):
    for moment, hours in ((at(3, 2), 4), (at(3, 20), 2)):
        story.fail(moment, hours)
    story.tick(at(3, 21))
    assert story.proposals() == []
    assert story.sentences(at(3, 21))["failures"] == "Failures of one mode (Degraded output) in 90 days: 2 (limit 3)"
    story.fail(at(4, 10), 6)
    story.tick(at(4, 10, 16))
    (repair,) = story.proposals()
    assert (repair.kind, repair.state, repair.rule) == ("repair", "open", f"failures:{MODE}")
    assert [order["failed_on"] for order in repair.evidence["rules"][0]["orders"]] == [
        "2026-03-02", "2026-03-20", "2026-04-10",
    ]  # fmt: skip

    return repair


def compare_before(story):
    before = story.figures(at(5, 1, 22), last=date(2026, 4, 30))
    # 1 January to 30 April at the site: 31 + 28 + 31 + 30 days less the hour that summer time took, less 12 h down
    assert before.in_service_minutes == 120 * DAY - HOUR
    assert (before.failures, before.repeat_failures) == (3, 2)  # 18 and 21 days after the one before
    assert before.down_minutes == 12 * HOUR
    assert before.mtbf_minutes == (120 * DAY - HOUR - 12 * HOUR) // 3  # 57,340
    assert before.mttr_minutes == 4 * HOUR  # 4, 2 and 6 hours
    assert before.active_repair_minutes == 30
    assert before.availability_permille == 996  # 172,020 of 172,740 minutes
    assert (before.corrective_cost_minor, before.cost_share_percent) == (0, 0)
    assert (before.cycles, before.cycles_in_window, before.compliance_percent) == (4, 2, 50)


def repaired_for_now_then_for_good(story, repair):
    order_id = story.accept(repair, at(4, 11))
    due = {"restoration": "palliative", "curative_due_on": date(2026, 4, 30)}
    story.done(order_id, at(4, 13), cost=9_000, kind="repaired", finding="failed", failure_mode=MODE, **due)
    curative = next(order for order in story.open_orders(story.printer) if order.parent_id == order_id)
    assert (curative.origin, curative.due_on) == ("follow_up", date(2026, 4, 30))
    story.done(curative.id, at(4, 28), cost=12_000, kind="repaired", finding="significant", restoration="curative")
    story.tick(at(4, 28, 10))
    assert [proposal.state for proposal in story.proposals()] == ["accepted"]
    assert story.sentences(at(4, 29))["cost"] == (
        "Corrective cost is 35% of the replacement value (€210 of €600; limit 50%) in 730 days"
    )


def costing_too_much(story):
    with story.database.writing() as session:
        data = WorkOrderInput(equipment_id=story.printer, title="Fuser", due_on=date(2026, 6, 2))
        again = create_work_order(session, data, by=BOB, now=at(6, 1))
    story.done(
        again.id, at(6, 2), cost=10_500, kind="repaired", finding="failed", failure_mode="overheats", minutes_spent=90
    )
    story.tick(at(6, 2, 10))
    replacement = story.proposals()[-1]
    assert (replacement.kind, replacement.state, replacement.rule) == ("replace", "open", "cost")
    told = replacement.evidence["rules"][0]
    assert (told["value"], told["cost_minor"], len(told["orders"])) == (52, 31_500, 3)

    return replacement


def compare_after(story, successor_id):
    after = story.figures(at(7, 1, 6))
    # in service from 1 January to 15 June at the site: 31 + 28 + 31 + 30 + 31 + 15 days less the hour of summer time
    assert after.in_service_minutes == 166 * DAY - HOUR
    # the repair that was proposed and the lasting fix tell of the failure of 10 April; the fuser is a fourth
    assert (after.failures, after.repeat_failures) == (4, 2)
    assert (after.corrective_cost_minor, after.cost_share_percent) == (31_500, 52)
    fresh = story.figures(at(7, 1, 6), successor_id)
    assert (fresh.failures, fresh.mtbf_minutes, fresh.corrective_cost_minor) == (0, None, 0)
    assert fresh.in_service_minutes == 16 * DAY  # 15 to 30 June


def replace(story, order_id, moment):
    """The old one goes to be recycled, the new one inherits; answers with its id."""
    said = {
        "reason": "Repairs cost half of a new one",
        "how": "recycled",
        "disposal": "BSD 42",
        "order_id": order_id,
        "is_commissioned": True,
        "new": {"serial": "NEW-1", "purchase_cost_minor": 61_000, "currency": "EUR", "warranty_until": "2029-06-15"},
    }
    with story.database.writing() as session:
        data = SuccessorInput.model_validate(said)
        new = replace_equipment(session, story.printer, data, by=ALICE, now=moment)
        old = session.get_one(Equipment, story.printer)
        order = session.get_one(WorkOrder, order_id)
        assert (old.status, old.replaced_by_id) == ("retired", new.id)
        assert (order.state, order.equipment_id) == ("completed", old.id)
        assert (new.warranty_until, new.purchase_cost_minor) == (date(2029, 6, 15), 61_000)
        meters = session.scalars(select(Meter).order_by(Meter.id)).all()
        assert [(meter.equipment_id, meter.last_value) for meter in meters] == [(old.id, 48_210), (new.id, None)]
        live = session.scalars(select(PlanTarget).where(PlanTarget.state != "ended")).all()
        assert [target.equipment_id for target in live] == [new.id]
        held = chain(session, new.id, by=BOB)
        assert [(link.tag, link.serial) for link in held.position] == [("PRI-0001", "OLD-1"), (new.tag, "NEW-1")]
        handover = session.scalars(select(WorkOrder).where(WorkOrder.origin == "commissioning")).one()
        assert (handover.equipment_id, handover.due_on) == (new.id, date(2026, 6, 16))
        told = session.scalars(select(WorkOrder.id).where(WorkOrder.equipment_id == old.id, ~WorkOrder.is_open)).all()
        assert len(told) >= 8  # two cleanings, four failures, a repair and its lasting fix, the replacement
        return new.id
