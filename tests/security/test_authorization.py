"""Every route, called as everybody, on own and foreign rows. What a row of the table says: `rows/__init__.py`."""

import re
from pathlib import Path

import pytest

from app.core.settings import Settings
from app.main import create_app
from tests.security.routes import operations
from tests.security.rows import LEVELS, Row, all_rows
from tests.security.world import FOREIGN_WORD, OWN_WORD, SHARED

ROWS = all_rows()
ROUTES = sorted(set(operations(create_app(Settings(data_dir=Path("nowhere"))))))
CALLED = [operation for operation in ROUTES if operation in ROWS]
STRANGERS = (None, "gone")
OTHERS = ("other_technician", "other_manager")


def is_api(operation):
    return operation.split(" ")[1].startswith("/api/")


def is_safe(operation):
    return operation.startswith("GET ")


def own_parameters(operation):
    """Those that name a row of a site or of a person."""
    return set(re.findall(r"{(\w+)}", operation)) - SHARED


def level_of(row):
    return LEVELS.index(row.least)


def words(answer):
    """What the answer says, without its markup."""
    page = answer.text.partition('id="content"')[2] or answer.text
    return answer.status_code, " ".join(re.sub(r"<[^>]*>", " ", page).split())[:300]


def assert_refused(answer, operation, login):
    if login in STRANGERS and not is_api(operation):
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login")
    elif login in STRANGERS:
        assert answer.status_code == 401
    else:
        assert answer.status_code in (403, 404), words(answer)
    assert OWN_WORD not in answer.text


def test_every_route_has_a_row_and_every_row_a_route():
    assert {"without a row": set(ROUTES) - ROWS.keys(), "without a route": ROWS.keys() - set(ROUTES)} == {
        "without a row": set(),
        "without a route": set(),
    }


@pytest.mark.parametrize("operation", CALLED)
def test_whoever_is_below_the_row_is_refused_and_changes_nothing(house, operation):
    row: Row = ROWS[operation]
    below = [*STRANGERS, *LEVELS[1 : level_of(row)]] if row.least != "public" else []
    before = house.traces()
    for login in below:
        answer = house.send(operation, row, None if login is None else login.replace("signed_in", "requester"))
        assert_refused(answer, operation, login)
    assert house.traces() == before


@pytest.mark.parametrize("operation", CALLED)
def test_whoever_the_row_names_may(house, operation):
    row: Row = ROWS[operation]
    logins = [row.least, "admin"] if is_safe(operation) else [row.least]
    for level in logins:
        login = {"public": None, "signed_in": "requester"}.get(level, level)
        answer = house.send(operation, row, login)
        if row.least != "public":
            assert not answer.headers.get("location", "").startswith("/login?"), (login, "is led to the sign-in")
        assert answer.status_code < 400 or answer.status_code in row.allowed, (login, words(answer))


@pytest.mark.parametrize("operation", [o for o in CALLED if own_parameters(o)])
def test_a_foreign_row_does_not_exist(house, operation):
    row: Row = ROWS[operation]
    before = house.traces()
    if row.least in ("signed_in", "technician", "manager"):
        answer = house.send(operation, row, row.least.replace("signed_in", "requester"), foreign=True)
        assert answer.status_code == 404, words(answer)
        assert FOREIGN_WORD not in answer.text
    for login in OTHERS:
        answer = house.send(operation, row, login)
        allowed = (404,) if row.least in ("technician", "manager") and login == "other_manager" else (403, 404)
        assert answer.status_code in allowed or "token_id" in operation, (login, words(answer))
        assert OWN_WORD not in answer.text
    if "token_id" not in operation:
        assert house.traces() == before


@pytest.mark.parametrize("operation", [o for o in CALLED if is_safe(o) and not own_parameters(o)])
def test_no_list_lets_out_the_other_site(house, operation):
    row: Row = ROWS[operation]
    for login, word in (("other_manager", OWN_WORD), ("manager", FOREIGN_WORD), ("technician", FOREIGN_WORD)):
        answer = house.send(operation, row, login)
        assert word not in answer.text, login


@pytest.mark.parametrize("operation", [o for o in CALLED if is_api(o) and not is_safe(o)])
def test_a_read_only_token_changes_nothing(house, operation):
    row: Row = ROWS[operation]
    before = house.traces()
    answer = house.send(operation, row, "admin", token="ronde_pat_admin_read")
    assert (answer.status_code, answer.json()["code"]) == (403, "read_only_token")
    assert house.traces() == before


@pytest.mark.parametrize("operation", [o for o in CALLED if not is_api(o) and not is_safe(o)])
def test_a_form_of_another_site_is_refused(house, operation):
    row: Row = ROWS[operation]
    before = house.traces()
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        answer = house.send(operation, Row(row.least, row.body, row.query, row.files, headers), "admin")
        assert answer.status_code == 403
    assert house.traces() == before
