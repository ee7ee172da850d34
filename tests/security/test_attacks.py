"""Attacks that are tried on every route, or on none in particular. What belongs to one room is tried there."""

import json
import re

import pytest
from starlette.testclient import TestClient

from tests.house.tree import ROOT
from tests.security.rows import Row
from tests.security.test_authorization import CALLED, ROWS, is_api, words

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
ODD_IDS = ("0", "-1", "9223372036854775807", "9223372036854775808", "1" + "0" * 40, "x", "%00", "..%2f..%2fetc", "1'--")
NOT_ONES_OWN = {"created_by": 1, "user_id": 1, "is_active": True, "password_hash": "x"}
QUOTES = "' OR '1'='1' -- %_\\\" <script>"
LISTS = [o for o in CALLED if re.fullmatch(r"GET /api/v1/[a-z-]+s", o)]
SPEC = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
TAKE_WORDS = {
    f"/api/v1{path}"
    for path, item in SPEC["paths"].items()
    if "q" in [each["name"] for each in item.get("get", {}).get("parameters", ())]
}
OF_OTHERS = {"POST /api/v1/hooks/{source}"}  # monitoring says more than is asked for, and is read for what is
WITH_BODY = [o for o in CALLED if is_api(o) and isinstance(ROWS[o].body, dict) and o not in OF_OTHERS]


def everybody_but_strangers(row):
    return "admin" if row.least != "public" else None


PATHS = ["/", "/login", "/nowhere", "/static/ronde.css", "/api/v1/nowhere", "/api/v1/sites", "/livez"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_security_headers(house, path):
    answer = TestClient(house.app, follow_redirects=False).get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("host", ["evil.example", "testserver@evil.example", "testserver:80#evil.example"])
def test_no_answer_leads_to_the_host_that_was_asked_for(house, host):
    client = TestClient(house.app, follow_redirects=False)
    for path in ("/", "/login", "/sites", "/sites/", "/api/v1/sites/", "/api/docs"):
        answer = client.get(path, headers={"host": host})
        assert "evil.example" not in answer.headers.get("location", ""), path
        assert "evil.example" not in answer.text, path


@pytest.mark.parametrize("operation", WITH_BODY)
def test_a_body_with_what_nobody_asked_for_is_refused(house, operation):
    row = ROWS[operation]
    before = house.traces()
    for name, value in NOT_ONES_OWN.items():
        if name in row.body:
            continue
        with_more = Row(row.least, {**row.body, name: value}, row.query, row.files, row.headers, row.allowed, row.own)
        answer = house.send(operation, with_more, everybody_but_strangers(row))
        assert answer.status_code == 422, (name, words(answer))
    assert house.traces() == before


@pytest.mark.parametrize("operation", [o for o in CALLED if "_id}" in o])
def test_an_odd_id_is_not_found_and_never_an_error_of_ours(house, operation):
    row = ROWS[operation]
    method, path = operation.split(" ")
    for odd in ODD_IDS:
        answer = house.send(f"{method} {re.sub(r'{[^}]*_id}', odd, path)}", row, everybody_but_strangers(row))
        assert answer.status_code in (303, 404, 405, 409, 412, 422), (odd, words(answer))


@pytest.mark.parametrize("operation", LISTS)
def test_words_to_look_for_are_words_and_no_query(house, operation):
    client = TestClient(house.app, headers={"authorization": "Bearer ronde_pat_admin_read"})
    path = operation.split(" ")[1]
    for name in ("q", "sort", "cursor", "limit", "status", "site_id"):
        answer = client.get(path, params={name: QUOTES})
        assert answer.status_code in (200, 422), (name, words(answer))
        if name == "q" and answer.status_code == 200:
            found = answer.json()
            assert path not in TAKE_WORDS or (found["items"] if isinstance(found, dict) else found) == []


@pytest.mark.parametrize("operation", WITH_BODY)
def test_a_body_that_is_no_object_is_a_problem(house, operation):
    for body in (b"{", b"[]"):
        refuse_broken(house, operation, body)


@pytest.mark.parametrize("body", [b'"x"', b"null", b"[" * 100_000, b'{"a": NaN}', b'{"name": "\\ud800"}', b"\xff", b""])
def test_a_hostile_body_is_a_problem_and_never_an_error_of_ours(house, body):
    refuse_broken(house, "POST /api/v1/sites", body)


def refuse_broken(house, operation, body):
    method, path = operation.split(" ")
    client = TestClient(house.app, headers={"authorization": "Bearer ronde_pat_admin_read_write", "if-match": '"1"'})
    path = path.format(**house.world.own | {"token_id": 1})
    answer = client.request(method, path, content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422), words(answer)
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.text)["code"]
