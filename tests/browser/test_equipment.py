"""The registry in a browser that runs no script."""

from playwright.sync_api import Browser, expect

from tests.browser.conftest import DESKTOP, Live
from tests.browser.furniture import MANAGER


def test_a_browser_without_javascript_finds_and_edits(live: Live, browser: Browser) -> None:
    context = live.visit(browser, MANAGER, viewport=DESKTOP, locale="fr", java_script_enabled=False)
    page = context.new_page()
    page.goto("/equipment")
    page.get_by_role("searchbox").fill("imprimante")
    page.get_by_role("searchbox").press("Enter")
    page.locator("#list tbody a").first.click()
    page.get_by_role("link", name="Modifier").click()
    page.get_by_label("Notes").fill("Bac 2 réservé au papier à en-tête")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#flash")).to_contain_text("Enregistré")
    expect(page.get_by_text("Bac 2 réservé au papier à en-tête", exact=True)).to_be_visible()
    context.close()
