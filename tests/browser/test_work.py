"""A technician's work with one thumb, with a keyboard alone, and without JavaScript."""

from playwright.sync_api import Browser, Locator, Page, expect

from app.workorders.models import WorkOrder
from tests.browser.conftest import DESKTOP, PHONE, Live
from tests.browser.furniture import TECHNICIAN, some_order
from tests.factories.procedures import make_procedure, version_of


def state_of(live: Live, order: int) -> str:
    with live.database.reading() as session:
        found = session.get(WorkOrder, order)
        assert found is not None
        return found.state


def ready_order(live: Live) -> int:
    with live.database.reading() as session:
        return some_order(session, TECHNICIAN, "ready")


def stop_of(page: Page, order: int) -> Locator:
    return page.locator("details.r-order").filter(has=page.locator(f'a[href^="/work-orders/{order}"]'))


def test_nothing_to_report_is_three_taps(live: Live, phone: Page) -> None:
    order = ready_order(live)
    phone.goto("/work-orders")
    phone.get_by_role("link", name="Ma journée").last.tap()
    stop = stop_of(phone, order)
    stop.locator("summary").tap()
    stop.get_by_role("button", name="Rien à signaler").tap()
    expect(phone.locator("#flash")).not_to_be_empty()
    assert state_of(live, order) == "completed"


def test_a_double_tap_completes_once(live: Live, phone: Page) -> None:
    order = ready_order(live)
    phone.goto("/")
    stop = stop_of(phone, order)
    stop.locator("summary").tap()
    stop.get_by_role("button", name="Rien à signaler").dblclick()
    expect(phone.locator("#flash")).not_to_be_empty()
    expect(phone.locator("#flash .t-late")).to_have_count(0)
    assert state_of(live, order) == "completed"


def test_a_keyboard_starts_reports_and_finishes(live: Live, browser: Browser) -> None:
    order = ready_order(live)
    page = live.visit(browser, TECHNICIAN, viewport=DESKTOP, locale="en").new_page()
    page.goto(f"/work-orders/{order}")
    press(page, page.get_by_role("button", name="Start", exact=True), "Enter")
    expect(page.get_by_text("In progress since")).to_be_visible()
    press(page, page.get_by_role("radio", name="Nothing"), "Space")
    press(page, page.get_by_label("Time spent"))
    page.keyboard.type("12")
    press(page, page.get_by_label("Explanation for the person concerned"))
    page.keyboard.type("All is well.")
    press(page, page.get_by_role("button", name="Finish"), "Enter")
    expect(page.locator("#flash")).to_contain_text("Done and recorded")
    assert state_of(live, order) == "completed"


def press(page: Page, wanted: Locator, key: str = "") -> None:
    """Tab to an element, as one does who has no mouse, and press a key on it."""
    for _ in range(80):
        if wanted.evaluate(
            "e => e === document.activeElement || (e.type === 'radio' && document.activeElement.name === e.name)"
        ):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"a keyboard does not reach {wanted}")
    if key:
        page.keyboard.press(key)


def test_an_order_is_done_without_javascript(live: Live, browser: Browser) -> None:
    order = ready_order(live)
    page = live.visit(browser, TECHNICIAN, viewport=PHONE, locale="en", java_script_enabled=False).new_page()
    page.goto(f"/work-orders/{order}")
    page.get_by_role("button", name="Start").click()
    page.get_by_label("Time spent").fill("8")
    page.get_by_role("button", name="Finish").click()
    expect(page.locator("#flash")).not_to_be_empty()
    assert state_of(live, order) == "completed"


def test_what_was_wrong_is_said_beside_its_field_and_nothing_is_lost(live: Live, browser: Browser) -> None:
    with live.database.reading() as session:
        order = some_order(session, TECHNICIAN, "in_progress")
    page = live.visit(browser, TECHNICIAN, viewport=PHONE, locale="en").new_page()
    page.goto(f"/work-orders/{order}")
    page.get_by_label("Time spent").fill("much")
    page.get_by_label("Explanation for the person concerned").fill("It is fine.")
    page.get_by_role("button", name="Finish").click()
    wrong = page.get_by_label("Time spent")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_value("much")
    expect(page.get_by_label("Explanation for the person concerned")).to_have_value("It is fine.")
    assert state_of(live, order) == "in_progress"


def test_the_first_answer_begins_the_order_and_the_page_stays(live: Live, browser: Browser) -> None:
    with live.database.writing() as session:
        order = session.get_one(WorkOrder, some_order(session, TECHNICIAN, "ready"))
        procedure = make_procedure(session, "First answers", [{"title": "Look"}, {"title": "Count", "kind": "number"}])
        order.procedure_version_id = version_of(session, procedure)
        number = order.id
    page = live.visit(browser, TECHNICIAN, viewport=PHONE, locale="en").new_page()
    page.goto(f"/work-orders/{number}")
    page.evaluate("window.isSame = true")
    page.get_by_label("Explanation for the person concerned").fill("Half written")
    page.locator("label", has_text="Done").first.click()
    expect(page.get_by_text("In progress since")).to_be_visible()
    expect(page.locator("#page-actions").get_by_role("button", name="Start")).to_have_count(0)
    expect(page.get_by_label("Explanation for the person concerned")).to_have_value("Half written")
    assert page.evaluate("window.isSame") is True
    page.get_by_role("spinbutton").or_(page.locator("input[inputmode=decimal]")).first.fill("3")
    page.keyboard.press("Tab")
    expect(page.get_by_text("2 of 2 done")).to_be_visible()
    page.locator("#page-actions").get_by_role("button", name="Finish").click()
    expect(page.locator("#flash")).to_contain_text("Done and recorded")
