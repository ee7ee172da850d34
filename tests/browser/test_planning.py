"""A manager at a desk: a search answers while one types, a file is shown before it is taken, a plan shows its dates."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import AXE, DESKTOP, PHONE, Live
from tests.browser.furniture import MANAGER
from tests.browser.test_pages import faults_of

CSV = """Name,Status,Site,Location,Rack,Role,Manufacturer,Type,Serial number
pdu-a,Active,Annecy,Local technique,R1,PDU,APC,AP7868,
,Active,Annecy,Local technique,R1,PDU,APC,AP7868,
,Perhaps,Annecy,Local technique,R1,PDU,APC,AP7868,
"""


@pytest.fixture
def desk(live: Live, browser: Browser) -> Iterator[Page]:
    context = live.visit(browser, MANAGER, viewport=DESKTOP, locale="en")
    yield context.new_page()
    context.close()


def test_the_registry_is_searched_while_one_types(desk: Page) -> None:
    desk.goto("/equipment")
    search = desk.get_by_role("searchbox")
    search.press_sequentially("onduleur")
    expect(desk.locator("#list tbody tr").first).to_contain_text("UPS-0001")
    expect(desk.locator("#list")).not_to_contain_text("AC-0001")
    expect(search).to_be_focused()
    expect(desk).to_have_url(re.compile(r"q=onduleur"))
    desk.reload()
    expect(desk.get_by_role("searchbox")).to_have_value("onduleur")


def test_a_filter_acts_at_once_and_stays_in_the_address(desk: Page) -> None:
    desk.goto("/equipment")
    desk.get_by_label("Category").select_option("UPS")
    desk.wait_for_url(re.compile(r"category_id=\d+"))
    expect(desk.locator("#list tbody tr").first).to_contain_text("UPS-0001")


def test_a_file_is_looked_at_before_it_is_taken(desk: Page) -> None:
    desk.goto("/equipment/import")
    desk.get_by_label("CSV file").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": CSV.encode()})
    desk.get_by_role("button", name="Show what would happen").click()
    expect(desk.get_by_role("heading", name="What would happen")).to_be_visible()
    expect(desk.get_by_text("recognised by a guess")).to_be_visible()
    desk.evaluate(AXE.read_text(encoding="utf-8"))
    assert faults_of(desk, "dark") == []
    assert faults_of(desk, "light") == []
    desk.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    assert desk.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    desk.get_by_role("button", name="Import 2 rows").click()
    expect(desk.locator("#flash")).not_to_be_empty()
    desk.goto("/equipment?q=annecy+pdu-a")
    expect(desk.locator("#list")).to_contain_text("pdu-a")


def test_a_plan_shows_its_dates_while_one_types(desk: Page) -> None:
    desk.goto("/plans/new")
    desk.get_by_label("Name").fill("Ménage des baies")
    desk.get_by_label("Starting on").fill("2028-01-01")
    desk.get_by_label("Every", exact=True).fill("6")
    desk.get_by_label("Switch", exact=True).check()
    preview = desk.locator("#preview")
    expect(preview).to_contain_text("Mon 3 Jan 2028")
    expect(preview).to_contain_text("Mon 3 Jul 2028")
    desk.get_by_label("If nobody works that day").select_option("leave it there")
    expect(preview).to_contain_text("Sat 1 Jan 2028")
    desk.get_by_role("button", name="Make the plan").click()
    expect(desk.get_by_role("heading", name="Ménage des baies", level=1)).to_be_visible()


def test_fields_of_another_unit_are_out_of_the_way(desk: Page) -> None:
    desk.goto("/plans/new")
    expect(desk.get_by_label("Tuesday", exact=True)).to_be_hidden()
    desk.get_by_label("Unit", exact=True).select_option("weeks")
    expect(desk.get_by_label("Tuesday", exact=True)).to_be_visible()
    expect(desk.get_by_label("In a month without this day")).to_be_hidden()


@pytest.mark.parametrize(("path", "column"), [("/equipment", "Tag"), ("/work-orders?all=1", "Due")])
def test_a_list_is_turned_round_by_its_head(desk: Page, path: str, column: str) -> None:
    desk.goto(path)
    head = desk.get_by_role("columnheader", name=column)
    expect(head).to_have_attribute("aria-sort", "ascending")
    first = desk.locator("tbody tr").first.inner_text()
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert desk.locator("tbody tr").first.inner_text() != first
    desk.get_by_role("link", name="Next page").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    head.get_by_role("link").click()
    expect(desk.locator("tbody tr").first).to_contain_text(first.splitlines()[0])
