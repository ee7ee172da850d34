"""Reports of a piece, and what its ladder makes of them, on a real database."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, NotAllowed, NotFound, PreconditionFailed
from app.core.security import Actor, Role
from app.equipment.actions import add_failure_code
from app.equipment.models import Equipment
from app.equipment.schemas import FailureCodeInput
from app.interventions.actions import complete_work_order
from app.interventions.models import ReportedPiece
from app.interventions.schemas import CompletionInput
from app.journal.models import AuditEntry
from app.proposals.actions.climbing import climb, queue_all
from app.proposals.actions.deciding import accept_proposal, refuse_proposal
from app.proposals.actions.rules import drop_rule, set_rule
from app.proposals.models import Proposal
from app.proposals.queries.components import components_of
from app.proposals.queries.proposals import proposal_view
from app.proposals.queries.reliability import reliability
from app.proposals.queries.rules import ladder_rules
from app.proposals.rules.ladder import Test as Rung
from app.proposals.schemas import AcceptInput, LadderRuleInput, RefusalInput
from app.resources.actions import add_cost_line
from app.resources.queries import costs_of
from app.resources.schemas import CostLineInput
from app.workorders.actions.making import create_work_order
from app.workorders.models import WorkOrder
from app.workorders.schemas import WorkOrderInput
from tests.factories.equipment import make_category, make_equipment, make_piece
from tests.factories.places import make_organisation, make_site

ALICE = Actor(name="Alice", role=Role.MANAGER, user_id=7)
BOB = Actor(name="Bob", role=Role.TECHNICIAN)


@pytest.fixture
def piece(session: Session) -> Equipment:
    return make_equipment(session)


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def fail(session: Session, piece: Equipment, day: date, mode: str = "overheats", **more: object) -> WorkOrder:
    """It failed in the morning of that day, and was running again an hour later."""
    data = WorkOrderInput(equipment_id=piece.id, title="It stopped", due_on=day)
    made = create_work_order(session, data, by=Actor.system(), now=at(day))
    said = {"kind": "adjusted", "finding": "failed", "failure_mode": mode} | more
    return complete_work_order(session, made.id, CompletionInput(**said), by=Actor.system(), now=at(day, 10))


def climb_at(session: Session, day: date) -> list[Proposal]:
    """What is there after a look at all that was reported."""
    climb(session, now=at(day, 20))
    session.flush()
    return list(session.scalars(select(Proposal).order_by(Proposal.id)))


def night(session: Session, day: date) -> list[Proposal]:
    queue_all(session, now=at(day, 2))
    return climb_at(session, day)


def three_failures(session: Session, piece: Equipment) -> Proposal:
    for day in (date(2026, 3, 2), date(2026, 3, 20), date(2026, 4, 10)):
        fail(session, piece, day)
    (proposal,) = climb_at(session, date(2026, 4, 10))
    return proposal


def test_it_proposes_a_repair_at_the_third_failure_of_one_mode(session: Session, piece: Equipment) -> None:
    fail(session, piece, date(2026, 3, 2))
    fail(session, piece, date(2026, 3, 20))
    fail(session, piece, date(2026, 3, 25), "no_power")
    assert climb_at(session, date(2026, 3, 25)) == []
    third = fail(session, piece, date(2026, 4, 10))
    (proposal,) = climb_at(session, date(2026, 4, 10))
    assert (proposal.kind, proposal.state, proposal.rule) == ("repair", "open", "failures:overheats")
    (rule,) = proposal.evidence["rules"]
    assert (rule["value"], rule["threshold"], rule["window_days"]) == (3, 3, 90)
    assert [order["failed_on"] for order in rule["orders"]] == ["2026-03-02", "2026-03-20", "2026-04-10"]
    assert rule["orders"][-1]["id"] == third.id
    assert session.scalar(select(func.count()).select_from(ReportedPiece)) == 0


def test_a_failure_mode_of_the_house_is_called_by_its_name(session: Session, piece: Equipment) -> None:
    code = FailureCodeInput(kind="mode", code="sheet_folds", name="Sheet folds")
    add_failure_code(session, code, by=Actor.system(), now=datetime(2026, 3, 1, tzinfo=UTC))
    for day in (date(2026, 3, 2), date(2026, 3, 20), date(2026, 4, 10)):
        fail(session, piece, day, "sheet_folds")
    (proposal,) = climb_at(session, date(2026, 4, 10))
    first, *orders = proposal_view(session, proposal).sentences
    assert "Failures of one mode (Sheet folds)" in first
    assert all("(Sheet folds)" in line for line in orders)


def test_it_proposes_once_however_often_it_looks(session: Session, piece: Equipment) -> None:
    proposal = three_failures(session, piece)
    assert [row.id for row in night(session, date(2026, 4, 11))] == [proposal.id]
    assert proposal.version == 1


def test_evidence_grows_while_nobody_has_decided(session: Session, piece: Equipment) -> None:
    proposal = three_failures(session, piece)
    fail(session, piece, date(2026, 4, 20))
    climb_at(session, date(2026, 4, 20))
    assert (len(proposal.evidence["rules"][0]["orders"]), proposal.version) == (4, 2)


def test_it_expires_when_its_evidence_is_gone(session: Session, piece: Equipment) -> None:
    proposal = three_failures(session, piece)
    night(session, date(2026, 5, 30))
    assert proposal.state == "open"  # the first failure is 89 days old
    night(session, date(2026, 5, 31))
    assert proposal.state == "expired"
    for day in (date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3)):
        fail(session, piece, day)
    again = climb_at(session, date(2026, 6, 3))[-1]  # nobody had decided: there is nothing to cool down from
    assert (again.state, again.kind) == ("open", "repair")


def test_it_follows_its_piece_to_another_site(session: Session, piece: Equipment) -> None:
    proposal = three_failures(session, piece)
    piece.site_id = make_site(session, "NTE").id
    night(session, date(2026, 4, 12))
    assert (proposal.site_id, proposal.version) == (piece.site_id, 2)


def test_an_accepted_one_makes_an_order_that_says_why(session: Session, piece: Equipment) -> None:
    proposal = three_failures(session, piece)
    accept_proposal(session, proposal.id, AcceptInput(), version=1, by=ALICE, now=at(date(2026, 4, 11)))
    order = session.get_one(WorkOrder, proposal.order_id)
    assert (proposal.state, proposal.decided_by, proposal.decided_by_name) == ("accepted", 7, "Alice")
    assert (order.origin, order.kind, order.type, order.due_on) == (
        "escalation", "repair", "corrective", date(2026, 4, 18),
    )  # fmt: skip
    assert "Failures of one mode (Overheats) in 90 days: 3 (limit 3)" in str(order.instructions)
    assert "It stopped" in str(order.instructions)
    audited = select(AuditEntry.action).where(AuditEntry.entity == "proposal").order_by(AuditEntry.id)
    assert list(session.scalars(audited)) == ["created", "accepted"]


def test_while_its_order_is_open_nothing_more_is_proposed(session: Session, piece: Equipment) -> None:
    proposal = three_failures(session, piece)
    accept_proposal(session, proposal.id, AcceptInput(), by=ALICE, now=at(date(2026, 4, 11)))
    for day in (date(2026, 4, 12), date(2026, 4, 13), date(2026, 4, 14)):
        fail(session, piece, day)
    assert climb_at(session, date(2026, 4, 14)) == [proposal]


def test_refused_it_comes_again_after_the_cool_down_with_new_evidence(session: Session, piece: Equipment) -> None:
    proposal = three_failures(session, piece)
    refusal = RefusalInput(reason="The cooling is being renewed")
    refuse_proposal(session, proposal.id, refusal, by=ALICE, now=at(date(2026, 4, 11)))
    fail(session, piece, date(2026, 4, 15))
    fail(session, piece, date(2026, 4, 20))
    assert climb_at(session, date(2026, 4, 20)) == [proposal]  # nine days after
    again = night(session, date(2026, 5, 11))
    assert [(row.kind, row.state) for row in again] == [("repair", "refused"), ("repair", "open")]


def test_refused_it_does_not_come_again_on_what_was_known(session: Session, piece: Equipment) -> None:
    proposal = three_failures(session, piece)
    refuse_proposal(session, proposal.id, RefusalInput(reason="No"), by=ALICE, now=at(date(2026, 4, 11)))
    assert night(session, date(2026, 5, 20)) == [proposal]


def test_it_refuses_to_decide_twice_or_from_an_old_page(session: Session, piece: Equipment) -> None:
    proposal = three_failures(session, piece)
    with pytest.raises(PreconditionFailed):
        accept_proposal(session, proposal.id, AcceptInput(), version=9, by=ALICE, now=at(date(2026, 4, 11)))
    refuse_proposal(session, proposal.id, RefusalInput(reason="No"), by=ALICE, now=at(date(2026, 4, 11)))
    with pytest.raises(Conflict):
        accept_proposal(session, proposal.id, AcceptInput(), by=ALICE, now=at(date(2026, 4, 11)))


def test_technicians_and_strangers_do_not_decide(session: Session, piece: Equipment) -> None:
    proposal = three_failures(session, piece)
    eve = Actor(name="Eve", role=Role.MANAGER, site_ids=frozenset({make_site(session, "BOR").id}))
    for actor, refusal in ((BOB, NotAllowed), (eve, NotFound)):
        with pytest.raises(refusal):
            accept_proposal(session, proposal.id, AcceptInput(), by=actor, now=at(date(2026, 4, 11)))


def test_a_rule_that_decides_by_itself_makes_the_order(session: Session, piece: Equipment) -> None:
    make_organisation(session)
    rule = LadderRuleInput(threshold=1, window_days=30, is_automatic=True)
    set_rule(session, piece.category_id, Rung.FAILURES, rule, by=ALICE, now=at(date(2026, 3, 1)))
    fail(session, piece, date(2026, 3, 2))
    (proposal,) = climb_at(session, date(2026, 3, 2))
    assert (proposal.state, proposal.is_automatic, proposal.decided_by_name) == ("accepted", True, "Ronde")
    order = session.get_one(WorkOrder, proposal.order_id)
    assert (order.origin, order.title) == ("escalation", "Réparation après défaillances répétées")


def test_the_nearest_category_has_the_word(session: Session) -> None:
    printers = make_category(session, "Printer")
    lasers = make_category(session, "Laser", printers)
    piece = make_piece(session, make_site(session), lasers)
    set_rule(session, None, Rung.FAILURES, LadderRuleInput(threshold=9), by=ALICE, now=at(date(2026, 3, 1)))
    set_rule(session, printers.id, Rung.FAILURES, LadderRuleInput(threshold=2), by=ALICE, now=at(date(2026, 3, 1)))
    fail(session, piece, date(2026, 3, 2))
    fail(session, piece, date(2026, 3, 3))
    assert len(climb_at(session, date(2026, 3, 3))) == 1
    (held,) = [view for view in ladder_rules(session, lasers.id, by=BOB) if view.test == "failures"]
    assert (held.threshold, held.from_category_id, held.is_default) == (2, printers.id, False)
    drop_rule(session, printers.id, Rung.FAILURES, by=ALICE, now=at(date(2026, 3, 4)))
    (held,) = [view for view in ladder_rules(session, lasers.id, by=BOB) if view.test == "failures"]
    assert (held.threshold, held.from_category_id) == (9, None)


def test_a_rule_that_is_switched_off_says_nothing(session: Session, piece: Equipment) -> None:
    off = LadderRuleInput(threshold=1, is_active=False)
    set_rule(session, piece.category_id, Rung.FAILURES, off, by=ALICE, now=at(date(2026, 3, 1)))
    fail(session, piece, date(2026, 3, 2))
    assert climb_at(session, date(2026, 3, 2)) == []


def test_the_end_of_support_is_seen_by_night_alone(session: Session, piece: Equipment) -> None:
    from tests.factories.equipment import make_model

    piece.model_id = make_model(session, end_of_support_on=date(2026, 3, 2)).id
    session.flush()
    assert night(session, date(2026, 3, 1)) == []
    (proposal,) = night(session, date(2026, 3, 2))
    assert (proposal.kind, proposal.rule) == ("replace", "support")


def test_a_retired_piece_is_asked_nothing(session: Session, piece: Equipment) -> None:
    proposal = three_failures(session, piece)
    piece.status = "retired"
    session.flush()
    night(session, date(2026, 4, 12))
    assert proposal.state == "expired"


def test_a_failure_that_was_found_before_it_was_asked_about_has_a_time_to_restore(
    session: Session, piece: Equipment
) -> None:
    """A visit finds it at 9 o'clock on the 1st; who asks about it at 9 on the 2nd has it again at 10."""
    said = {"title": "Round", "kind": "inspection", "type": "preventive", "due_on": date(2026, 3, 1)}
    data = WorkOrderInput.model_validate(said | {"equipment_id": piece.id})
    visit = create_work_order(session, data, by=Actor.system(), now=at(date(2026, 3, 1)))
    report = CompletionInput(kind="inspected_ok", finding="failed")
    complete_work_order(session, visit.id, report, by=Actor.system(), now=at(date(2026, 3, 1)))
    fail(session, piece, date(2026, 3, 2), kind="repaired", restoration="curative")
    figures = reliability(session, piece.id, by=ALICE, now=at(date(2026, 3, 9)), from_on=date(2026, 2, 1))
    assert (figures.failures, figures.mttr_minutes, figures.down_minutes) == (1, 60, 25 * 60)


