"""The first five minutes of somebody who has just installed Ronde."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.conftest import PHONE, serving


def test_an_empty_installation_is_set_up_from_a_phone(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path, lambda _database: ({}, {})) as house:
        page = house.visit(browser, viewport=PHONE, locale="fr", has_touch=True).new_page()
        page.goto("/")
        page.wait_for_url("**/setup")
        page.get_by_label("Organisation").fill("Maison Dupont")
        page.get_by_label("Votre nom").fill("Zoé Dupont")
        page.get_by_label("Identifiant").fill("zoe")
        page.get_by_label("Mot de passe").fill("too short")
        page.get_by_role("button", name="Créer l’administrateur").tap()
        expect(page).to_have_url(f"{house.url}/setup")  # the browser itself says that it is too short
        page.get_by_label("Mot de passe").fill("un mot de passe solide")
        page.get_by_role("button", name="Créer l’administrateur").tap()
        page.wait_for_url("**/welcome")
        page.get_by_role("link", name="Importer").tap()
        expect(page.get_by_label("Fichier CSV")).to_be_visible()
        page.get_by_role("link", name="Ma journée").last.tap()
        expect(page.get_by_role("heading", level=1)).to_have_text("Lundi 23 novembre")
        page.context.close()
