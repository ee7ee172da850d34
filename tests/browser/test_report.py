"""The report on a phone: codes that narrow as one chooses, a signature that is drawn."""

from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from app.journal.models import File
from app.workorders.models import Resolution, WorkOrder
from tests.browser.conftest import Live
from tests.browser.furniture import TECHNICIAN, some_order


def resolution_of(live: Live, order: int) -> Resolution:
    with live.database.reading() as session:
        return session.scalars(select(Resolution).where(Resolution.order_id == order, Resolution.is_current)).one()


def test_a_signature_is_drawn_and_codes_narrow_as_one_chooses(live: Live, phone: Page) -> None:
    with live.database.writing() as session:
        order = some_order(session, TECHNICIAN, "ready")
        session.execute(update(WorkOrder).where(WorkOrder.id == order).values(requires_signature=True))
    phone.goto(f"/work-orders/{order}?finding=failed")
    phone.select_option("#r-mode", "short_battery_runtime")
    expect(phone.locator("#r-mechanism > option")).to_have_count(5)
    phone.select_option("#r-mechanism", "battery_ageing")
    expect(phone.locator("#r-cause > option")).to_have_count(6)
    phone.fill("#r-signer", "Chloé Dupré")
    pad = phone.locator("[data-signature] canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    phone.mouse.move(box["x"] + 20, box["y"] + 20)
    phone.mouse.down()
    phone.mouse.move(box["x"] + 120, box["y"] + 60, steps=5)
    phone.mouse.up()
    phone.locator("button[form='report-form']").first.click()
    phone.wait_for_url("**/")
    report = resolution_of(live, order)
    assert (report.signed_by, report.failure_mode, report.failure_mechanism) == (
        "Chloé Dupré",
        "short_battery_runtime",
        "battery_ageing",
    )
    with live.database.reading() as session:
        kept = session.get_one(File, report.signature_file_id)
    assert kept.media_type == "image/png"
