"""What people decide about themselves."""

import re

from sqlalchemy import select

from app.journal.models import IdempotencyRecord
from app.people.models import SignIn, User
from app.people.rules.passwords import hash_password, is_right

PASSWORD = "correct horse battery"
NEW = "staple of another house"


def give_password(database, user):
    with database.writing() as session:
        session.get(User, user.id).password_hash = hash_password(PASSWORD)


def test_language_and_theme_are_kept(web):
    bob = web("bob")
    assert bob.post("/me", data={"language": "fr", "theme": "dark"}).status_code == 303
    page = bob.get("/me").text
    assert '<html lang="fr" data-theme="dark"' in page
    assert "Se déconnecter" in page


def test_nobody_gives_themselves_a_role(web, database, cast):
    answer = web("bob").post("/me", data={"language": "fr", "role": "admin"})
    assert answer.status_code == 422
    with database.reading() as session:
        assert session.get(User, cast.bob.id).role == "technician"


def test_a_new_password_ends_every_other_session_and_keeps_this_browser_signed_in(web, database, cast):
    give_password(database, cast.bob)
    here, elsewhere = web("bob"), web("bob")
    answer = here.post("/me/password", data={"current_password": PASSWORD, "password": NEW})
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert elsewhere.get("/me").status_code == 303
    here.cookies.delete("ronde_session", domain="", path="/")
    assert here.get("/me").status_code == 200
    with database.reading() as session:
        assert is_right(NEW, session.get(User, cast.bob.id).password_hash)
        assert len(session.scalars(select(SignIn)).all()) == 1


def test_a_browser_left_open_is_not_enough_to_change_the_password(web, database, cast):
    give_password(database, cast.bob)
    bob = web("bob")
    answer = bob.post("/me/password", data={"current_password": "guess", "password": NEW})
    assert answer.status_code == 422
    assert "This is not your current password." in answer.text
    for _ in range(9):
        bob.post("/me/password", data={"current_password": "guess", "password": NEW})
    assert bob.post("/me/password", data={"current_password": PASSWORD, "password": NEW}).status_code == 429


def test_a_token_is_shown_once_and_works_until_it_is_revoked(web, stranger, app):
    bob = web("bob")
    answer = bob.post("/me/tokens", data={"name": "Monitoring", "scopes[]": "write", "expires_in_days": "30"})
    secret = re.search(r"ronde_pat_[\w-]{43}", answer.text)[0]
    assert secret not in bob.get("/me").text
    asked = {"authorization": f"Bearer {secret}"}
    assert stranger.get("/api/v1/me", headers=asked).json()["login"] == "bob"
    token_id = re.search(r"/me/tokens/(\d+)/revoke", bob.get("/me").text)[1]
    assert bob.post(f"/me/tokens/{token_id}/revoke").status_code == 303
    assert stranger.get("/api/v1/me", headers=asked).status_code == 401


def test_somebody_elses_token_does_not_exist(web):
    alice, bob = web("alice"), web("bob")
    answer = alice.post("/me/tokens", data={"name": "Mine", "scopes[]": "read", "expires_in_days": "30"})
    token_id = re.search(r"/me/tokens/(\d+)/revoke", answer.text)[1]
    assert bob.post(f"/me/tokens/{token_id}/revoke").status_code == 404


def test_signing_out_elsewhere_leaves_this_browser(web):
    here, elsewhere = web("bob"), web("bob")
    assert here.post("/me/sign-out-elsewhere").status_code == 303
    assert here.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 303


def test_no_page_is_kept_for_a_key_that_a_form_never_sends(web, database):
    bob = web("bob")
    for packing in ("gzip", "identity"):
        headers = {"idempotency-key": packing, "accept-encoding": packing}
        assert bob.post("/me/tokens", data={"name": packing}, headers=headers).status_code == 200
    with database.reading() as session:
        assert session.scalars(select(IdempotencyRecord)).all() == []
