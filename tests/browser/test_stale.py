"""Two people with one form: whoever is slower sees both, and decides; without JavaScript too."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import AXE, DESKTOP, PHONE, Live
from tests.browser.furniture import MANAGER
from tests.browser.test_pages import faults_of


def slower(live: Live, browser: Browser, path: str, *, is_phone: bool) -> Page:
    """The page of who was slower, with « À moi » typed where the other one has saved « À eux » and a number."""
    device = {"viewport": PHONE if is_phone else DESKTOP, "locale": "fr-FR", "java_script_enabled": not is_phone}
    mine, theirs = (
        live.visit(browser, MANAGER, **device).new_page(),
        live.visit(browser, MANAGER, locale="fr-FR").new_page(),
    )
    mine.goto(path)
    theirs.goto(path)
    theirs.get_by_label("Nom", exact=True).fill("À eux")
    theirs.get_by_role("button", name="Enregistrer").first.click()
    theirs.wait_for_load_state()
    mine.get_by_label("Nom", exact=True).fill("À moi")
    mine.get_by_role("button", name="Enregistrer").first.click()
    expect(mine.get_by_role("alert")).to_contain_text("entre-temps")
    return mine


@pytest.mark.parametrize("is_phone", [True, False], ids=["phone without JavaScript", "desktop"])
def test_both_stand_side_by_side_and_mine_can_be_kept(live: Live, browser: Browser, is_phone: bool) -> None:
    page = slower(live, browser, "/people/9", is_phone=is_phone)
    expect(page.get_by_label("Nom", exact=True)).to_have_value("À moi")
    expect(page.get_by_text("Enregistré maintenant")).to_contain_text("À eux")
    if not is_phone:
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert [*faults_of(page, "light"), *faults_of(page, "dark")] == []
    page.get_by_role("button", name="Garder ma saisie").click()
    page.goto("/people/9")
    expect(page.get_by_label("Nom", exact=True)).to_have_value("À moi")


def test_or_theirs_can_be_taken(live: Live, browser: Browser) -> None:
    page = slower(live, browser, "/equipment/1/edit", is_phone=False)
    page.get_by_role("link", name="Reprendre ce qui est enregistré").click()
    expect(page.get_by_label("Nom", exact=True)).to_have_value("À eux")
