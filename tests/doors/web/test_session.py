"""Signing in and out."""

from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from sqlalchemy import select, update

from app.core.security import digest
from app.people.models import SignIn, User
from app.people.rules.passwords import hash_password
from app.web.session import recognise

PASSWORD = "correct horse battery"
WRONG = "Login or password is wrong."


@pytest.fixture
def bob(database, cast):
    with database.writing() as session:
        user = session.get(User, cast.bob.id)
        user.password_hash = hash_password(PASSWORD)
    return user


def sign_in(client, login="bob", password=PASSWORD, **more):
    return client.post("/login", data={"login": login, "password": password, **more})


def test_a_stranger_is_led_to_the_sign_in_and_back(stranger, bob):
    answer = stranger.get("/me")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fme")
    assert 'value="/me"' in stranger.get(answer.headers["location"]).text
    answer = sign_in(stranger, next="/me")
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert stranger.get("/me").status_code == 200


@pytest.mark.parametrize("meanwhile", [{"password_hash": "another"}, {"is_active": False}])
def test_a_password_that_ended_while_it_was_looked_at_opens_nothing(stranger, bob, database, monkeypatch, meanwhile):
    def recognised_before(*args):
        user = recognise(*args)
        with database.writing() as session:
            session.execute(update(User).where(User.id == user.id).values(meanwhile))
        return user

    monkeypatch.setattr("app.web.session.recognise", recognised_before)
    answer = stranger.post("/login", data={"login": "bob", "password": PASSWORD})
    assert (answer.status_code, WRONG in answer.text, "ronde_session" in answer.cookies) == (422, True, False)


@pytest.mark.parametrize(
    ("path", "headers", "back"),
    [
        ("/work-orders?q=fan&sort=title", {}, "/work-orders?q=fan&sort=title"),
        ("/requests/count", {"hx-request": "true", "hx-current-url": "http://testserver/plans?q=é"}, "/plans?q=%C3%A9"),
        ("/requests/count", {"hx-request": "true", "hx-current-url": "http://["}, "/"),
    ],
)
def test_who_signs_in_again_comes_back_to_the_page_they_were_on(stranger, cast, path, headers, back):
    answer = stranger.get(path, headers={name: quote(value, safe="/:?=[&") for name, value in headers.items()})
    login = answer.headers["hx-redirect" if headers else "location"]
    assert parse_qs(urlsplit(login).query)["next"] == [back]


def test_the_session_is_kept_as_a_digest_and_its_cookie_out_of_scripts(stranger, bob, database):
    answer = sign_in(stranger)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    with database.reading() as session:
        assert session.scalars(select(SignIn.token_hash)).all() == [digest(stranger.cookies["ronde_session"])]


@pytest.mark.parametrize(("login", "password"), [("bob", "wrong"), ("nobody", PASSWORD), ("", ""), ("bob", "x" * 5000)])
def test_a_wrong_login_says_nothing_about_which_part_was_wrong(stranger, bob, login, password):
    answer = sign_in(stranger, login, password)
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert "ronde_session" not in stranger.cookies


def test_a_deactivated_account_looks_like_an_unknown_one(stranger, bob, database):
    with database.writing() as session:
        session.get(User, bob.id).is_active = False
    answer = sign_in(stranger)
    assert answer.status_code == 422
    assert WRONG in answer.text


def test_a_session_brought_along_is_not_the_one_after_signing_in(stranger, bob):
    stranger.cookies.set("ronde_session", "planted")
    sign_in(stranger)
    assert stranger.cookies.get("ronde_session", domain="testserver.local") != "planted"
    stranger.cookies.clear()
    stranger.cookies.set("ronde_session", "planted")
    assert stranger.get("/me").status_code == 303


def test_signing_in_again_ends_the_session_before(stranger, bob):
    sign_in(stranger)
    before = stranger.cookies["ronde_session"]
    sign_in(stranger)
    stranger.cookies.clear()
    stranger.cookies.set("ronde_session", before)
    assert stranger.get("/me").status_code == 303


def test_signing_out_ends_the_session_on_the_server(stranger, bob):
    sign_in(stranger)
    token = stranger.cookies["ronde_session"]
    assert stranger.post("/logout").headers["location"] == "/login"
    stranger.cookies.clear()
    stranger.cookies.set("ronde_session", token)
    assert stranger.get("/me").status_code == 303


def test_a_session_ends_by_itself(stranger, bob, clock):
    sign_in(stranger)
    clock.at += timedelta(days=14)
    assert stranger.get("/me").status_code == 303


@pytest.mark.parametrize("url", ["//evil.example", "/\\evil.example", "https://evil.example", "/login", "/a\nb"])
def test_nobody_is_led_out_of_the_house_after_signing_in(stranger, bob, url):
    assert sign_in(stranger, next=url).headers["location"] == "/"


def test_after_ten_failures_a_login_must_wait_from_this_address_and_no_other_login(stranger, bob):
    for _ in range(10):
        assert sign_in(stranger, "bob", "wrong").status_code == 422
    answer = sign_in(stranger)
    assert answer.status_code == 429
    assert sign_in(stranger, "alice").status_code == 422


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}]
)
def test_it_refuses_a_form_from_another_site(web, headers):
    answer = web("bob").post("/logout", headers=headers)
    assert answer.status_code == 403


def test_behind_https_the_cookie_is_sent_there_only(app, bob):
    from starlette.testclient import TestClient

    client = TestClient(app, base_url="https://testserver", follow_redirects=False)
    assert "Secure" in sign_in(client).headers["set-cookie"]
