"""Every page: on a phone in both languages, on a desktop in the longer one; in both themes nothing for axe."""

import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from app.core.settings import Settings
from app.main import create_app
from app.plans.models import PlanTarget
from app.visits.models import VisitOrder
from app.workorders.models import WorkOrder
from tests.browser.asked import LABEL, LINK, request_of
from tests.browser.conftest import AXE, DESKTOP, PHONE, Live
from tests.browser.furniture import ADMIN, MANAGER, TECHNICIAN, some_order
from tests.security.routes import operations

# Who looks, and where: routes of the web door, filled in from IDS. "bare" is the house before its set-up.
PAGES = [
    ("bare", "/setup"),
    ("", "/login"),
    ("", "/api/docs"),
    (TECHNICIAN, "/nowhere"),
    (TECHNICIAN, "/"),
    (TECHNICIAN, "/work-orders"),
    (TECHNICIAN, "/work-orders/{order_id}"),
    (TECHNICIAN, "/work-orders/{order_id}/work"),
    (TECHNICIAN, "/work-orders/{order_id}/procedure"),
    (ADMIN, "/hourly-rates"),
    (TECHNICIAN, "/work-orders/new"),
    (TECHNICIAN, "/work-orders/log"),
    (MANAGER, "/visits"),
    (TECHNICIAN, "/visits/new"),
    (TECHNICIAN, "/visits/{visit_id}"),
    (TECHNICIAN, "/visits/{visit_id}/edit"),
    (TECHNICIAN, "/requests"),
    (TECHNICIAN, "/requests/new"),
    (TECHNICIAN, "/requests/{request_id}"),
    (TECHNICIAN, "/requests/{request_id}/log"),
    (TECHNICIAN, "/portal"),
    (TECHNICIAN, "/portal/new"),
    (TECHNICIAN, "/portal/{request_id}"),
    ("", "/q/{qr_token}"),
    ("", "/r/{secret}"),
    (MANAGER, "/equipment"),
    (MANAGER, "/equipment/new"),
    (MANAGER, "/equipment/import"),
    (MANAGER, "/equipment/{equipment_id}"),
    (MANAGER, "/equipment/{equipment_id}/edit"),
    (MANAGER, "/equipment/{equipment_id}/retire"),
    (MANAGER, "/equipment/{equipment_id}/replace"),
    (MANAGER, "/equipment/{equipment_id}/meters/new"),
    (MANAGER, "/meters/{meter_id}"),
    (MANAGER, "/meters/{meter_id}/edit"),
    (TECHNICIAN, "/readings/{reading_id}/correct"),
    (TECHNICIAN, "/readings/import"),
    (MANAGER, "/equipment/categories"),
    (ADMIN, "/equipment/categories/new"),
    (ADMIN, "/equipment/categories/{category_id}"),
    (ADMIN, "/equipment/categories/{category_id}/ladder"),
    (ADMIN, "/equipment/categories/{category_id}/commissioning"),
    (MANAGER, "/equipment/{equipment_id}/ladder"),
    (MANAGER, "/proposals"),
    (MANAGER, "/proposals/{proposal_id}"),
    (ADMIN, "/proposals/rules"),
    (MANAGER, "/equipment/suppliers"),
    (ADMIN, "/equipment/failure-codes"),
    (TECHNICIAN, "/temporary-fixes"),
    (TECHNICIAN, "/work-orders/{order_id}/report"),
    (MANAGER, "/equipment/models"),
    (ADMIN, "/equipment/models/new"),
    (ADMIN, "/equipment/models/{model_id}"),
    (TECHNICIAN, "/parts"),
    (ADMIN, "/parts/new"),
    (TECHNICIAN, "/parts/{part_id}"),
    (ADMIN, "/parts/{part_id}/edit"),
    (MANAGER, "/plans"),
    (MANAGER, "/plans/families"),
    (MANAGER, "/plans/new"),
    (MANAGER, "/plans/{plan_id}"),
    (MANAGER, "/plans/{plan_id}/edit"),
    (MANAGER, "/plans/{plan_id}/items/{target_id}"),
    (TECHNICIAN, "/procedures"),
    (MANAGER, "/procedures/new"),
    (MANAGER, "/procedures/{procedure_id}"),
    (MANAGER, "/procedures/{procedure_id}/edit"),
    (MANAGER, "/procedures/{procedure_id}/draft"),
    (MANAGER, "/procedures/{procedure_id}/compare"),
    (MANAGER, "/procedures/suggestions"),
    (TECHNICIAN, "/cases"),
    (TECHNICIAN, "/work-orders/{order_id}/similar-cases"),
    (TECHNICIAN, "/requests/{request_id}/similar-cases"),
    (MANAGER, "/library"),
    (MANAGER, "/library/{entry_code}"),
    (MANAGER, "/proposals/{proposal_id}/retuning"),
    (MANAGER, "/workload"),
    (MANAGER, "/workload/what-if"),
    (MANAGER, "/sites"),
    (ADMIN, "/sites/new"),
    (MANAGER, "/sites/{site_id}"),
    (ADMIN, "/sites/{site_id}/edit"),
    (MANAGER, "/locations/{location_id}/edit"),
    (MANAGER, "/sites/calendars"),
    (ADMIN, "/sites/calendars/new"),
    (MANAGER, "/sites/calendars/{calendar_id}"),
    (ADMIN, "/sites/calendars/{calendar_id}/edit"),
    (ADMIN, "/sites/calendars/{calendar_id}/days/{days_id}/remove"),
    (MANAGER, "/sites/customers"),
    (ADMIN, "/sites/customers/new"),
    (MANAGER, "/sites/customers/{customer_id}"),
    (MANAGER, "/people"),
    (MANAGER, "/people/new"),
    (MANAGER, "/people/{person_id}"),
    (MANAGER, "/people/teams"),
    (MANAGER, "/people/teams/new"),
    (MANAGER, "/people/teams/{team_id}"),
    (MANAGER, "/people/teams/{team_id}/on-call"),
    (MANAGER, "/assignments"),
    (MANAGER, "/assignments/new"),
    (MANAGER, "/assignments/{assignment_rule_id}"),
    (MANAGER, "/assignments/preview"),
    (MANAGER, "/assignments/absent"),
    (MANAGER, "/assignments/escalations"),
    (MANAGER, "/assignments/escalations/new"),
    (MANAGER, "/assignments/escalations/{escalation_rule_id}"),
    (TECHNICIAN, "/work-orders/{order_id}/handling"),
    (MANAGER, "/people/skills"),
    (MANAGER, "/people/absences"),
    (MANAGER, "/people/absences/{absence_id}"),
    (ADMIN, "/people/accounts"),
    (ADMIN, "/people/accounts/new"),
    (ADMIN, "/people/accounts/{user_id}"),
    (MANAGER, "/health"),
    (MANAGER, "/attention"),
    (MANAGER, "/attention/runs/{run_id}"),
    (MANAGER, "/welcome"),
    (ADMIN, "/welcome/demonstration"),
    (MANAGER, "/me"),
]
IDS = dict.fromkeys(
    (
        "category_id",
        "equipment_id",
        "meter_id",
        "reading_id",
        "model_id",
        "part_id",
        "plan_id",
        "procedure_id",
        "site_id",
        "location_id",
        "proposal_id",
        "calendar_id",
        "days_id",
        "run_id",
        "customer_id",
        "person_id",
        "team_id",
        "absence_id",
        "assignment_rule_id",
        "escalation_rule_id",
        "user_id",
    ),
    1,
) | {"entry_code": "ups-battery-replacement", "qr_token": LABEL, "secret": LINK}
# Routes that answer with a file, a word or another address.
NO_PAGES = {
    "/attention/count",
    "/e/{qr_token}",
    "/equipment/{equipment_id}/label.svg",
    "/equipment/{equipment_id}/disposal/certificate",
    "/equipment/import/{file_id}",  # test_registry.py looks at it
    "/livez",
    "/pieces",
    "/readyz",
    "/work-orders/failure-codes",
    "/work-orders/{order_id}/files/{file_id}",
    "/work-orders/{order_id}/parts/choices",
    "/work-orders/{order_id}/report.pdf",
    "/requests/count",
    "/requests/{request_id}/files/{file_id}",
    "/portal/{request_id}/files/{file_id}",
    "/r/{secret}/files/{file_id}",
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The reference of the REST API speaks its language, marked as such.
IN_ENGLISH = {"/api/docs"}
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
    """What axe finds. The dark theme changes colours only, so its contrast is what is looked at."""
    page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme; }", theme)
    rules = RULES if theme == "light" else {"type": "rule", "values": ["color-contrast"]}
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", rules)
    return [f"{theme}: {v['id']}: {n['html'][:160]}" for v in found["violations"] for n in v["nodes"]]


