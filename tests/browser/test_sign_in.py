"""In and out with a keyboard alone, and without JavaScript."""

from playwright.sync_api import Browser, expect

from tests.browser.conftest import DESKTOP, PHONE, Live
from tests.browser.furniture import MANAGER, TECHNICIAN


def test_a_keyboard_signs_in(live: Live, browser: Browser) -> None:
    page = live.visit(browser, viewport=DESKTOP, locale="en").new_page()
    page.goto("/login")
    page.keyboard.type(MANAGER)  # the first field has the focus
    page.keyboard.press("Tab")
    page.keyboard.type(live.passwords[MANAGER])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    expect(page.get_by_role("link", name="Marc Lefèvre")).to_be_visible()


def test_a_wrong_password_is_said_and_the_password_field_has_the_focus(live: Live, browser: Browser) -> None:
    page = live.visit(browser, viewport=PHONE, locale="fr").new_page()
    page.goto("/login")
    page.get_by_label("Identifiant").fill(MANAGER)
    page.get_by_label("Mot de passe").fill("wrong")
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("alert")).to_contain_text("incorrect")
    expect(page.get_by_label("Identifiant")).to_have_value(MANAGER)
    expect(page.get_by_label("Mot de passe")).to_be_focused()


def test_a_browser_without_javascript_signs_in(live: Live, browser: Browser) -> None:
    page = live.visit(browser, viewport=PHONE, locale="en", java_script_enabled=False).new_page()
    page.goto("/login")
    page.get_by_label("Login").fill(TECHNICIAN)
    page.get_by_label("Password").fill(live.passwords[TECHNICIAN])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Main navigation").last).to_be_visible()
