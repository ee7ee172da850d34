"""A manager on a phone: a date of one item is skipped, taken back, moved to a Saturday after a question; axe looks."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.plans.models import MaintenancePlan, PlanTarget
from tests.browser.conftest import AXE, PHONE, Live
from tests.browser.furniture import MANAGER
from tests.browser.test_pages import faults_of


@pytest.fixture
def item(live: Live, browser: Browser) -> Iterator[Page]:
    """The page of an item of the monthly self-test of the UPS, on a phone."""
    with live.database.reading() as session:
        target = session.scalars(
            select(PlanTarget)
            .join(MaintenancePlan, MaintenancePlan.id == PlanTarget.plan_id)
            .where(MaintenancePlan.code == "OND-TEST")
            .order_by(PlanTarget.id)
        ).first()
    assert target is not None
    context = live.visit(browser, MANAGER, viewport=PHONE, locale="en")
    page = context.new_page()
    page.goto(f"/plans/{target.plan_id}/items/{target.id}")
    yield page
    context.close()


def test_a_date_is_skipped_and_taken_back_and_another_moved(item: Page) -> None:
    dates = item.locator("section[aria-labelledby=next] details")
    third = dates.nth(2)
    third.locator("summary").click()
    item.evaluate(AXE.read_text(encoding="utf-8"))
    assert faults_of(item, "light") == []
    assert faults_of(item, "dark") == []
    assert item.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    third.get_by_label("Reason").fill("Stocktaking")
    third.get_by_role("button", name="Skip this date").click()
    expect(item.locator("#flash")).to_contain_text("Skipped")
    expect(third.locator("summary")).to_contain_text("skipped by")
    third.locator("summary").click()
    third.get_by_role("button", name=re.compile("Take back")).click()
    expect(item.locator("#flash")).to_contain_text("Taken back")
    expect(third.locator("summary")).not_to_contain_text("skipped by")

    day = third.locator("time").get_attribute("datetime")
    third.locator("summary").click()
    third.get_by_label("Reason").fill("The supplier is here")
    third.get_by_label("Other day").fill(next_saturday(day or ""))
    third.get_by_role("button", name="Move to that day").click()
    expect(third).to_contain_text("Move it there all the same?")
    assert faults_of_after(item) == []
    third.get_by_role("button", name="Move to that day").click()
    expect(item.locator("#flash")).to_contain_text("Moved")
    expect(third.locator("summary")).to_contain_text("moved by")


def next_saturday(day: str) -> str:
    on = date.fromisoformat(day) + timedelta(days=1)
    return (on + timedelta(days=(5 - on.weekday()) % 7)).isoformat()


def faults_of_after(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return faults_of(page, "light")