def heard_from(page: Page) -> list[str]:
    """What the browser complains about, as it comes."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def address_of(path: str, live: Live) -> str:
    with live.database.reading() as session:
        order = some_order(session, TECHNICIAN, "completed" if path.endswith("/report") else "in_progress")
        target = session.scalars(select(PlanTarget.id).where(PlanTarget.plan_id == IDS["plan_id"])).first()
        asked = request_of(session, TECHNICIAN)
        walked = select(VisitOrder.visit_id).join(WorkOrder, WorkOrder.id == VisitOrder.order_id)
        visit = session.scalars(walked.where(WorkOrder.is_open).order_by(VisitOrder.visit_id)).first()
    return path.format(**IDS, visit_id=visit, order_id=order, target_id=target, request_id=asked)


@pytest.fixture(scope="module")
def windows(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """One browser a person, language and device: what they have fetched once stays with them, as it does in life."""

    @cache
    def window(house: Live, login: str, language: str, *, is_phone: bool) -> BrowserContext:
        return house.visit(browser, login, locale=language, viewport=PHONE if is_phone else DESKTOP, has_touch=is_phone)

    yield window
    for context in browser.contexts:
        context.close()


@pytest.mark.parametrize("is_phone", [True, False], ids=["phone", "desktop"])
@pytest.mark.parametrize(("login", "path"), PAGES)
def test_a_page_is_whole(
    live: Live, bare: Live, windows: Callable[..., BrowserContext], login: str, path: str, is_phone: bool
) -> None:
    house, login = (bare, "") if login == "bare" else (live, login)
    name = f"{re.sub(r'[/{}]+', '-', path).strip('-') or 'my-day'}-{'phone' if is_phone else 'desktop'}"
    for language in ("fr", "en") if is_phone else ("fr",):
        page = windows(house, login, language, is_phone=is_phone).new_page()
        said = heard_from(page)
        answer = page.goto(address_of(path, live))
        assert answer is not None
        assert answer.status == (404 if path == "/nowhere" else 200)
        seen = page.evaluate(LOOK)
        take_picture(page, f"{name}-{language}")
        faults: list[str] = []
        if language == "fr":  # the same elements in both languages, and the longer words
            page.evaluate(AXE.read_text(encoding="utf-8"))
            faults = [*faults_of(page, "light"), *faults_of(page, "dark")]
            take_picture(page, f"{name}-{language}-dark")
        page.close()
        assert faults == []
        assert seen["width"] <= (PHONE if is_phone else DESKTOP)["width"], "the page scrolls sideways"
        assert [line for line in said if "404" not in line or path != "/nowhere"] == []
        assert not is_phone or seen["small"] == [], "too small for a thumb"
        assert language == "en" or path in IN_ENGLISH or ENGLISH.findall(seen["text"]) == []


def test_no_page_is_left_out(live: Live) -> None:
    """A new page is looked at too: add it to PAGES."""
    app = create_app(Settings(data_dir=live.data))
    routes = {name.removeprefix("GET ") for name in operations(app) if name.startswith("GET ")}
    pages = {route for route in routes if not route.startswith(("/api/v1", "/static"))} - NO_PAGES
    pages = {route for route in pages if not route.endswith("/export.{kind}")}
    assert sorted(pages - {path for _login, path in PAGES}) == []


def take_picture(page: Page, name: str) -> None:
    folder = os.environ.get("RONDE_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
