"""A piece of the stock stands in for one in repair; plans stay where they are."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.changes.actions.commissioning import commission_equipment, create_task, register_equipment
from app.changes.actions.disposing import attach_certificate, record_disposal
from app.changes.actions.lending import lend_equipment, return_equipment
from app.changes.actions.replacing import replace_equipment
from app.changes.models import Loan
from app.changes.schemas import CommissioningTaskInput, DisposalInput, LoanInput, SuccessorInput
from app.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.core.security import Actor, Role
from app.equipment.models import Equipment
from app.equipment.schemas import EquipmentInput
from app.journal.models import AuditEntry
from app.plans.models import PlanTarget
from app.proposals.queries.proposals import ProposalFilter, proposal_rows
from app.reports.queries.attention import attention
from app.workorders.models import WorkOrder
from tests.factories.engine import make_targets
from tests.factories.equipment import make_category, make_equipment
from tests.factories.places import make_location, make_site
from tests.factories.proposals import make_proposal

ALICE = Actor(name="Alice", role=Role.MANAGER)
BOB = Actor(name="Bob", role=Role.TECHNICIAN)
CHLOE = Actor(name="Chloe", role=Role.REQUESTER)
NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


@pytest.fixture
def broken(session: Session) -> Equipment:
    site = make_site(session)
    return make_equipment(session, "PRI-1", site, status="in_maintenance", location_id=make_location(session, site).id)


@pytest.fixture
def spare(session: Session, broken: Equipment) -> Equipment:
    return make_equipment(session, "PRI-9", status="in_stock", rack="S1")


def lend(session: Session, broken: Equipment, spare: Equipment, by: Actor = BOB) -> Loan:
    return lend_equipment(session, broken.id, LoanInput(equipment_id=spare.id), by=by, now=NOW)


def kinds(session: Session) -> list[str]:
    return [entry.kind for entry in attention(session, by=ALICE, now=NOW) if entry.kind in ("loan", "proposal")]


def test_it_stands_where_the_other_stood_and_goes_back(session: Session, broken: Equipment, spare: Equipment) -> None:
    lend(session, broken, spare)
    assert (spare.status, spare.location_id, spare.on_loan_for_id) == ("in_service", broken.location_id, broken.id)
    return_equipment(session, spare.id, by=BOB, now=NOW)
    assert (spare.status, spare.location_id, spare.rack, spare.on_loan_for_id) == ("in_stock", None, "S1", None)
    audited = session.scalars(select(AuditEntry.action).where(AuditEntry.entity_id == broken.id)).all()
    assert [action for action in audited if action in ("lent", "returned")] == ["lent", "returned"]


def test_plans_stay_with_the_piece_in_repair(session: Session) -> None:
    (target,) = make_targets(session)
    broken = session.get_one(Equipment, target.equipment_id)
    lend(session, broken, make_equipment(session, "PRI-9", status="in_stock"))
    rows = session.scalars(select(PlanTarget)).all()
    assert [(row.equipment_id, row.state) for row in rows] == [(broken.id, "active")]


def test_it_refuses_what_is_not_in_stock_a_second_one_and_itself(
    session: Session, broken: Equipment, spare: Equipment
) -> None:
    with pytest.raises(InvalidInput):
        lend(session, broken, make_equipment(session, "PRI-2"))
    with pytest.raises(InvalidInput):
        lend(session, broken, broken)
    lend(session, broken, spare)
    with pytest.raises(Conflict):
        lend(session, broken, make_equipment(session, "PRI-8", status="in_stock"))
    return_equipment(session, spare.id, by=BOB, now=NOW)
    with pytest.raises(Conflict):
        return_equipment(session, spare.id, by=BOB, now=NOW)


def test_who_only_asks_lends_nothing(session: Session, broken: Equipment, spare: Equipment) -> None:
    with pytest.raises(NotAllowed):
        lend(session, broken, spare, by=CHLOE)
    eve = Actor(name="Eve", role=Role.MANAGER, site_ids=frozenset({make_site(session, "BOR").id}))
    with pytest.raises(NotFound):
        lend(session, broken, spare, by=eve)


def test_a_loan_that_outlives_the_repair_wants_attention(session: Session, broken: Equipment, spare: Equipment) -> None:
    lend(session, broken, spare)
    assert kinds(session) == []
    broken.status = "in_service"
    make_proposal(session, broken)
    session.flush()
    assert kinds(session) == ["proposal", "loan"]


def test_proposals_that_wait_are_one_entry_with_their_count(
    session: Session, broken: Equipment, spare: Equipment
) -> None:
    for piece in (broken, spare):
        make_proposal(session, piece)
    session.flush()
    [entry] = attention(session, by=ALICE, now=NOW, kind="proposal")
    assert (entry.what, entry.page) == ("2 proposals wait for a decision", "/proposals")
    assert attention(session, by=ALICE, now=NOW, kind="proposal", after=("proposal", entry.id)) == []
    [row, _] = proposal_rows(session, ProposalFilter(state="open"), by=ALICE, limit=5)
    assert row.why == "Failures of one mode (Overheats) in 90 days: 3 (limit 3)"


def test_what_stood_in_goes_back_when_the_other_is_replaced(
    session: Session, broken: Equipment, spare: Equipment
) -> None:
    lend(session, broken, spare)
    replace_equipment(session, broken.id, SuccessorInput(reason="Worn out"), by=ALICE, now=NOW)
    assert (spare.status, spare.on_loan_for_id) == ("in_stock", None)


def test_what_stood_in_may_stay_for_good(session: Session, broken: Equipment, spare: Equipment) -> None:
    lend(session, broken, spare)
    said = SuccessorInput(reason="It does well", equipment_id=spare.id)
    replace_equipment(session, broken.id, said, by=ALICE, now=NOW)
    assert (spare.status, spare.location_id, spare.on_loan_for_id) == ("in_service", broken.location_id, None)


def test_registering_makes_the_orders_of_the_nearest_category_once(session: Session, broken: Equipment) -> None:
    printers = make_category(session, "Printer")
    lasers = make_category(session, "Laser", printers)
    for days, title in ((0, "Mount it"), (2, "Hand it over")):
        task = CommissioningTaskInput(title=title, days_after=days)
        create_task(session, printers.id, task, by=ALICE, now=NOW)
    data = EquipmentInput(category_id=lasers.id, site_id=broken.site_id)
    piece = register_equipment(session, data, by=ALICE, now=NOW)
    orders = session.scalars(select(WorkOrder).where(WorkOrder.equipment_id == piece.id).order_by(WorkOrder.id)).all()
    assert [(order.title, str(order.due_on)) for order in orders] == [
        ("Mount it", "2026-11-23"),
        ("Hand it over", "2026-11-25"),
    ]
    again = commission_equipment(session, piece.id, by=ALICE, now=NOW)
    assert again == [order.id for order in orders]


def test_a_piece_for_the_stock_is_not_put_into_service(session: Session, broken: Equipment) -> None:
    create_task(session, broken.category_id, CommissioningTaskInput(title="Mount it"), by=ALICE, now=NOW)
    data = EquipmentInput(category_id=broken.category_id, site_id=broken.site_id, status="in_stock")
    register_equipment(session, data, by=ALICE, now=NOW)
    assert session.scalars(select(WorkOrder)).all() == []


def test_only_what_is_retired_is_disposed_of(session: Session, broken: Equipment, tmp_path) -> None:
    said = DisposalInput(how="sold", note="To Dan")
    with pytest.raises(Conflict):
        record_disposal(session, broken.id, said, by=ALICE, now=NOW)
    broken.status = "retired"
    session.flush()
    record_disposal(session, broken.id, said, by=ALICE, now=NOW)
    kept = {"files_dir": tmp_path, "most": 1_000, "by": ALICE, "now": NOW}
    row = attach_certificate(session, broken.id, "paper.txt", b"Sold.", **kept)
    again = record_disposal(session, broken.id, DisposalInput(how="recycled"), by=ALICE, now=NOW)
    assert (again.how, again.note, again.file_id) == ("recycled", None, row.file_id)
