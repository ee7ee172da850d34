"""A real browser on one live installation: what nobody sees in HTML alone.

Needs the system's Chromium and the npm packages of `make install`. A worker's tests share one server
(xdist's `worksteal` leaves neighbours together).
To look at every page yourself: `RONDE_PICTURES=/some/dir python -m pytest tests/browser -k pages`.
"""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from app.core.clock import Clock
from app.core.db import Database
from app.core.settings import Settings
from app.main import create_app
from tests.browser.furniture import TECHNICIAN, furnish
from tests.conftest import migrate

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 15_000  # milliseconds, on a machine that does much else
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)  # the demonstration's last day


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("Chromium is missing: install Debian's package `chromium`")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@dataclass(frozen=True, eq=False)
class Live:
    """A running installation, its people's cookies and passwords, and its database to look into."""

    url: str
    data: Path
    database: Database
    sessions: dict[str, str]
    passwords: dict[str, str]

    def visit(self, browser: Browser, login: str = "", **device: object) -> BrowserContext:
        """A browser of one person; `device` is a viewport, a locale, a colour scheme, …"""
        context = browser.new_context(base_url=self.url, reduced_motion="reduce", **device)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        if login:
            context.add_cookies([{"name": "ronde_session", "value": self.sessions[login], "url": self.url}])
        return context


@contextmanager
def serving(
    data: Path,
    furnish: Callable[[Database], tuple[dict[str, str], dict[str, str]]],
    clock: Clock = lambda: MORNING,
) -> Iterator[Live]:
    """A server; on a Monday morning that does not move, unless it is given another clock."""
    settings = Settings(data_dir=data)
    database = Database(settings.url)
    migrate(database)
    sessions, passwords = furnish(database)
    app = create_app(settings, clock=clock)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Live(f"http://127.0.0.1:{port}", data, database, sessions, passwords)
    server.should_exit = True
    thread.join(10)
    database.close()


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The furnished house that all tests here share."""
    with serving(tmp_path_factory.mktemp("live"), furnish) as house:
        yield house


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """An installation that nobody has set up yet."""
    with serving(tmp_path_factory.mktemp("bare"), lambda _database: ({}, {})) as house:
        yield house


@pytest.fixture
def phone(live: Live, browser: Browser) -> Iterator[Page]:
    """A technician's phone."""
    context = live.visit(browser, TECHNICIAN, viewport=PHONE, locale="fr-FR", has_touch=True)
    yield context.new_page()
    context.close()
