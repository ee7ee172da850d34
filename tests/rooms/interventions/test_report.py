"""What a report brings about: codes that are known, a signature that is kept, a piece that serves or does not."""

from base64 import b64encode
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from pydantic import ValidationError
from sqlalchemy import select

from app.core.errors import InvalidInput, TooLarge
from app.core.security import Actor, Role
from app.equipment.actions import add_failure_code, archive_failure_code
from app.equipment.models import Downtime, Equipment, EquipmentChange
from app.equipment.schemas import FailureCodeInput
from app.interventions.actions import complete_work_order, log_work
from app.interventions.schemas import CompletionInput, LogInput
from app.journal.models import AuditEntry, File
from app.workorders import actions, queries
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_equipment
from tests.factories.workorders import NOON, make_order

BOB = Actor(name="Bob", role=Role.TECHNICIAN, user_id=2)
ALICE = Actor(name="Alice", role=Role.MANAGER, user_id=1)
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def piece(session):
    return make_equipment(session)


def png(width=60, height=20):
    out = BytesIO()
    Image.new("RGB", (width, height), "white").save(out, "PNG")
    return b64encode(out.getvalue()).decode()


def complete(session, order, at=LATER, **said):
    files_dir = said.pop("files_dir", None)
    return complete_work_order(session, order.id, CompletionInput(**said), files_dir=files_dir, by=BOB, now=at)


def status(session, piece):
    return session.scalar(select(Equipment.status).where(Equipment.id == piece.id))


def downtimes(session):
    rows = session.scalars(select(Downtime).order_by(Downtime.id))
    return [(row.from_at, row.until_at, row.is_planned, row.source) for row in rows]


def test_a_code_that_nobody_knows_is_refused(session, piece):
    order = make_order(session, piece)
    with pytest.raises(InvalidInput) as refused:
        complete(session, order, finding="failed", restoration="curative", failure_mode="paper_jam")
    assert refused.value.fields[0].pointer == "failure_mode"


def test_a_category_has_codes_of_its_own(session, piece):
    data = FailureCodeInput(category_id=piece.category_id, kind="mode", code="paper_jam", name="Paper jam")
    code = add_failure_code(session, data, by=ALICE, now=NOON)
    order = make_order(session, piece)
    complete(session, order, finding="failed", restoration="curative", failure_mode="paper_jam")
    assert queries.current_resolution(session, order.id).failure_mode == "paper_jam"
    archive_failure_code(session, code.id, by=ALICE, now=NOON)
    with pytest.raises(InvalidInput):
        complete(session, make_order(session, piece), finding="minor", failure_mode="paper_jam")


def test_a_code_of_ones_own_needs_a_name_and_is_there_once(session):
    with pytest.raises(InvalidInput):
        add_failure_code(session, FailureCodeInput(kind="mode", code="hums"), by=ALICE, now=NOON)
    add_failure_code(session, FailureCodeInput(kind="mode", code="hums", name="Hums"), by=ALICE, now=NOON)
    with pytest.raises(InvalidInput):
        add_failure_code(session, FailureCodeInput(kind="mode", code="hums", name="Hums"), by=ALICE, now=NOON)


def test_an_order_that_is_signed_for_is_not_done_without(session, piece, tmp_path):
    order = make_order(session, piece)
    order.requires_signature = True
    with pytest.raises(InvalidInput) as refused:
        complete(session, order)
    assert refused.value.fields[0].pointer == "signature/name"
    session.refresh(order)
    complete(session, order, signature={"name": "Chloé", "image": png()}, files_dir=tmp_path)
    report = queries.current_resolution(session, order.id)
    file = queries.get_order_file(session, order.id, report.signature_file_id, by=BOB)
    assert (report.signed_by, report.signed_at, file.media_type) == ("Chloé", LATER, "image/png")


def test_a_name_and_a_word_count_as_a_signature(session, piece):
    order = make_order(session, piece)
    order.requires_signature = True
    complete(session, order, signature={"name": "Chloé", "is_confirmed": True})
    report = queries.current_resolution(session, order.id)
    assert (report.signed_by, report.signature_file_id) == ("Chloé", None)


def test_a_name_alone_is_no_signature():
    with pytest.raises(ValidationError):
        CompletionInput(signature={"name": "Chloé"})
    assert CompletionInput(signature={}).signature is None


@pytest.mark.parametrize(
    "image", ["", "no base64 at all!", b64encode(b"<svg/>").decode(), b64encode(b"GIF89a").decode()]
)
def test_what_is_no_png_is_no_signature(session, piece, tmp_path, image):
    with pytest.raises((InvalidInput, ValidationError)):
        complete(session, make_order(session, piece), signature={"name": "Chloé", "image": image}, files_dir=tmp_path)
    assert session.scalars(select(File)).all() == []


def test_a_signature_that_is_a_bomb_is_refused(session, piece, tmp_path):
    bomb = png(9_000, 9_000)
    with pytest.raises((InvalidInput, TooLarge)):
        complete(session, make_order(session, piece), signature={"name": "Chloé", "image": bomb}, files_dir=tmp_path)


