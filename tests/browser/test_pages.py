"""Every page, on a phone and on a desktop, in both languages and both themes: nothing for axe, nothing out of place."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import AXE, DESKTOP, PHONE, Live
from tests.browser.furniture import ADMIN, MANAGER, TECHNICIAN, some_order

# Where there is something to see, and who looks; "bare" is the house before its set-up.
PAGES = [
    ("bare", "/setup"),
    ("", "/login"),
    (TECHNICIAN, "/nowhere"),
    (TECHNICIAN, "/"),
    (TECHNICIAN, "/work-orders"),
    (TECHNICIAN, "/work-orders/{order}"),
    (TECHNICIAN, "/work-orders/new"),
    (TECHNICIAN, "/work-orders/log"),
    (MANAGER, "/equipment"),
    (MANAGER, "/equipment/new"),
    (MANAGER, "/equipment/import"),
    (MANAGER, "/equipment/1"),
    (MANAGER, "/equipment/1/edit"),
    (MANAGER, "/plans"),
    (MANAGER, "/plans/new"),
    (MANAGER, "/plans/1"),
    (MANAGER, "/plans/1/edit"),
    (MANAGER, "/sites"),
    (MANAGER, "/sites/new"),
    (MANAGER, "/sites/1"),
    (MANAGER, "/people"),
    (MANAGER, "/people/new"),
    (MANAGER, "/people/1"),
    (MANAGER, "/people/teams"),
    (MANAGER, "/people/teams/1"),
    (ADMIN, "/people/accounts"),
    (ADMIN, "/people/accounts/new"),
    (ADMIN, "/people/accounts/1"),
    (MANAGER, "/health"),
    (MANAGER, "/welcome"),
    (MANAGER, "/me"),
]
DEVICES = [
    pytest.param(PHONE, "fr", id="phone-fr"),
    pytest.param(PHONE, "en", id="phone-en"),
    pytest.param(DESKTOP, "fr", id="desktop-fr"),
    pytest.param(DESKTOP, "en", id="desktop-en"),
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ENGLISH = re.compile(r"\b(the|and|with|your|this|from|are|not)\b")

LOOK = """() => {
  const targets = "main .btn, main .form-control, main .form-select, main summary, .r-chip, .r-tabs a, .r-back";
  const hidden = ".visually-hidden, .visually-hidden-focusable, .visually-hidden *, .visually-hidden-focusable *";
  const small = [...document.querySelectorAll(targets)].filter((e) => e.getClientRects().length && !e.matches(hidden));
  return {
    width: document.documentElement.scrollWidth,
    small: small.filter((e) => e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML.slice(0, 120)),
    text: document.body.innerText,
  };
}"""


def faults_of(page: Page, theme: str) -> list[str]:
    page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme; }", theme)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
    return [f"{theme}: {v['id']}: {n['html'][:160]}" for v in found["violations"] for n in v["nodes"]]


@pytest.mark.parametrize(("login", "path"), PAGES)
@pytest.mark.parametrize(("viewport", "language"), DEVICES)
def test_a_page_is_whole_on_every_device(
    live: Live, bare: Live, browser: Browser, login: str, path: str, viewport: dict[str, int], language: str
) -> None:
    is_phone = viewport is PHONE
    house, login = (bare, "") if login == "bare" else (live, login)
    context = house.visit(browser, login, viewport=viewport, locale=language, has_touch=is_phone)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    if "{order}" in path:
        with live.database.reading() as session:
            path = path.format(order=some_order(session, login, "in_progress"))
    answer = page.goto(path, wait_until="networkidle")
    assert answer is not None
    assert answer.status == (404 if path == "/nowhere" else 200)
    seen = page.evaluate(LOOK)
    name = f"{path.strip('/').replace('/', '-') or 'my-day'}-{viewport['width']}-{language}"
    take_picture(page, name)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    faults = [*faults_of(page, "light"), *faults_of(page, "dark")]
    take_picture(page, f"{name}-dark")
    context.close()

    assert faults == []
    assert seen["width"] <= viewport["width"], "the page scrolls sideways"
    assert [line for line in said if "404" not in line or path != "/nowhere"] == []
    assert not is_phone or seen["small"] == [], "too small for a thumb"
    assert language == "en" or ENGLISH.findall(seen["text"]) == []


def take_picture(page: Page, name: str) -> None:
    folder = os.environ.get("RONDE_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