def test_an_invoice_that_comes_after_the_report_counts_by_the_next_night(session: Session, piece: Equipment) -> None:
    piece.purchase_cost_minor, piece.currency = 10_000, "EUR"
    order = fail(session, piece, date(2026, 3, 2), finding="none", failure_mode=None)
    assert climb_at(session, date(2026, 3, 2)) == []
    invoice = CostLineInput(label="Workshop", amount_minor=6_000)
    add_cost_line(session, order.id, invoice, by=Actor.system(), now=at(date(2026, 3, 5)))
    (proposal,) = night(session, date(2026, 3, 6))
    assert (proposal.kind, proposal.rule) == ("replace", "cost")


def test_a_look_at_pieces_with_a_long_past_is_no_longer_a_statement(session: Session) -> None:
    """PostgreSQL takes 65,535 parameters."""
    orders = range(1, 70_001)
    assert (costs_of(session, orders), components_of(session, orders)) == ({}, {})


def test_a_look_at_many_pieces_costs_as_many_questions_as_at_one(session: Session, piece: Equipment) -> None:
    from sqlalchemy import event

    others = [make_equipment(session, f"X-{number}") for number in range(5)]

    def asked() -> int:
        seen: list[str] = []

        def count(*args: object) -> None:
            seen.append(str(args[2]))

        connection = session.connection()
        event.listen(connection, "before_cursor_execute", count)
        climb(session, now=at(date(2026, 3, 4)))
        event.remove(connection, "before_cursor_execute", count)
        return len(seen)

    fail(session, piece, date(2026, 3, 2))
    alone = asked()
    for other in others:
        fail(session, other, date(2026, 3, 3))
    assert asked() == alone


def test_a_rule_of_no_category_waits_for_the_house(session: Session, piece: Equipment) -> None:
    with pytest.raises(NotFound):
        set_rule(session, 999, Rung.COST, LadderRuleInput(threshold=9), by=ALICE, now=at(date(2026, 3, 1)))
    with pytest.raises(NotAllowed):
        set_rule(session, None, Rung.COST, LadderRuleInput(threshold=9), by=BOB, now=at(date(2026, 3, 1)))
