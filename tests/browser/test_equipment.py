"""The registry in a browser: found while one types, with a keyboard or without JavaScript; a file looked at, then taken."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Live
from tests.browser.furniture import MANAGER

CSV = "nom;site;catégorie;état\nBorne essai 1;Lyon, siège;Borne Wi-Fi;en stock\nBorne essai 2;;Borne Wi-Fi;cassée\n"


def test_the_list_follows_what_is_typed_and_keeps_the_filters(phone: Page) -> None:
    phone.goto("/equipment?status=in_service")
    search = phone.get_by_role("searchbox")
    search.press_sequentially("imprimante")
    expect(phone).to_have_url("/equipment?q=imprimante&status=in_service")
    for words in phone.locator("#list .r-thread .r-stop-title").all_inner_texts():
        assert "imp" in words.lower()
    expect(search).to_be_focused()
    search.fill("nothing is called that")
    expect(phone.locator("#list")).to_contain_text("Aucun équipement ne correspond.")
    phone.go_back()
    expect(phone.locator("#list .r-thread .r-stop-title").first).to_be_visible()


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
    expect(page.get_by_text("Bac 2 réservé")).to_be_visible()
    context.close()


def test_a_file_is_looked_at_row_by_row_then_taken(live: Live, browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "bornes.csv"
    file.write_text(CSV, encoding="cp1252")
    context = live.visit(browser, MANAGER, viewport=PHONE, locale="fr", has_touch=True)
    page = context.new_page()
    page.goto("/equipment/import")
    page.get_by_label("Fichier CSV").set_input_files(file)
    page.get_by_role("button", name="Voir l’aperçu").click()
    expect(page.get_by_text("« cassée » n’est pas un état connu.")).to_be_visible()
    page.get_by_role("button", name="Importer 1 ligne").click()
    expect(page.locator("#flash")).to_contain_text("1 créés")
    page.goto("/equipment?q=borne+essai")
    page.get_by_role("link", name="Borne essai 1").click()
    expect(page.get_by_text("En stock")).to_be_visible()
    context.close()
