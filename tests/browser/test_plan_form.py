"""A plan's form: the next dates follow what is typed, and only the fields of the chosen unit are shown."""

from playwright.sync_api import Browser, expect

from tests.browser.conftest import DESKTOP, Live
from tests.browser.furniture import MANAGER


def test_the_next_dates_follow_what_is_typed(live: Live, browser: Browser) -> None:
    context = live.visit(browser, MANAGER, viewport=DESKTOP, locale="en")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/plans/new")
    preview = page.locator("#preview")
    page.get_by_label("Every", exact=True).fill("2")
    expect(preview).to_contain_text("Every 2 months")
    expect(preview.locator("time")).to_have_count(12)
    page.get_by_label("Unit", exact=True).select_option("week")
    expect(preview).to_contain_text("Every 2 weeks on Monday")
    page.get_by_label("Thursday").check()
    expect(preview).to_contain_text("Every 2 weeks on Thursday")
    page.get_by_label("Starting on").fill("")
    expect(preview).to_contain_text("The dates cannot be shown yet.")
    context.close()
    assert said == []


def test_only_the_fields_of_the_chosen_unit_are_shown(live: Live, browser: Browser) -> None:
    context = live.visit(browser, MANAGER, viewport=DESKTOP, locale="en")
    page = context.new_page()
    page.goto("/plans/new")
    shown = {
        "month": ["#f-on", "#f-interval"],
        "week": ["#weekday-monday", "#f-interval"],
        "dates": ["#f-dates"],
        "rrule": ["#f-rrule"],
        "year": ["#f-interval"],
    }
    every = {selector for selectors in shown.values() for selector in selectors}
    for unit, selectors in shown.items():
        page.get_by_label("Unit", exact=True).select_option(unit)
        assert {selector for selector in every if page.locator(selector).is_visible()} == set(selectors), unit
    context.close()


def test_a_plan_is_made_and_shows_its_items(live: Live, browser: Browser) -> None:
    context = live.visit(browser, MANAGER, viewport=DESKTOP, locale="en")
    page = context.new_page()
    page.goto("/plans/new")
    page.get_by_label("Name").fill("Dust the access points")
    page.locator("[name='category_ids[]']").first.check()
    page.get_by_role("button", name="Make the plan").click()
    expect(page.get_by_role("heading", name="Dust the access points")).to_be_visible()
    expect(page.locator("#content")).to_contain_text("Items covered")
    context.close()