def test_a_repair_takes_the_piece_down_while_it_is_under_way(session, piece):
    order = make_order(session, piece)
    actions.start_work_order(session, order.id, by=BOB, now=NOON)
    assert status(session, piece) == "in_maintenance"
    complete(session, order)
    assert status(session, piece) == "in_service"
    assert downtimes(session) == [(NOON, LATER, False, "derived")]
    changed = session.scalars(
        select(AuditEntry).where(AuditEntry.entity == "equipment", AuditEntry.action == "changed")
    )
    assert [entry.changes["status"] for entry in changed] == [
        ["in_service", "in_maintenance"],
        ["in_maintenance", "in_service"],
    ]
    assert session.scalars(select(EquipmentChange.equipment_id)).all()[-2:] == [piece.id, piece.id]


def test_a_repair_that_is_called_off_gives_the_piece_back(session, piece):
    order = make_order(session, piece)
    actions.start_work_order(session, order.id, by=BOB, now=NOON)
    complete(session, order, kind="not_done", not_done_reason="No access")
    assert (status(session, piece), downtimes(session)) == ("in_service", [(NOON, LATER, False, "derived")])


def test_two_repairs_at_once_keep_it_down_until_both_are_done(session, piece):
    first, second = make_order(session, piece), make_order(session, piece)
    for order in (first, second):
        actions.start_work_order(session, order.id, by=BOB, now=NOON)
    complete(session, first)
    assert status(session, piece) == "in_maintenance"
    complete(session, second)
    assert status(session, piece) == "in_service"


def test_what_failed_and_is_not_fixed_is_out_of_order_until_it_is(session, piece):
    round_ = make_order(session, piece, kind="inspection")
    complete(session, round_, finding="failed")
    assert (status(session, piece), downtimes(session)) == ("out_of_order", [(NOON, None, False, "derived")])
    complete(session, make_order(session, piece, kind="cleaning"))
    assert status(session, piece) == "out_of_order", "to clean it is not to mend it"
    repair = make_order(session, piece)
    complete(session, repair, finding="failed", restoration="curative", at=LATER + timedelta(hours=1))
    assert status(session, piece) == "in_service"
    assert downtimes(session) == [(NOON, LATER + timedelta(hours=1), False, "derived")]


def test_what_a_visit_of_a_plan_finds_counts_from_the_visit_and_not_from_the_day_its_order_was_made(session, piece):
    order = make_order(session, piece, kind="inspection", type="preventive")
    order.created_at = NOON - timedelta(days=20)
    actions.start_work_order(session, order.id, by=BOB, now=NOON)
    complete(session, order, finding="failed", restoration="curative")
    assert downtimes(session) == [(NOON, LATER, False, "derived")]


def test_what_was_told_of_the_downtime_wins(session, piece):
    began, ended = datetime(2026, 11, 23, 6, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC)
    order = make_order(session, piece)
    complete(session, order, finding="failed", restoration="curative", down_from=began, down_until=ended)
    assert downtimes(session) == [(began, ended, False, "told")]


def test_work_told_a_day_later_had_ended_when_its_day_had(session, piece):
    order = make_order(session, piece)
    at = datetime(2026, 11, 25, 9, tzinfo=UTC)
    complete(session, order, finding="failed", restoration="curative", done_on=date(2026, 11, 23), at=at)
    assert downtimes(session) == [(NOON, datetime(2026, 11, 23, 23, tzinfo=UTC), False, "derived")]


def test_an_upgrade_of_a_plan_is_planned_downtime(session, piece):
    order = make_order(session, piece, kind="upgrade", type="preventive")
    actions.start_work_order(session, order.id, by=BOB, now=NOON)
    complete(session, order)
    assert downtimes(session) == [(NOON, LATER, True, "derived")]


def test_a_report_that_replaces_one_replaces_its_downtime(session, piece):
    order = make_order(session, piece)
    complete(session, order, finding="failed", restoration="curative")
    actions.reopen_work_order(session, order.id, "It fails again", by=BOB, now=LATER)
    assert status(session, piece) == "in_maintenance"
    complete(session, order, finding="failed", kind="inspected_ok", at=LATER + timedelta(hours=1))
    assert (status(session, piece), downtimes(session)) == ("out_of_order", [(NOON, None, False, "derived")])


def test_a_retired_piece_stays_retired(session, piece):
    order = make_order(session, piece)
    actions.start_work_order(session, order.id, by=BOB, now=NOON)
    session.refresh(piece)
    piece.status = "retired"
    session.flush()
    complete(session, order, finding="failed")
    assert status(session, piece) == "retired"


def test_a_call_fixed_at_once_takes_nothing_down(session, piece):
    data = LogInput(equipment_id=piece.id, title="Cable plugged in", finding="failed", restoration="curative")
    logged = log_work(session, data, by=BOB, now=NOON)
    assert (status(session, piece), downtimes(session)) == ("in_service", [])
    assert session.get_one(WorkOrder, logged.order.id).state == "completed"
