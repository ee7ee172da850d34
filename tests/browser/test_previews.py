"""What a change would do, seen beside its form while one types; and what stopped, counted in the navigation."""

import re

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from app.plans.models import PlanTarget
from tests.browser.conftest import DESKTOP, Live
from tests.browser.furniture import ADMIN, MANAGER
from tests.browser.test_pages import take_picture


def page_of(live: Live, browser: Browser, login: str, **device: object) -> Page:
    return live.visit(browser, login, viewport=DESKTOP, **{"locale": "en-GB"} | device).new_page()


def test_an_edit_shows_what_it_changes_while_one_types(live: Live, browser: Browser) -> None:
    page = page_of(live, browser, MANAGER)
    page.goto("/plans/1/edit")
    box = page.locator("#what-changes")
    expect(box).to_contain_text("appears here while you fill in the form")
    page.get_by_label("Every", exact=False).first.fill("5")
    expect(box).to_contain_text(re.compile(r"dates? disappears?|dates? moves?|dates? disappear"))
    take_picture(page, "edit-changes")
    page.context.close()


def test_a_pause_shows_what_it_takes_away_as_soon_as_it_is_opened(live: Live, browser: Browser) -> None:
    page = page_of(live, browser, MANAGER)
    page.goto("/plans/1")
    page.get_by_text("Pause the plan…").click()
    box = page.locator("#pause-changes")
    expect(box).to_contain_text(re.compile(r"dates? disappear"))
    before = box.inner_text()
    page.locator("#pause input[name=until]").fill("2027-01-15")
    expect(box).not_to_have_text(before, use_inner_text=True)
    take_picture(page, "pause-changes")
    page.context.close()


def test_calendar_days_show_what_they_move_before_they_are_added(live: Live, browser: Browser) -> None:
    page = page_of(live, browser, ADMIN)
    page.goto("/sites/calendars/1")
    page.get_by_text("Add days…").click()
    page.select_option("#days select[name=kind]", "closure")
    page.fill("#days input[name=name]", "Inventory")
    page.fill("#days input[name=first_on]", "2027-02-01")
    page.fill("#days input[name=last_on]", "2027-02-12")
    expect(page.locator("#days-changes")).to_contain_text(re.compile(r"dates? move"))
    take_picture(page, "days-changes")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("link", name="Remove Inventory…").click()
    expect(page.locator("main")).to_contain_text(re.compile(r"dates? move"))
    take_picture(page, "removal")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator("main")).not_to_contain_text("Inventory")
    page.context.close()


def test_what_stopped_is_counted_in_the_navigation_and_listed(live: Live, browser: Browser) -> None:
    with live.database.writing() as session:
        failed = {"state": "error", "reason": "RuleError: no date", "failure_count": 1}
        session.execute(update(PlanTarget).where(PlanTarget.id == 1).values(**failed))
    page = page_of(live, browser, MANAGER)
    page.goto("/")
    entry = page.locator("nav a[href='/attention']")
    expect(entry.locator(".r-count")).to_have_text(re.compile(r"\d"))
    entry.click()
    expect(page.locator("main")).to_contain_text("1 item could not be planned: RuleError: no date")
    take_picture(page, "attention-list")
    page.context.close()
    with live.database.writing() as session:
        session.execute(update(PlanTarget).where(PlanTarget.id == 1).values(state="active", reason=None))
