"""What stands around every page: who may go where, what was just said, and errors that keep their manners."""

import json
from datetime import date
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.testclient import TestClient

from app.core.i18n import in_language
from app.core.i18n.formats import in_zone
from app.core.security import Actor, Role
from app.web.browsers import browser_words
from app.web.pages import FLASH_COOKIE, page, read_flash, see_other
from app.web.shell import TABS, shell_of
from app.web.vendor import icon_names


def asked(path: str = "/", cookies: str = "") -> Request:
    headers = [(b"cookie", cookies.encode())] if cookies else []
    return Request(
        {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers, "state": {}}
    )


def labels(role: Role, path: str = "/") -> list[str]:
    shell = shell_of(asked(path), Actor(name="Ann", role=role), None)
    return [place.label for place in (*shell.main_nav, *shell.own_nav)]


def test_a_technician_is_not_led_to_the_managers_pages() -> None:
    assert "My day" in labels(Role.TECHNICIAN)
    assert "People" not in labels(Role.TECHNICIAN)
    assert {"People", "Health"} <= set(labels(Role.MANAGER))


def test_the_navigation_stands_under_few_headings() -> None:
    shell = shell_of(asked(), Actor(name="Ann", role=Role.MANAGER), None)
    assert len({name for name, _ in shell.groups}) == len(shell.groups) == 4
    assert [place for _, places in shell.groups for place in places] == list(shell.main_nav)


def test_a_stranger_is_led_nowhere() -> None:
    shell = shell_of(asked(), None, None)
    assert (shell.main_nav, shell.own_nav, shell.tabs) == ((), (), ())


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/", "My day"),
        ("/work-orders/7", "Orders"),
        ("/work-orders/log", "Log work"),
        ("/equipment", "Devices"),
        ("/meters/3", "Devices"),
    ],
)
def test_one_tab_says_where_we_are(path: str, here: str) -> None:
    shell = shell_of(asked(path), Actor(name="Ann", role=Role.TECHNICIAN), None)
    assert [tab.label for tab in shell.tabs if tab.is_here] == [here]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
        (None, ""),
    ],
)
def test_a_browser_is_told_in_words(agent: str | None, words: str) -> None:
    assert browser_words(agent) == words


def test_every_place_has_an_icon_of_the_sprite() -> None:
    shell = shell_of(asked(), Actor(name="Ann", role=Role.ADMIN), None)
    assert {place.icon for place in (*shell.main_nav, *shell.own_nav, *TABS)} <= set(icon_names())


def test_a_message_is_shown_on_the_next_page_once() -> None:
    said = see_other("/plans", message="Signed in as %(name)s.", name="<Ann>")
    cookie = said.headers["set-cookie"].partition(";")[0]
    shown = page(asked("/plans", cookie), "errors/page.html", by=None, message="", fields=[])
    assert "Signed in as &lt;Ann&gt;." in bytes(shown.body).decode()
    assert f'{FLASH_COOKIE}=""' in shown.headers["set-cookie"]


@pytest.mark.parametrize(
    "cookie",
    [None, "", "no json", "7", "null", '{"a":1,"b":2}', '["pink","x"]', '["done",7]', '[["done"],"x"]', "[]", "%ff"],
)
def test_a_message_that_we_did_not_write_says_nothing(cookie: str | None) -> None:
    assert read_flash(cookie) is None


def test_a_very_long_message_is_cut() -> None:
    message = read_flash(quote(json.dumps(["done", "x" * 9000])))
    assert message is not None
    assert len(message.text) == 500


def test_an_unknown_page_is_said_in_the_visitors_language(stranger: TestClient) -> None:
    answer = stranger.get("/nowhere", headers={"accept-language": "fr-FR,fr;q=0.9,en;q=0.5"})
    assert answer.status_code == 404
    assert "Cette page n’existe pas." in answer.text
    assert '<html lang="fr"' in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_an_error_reaches_htmx_as_a_message_in_its_place(stranger: TestClient) -> None:
    answer = stranger.get("/nowhere", headers={"hx-request": "true"})
    assert answer.headers["hx-retarget"] == "#flash"
    assert "<html" not in answer.text


def test_a_fault_of_ours_is_a_page_with_a_number_and_no_trace(app: FastAPI) -> None:
    async def broken() -> None:
        raise RuntimeError("secret detail")

    app.add_api_route("/broken", broken)
    answer = TestClient(app, raise_server_exceptions=False).get("/broken")
    assert answer.status_code == 500
    assert "report it with the number" in answer.text
    assert "secret detail" not in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_a_page_is_not_kept_by_shared_caches() -> None:
    with in_language("fr"), in_zone("Europe/Paris", date(2026, 11, 22)):
        shown = page(asked(), "auth/login.html", by=None, error="", login="", next_url="/")
    assert shown.headers["cache-control"] == "private, no-store"
    assert "Se connecter" in bytes(shown.body).decode()
