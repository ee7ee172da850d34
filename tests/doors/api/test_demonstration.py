"""The demonstration over REST: begun once, and found again."""

import threading

from app.demonstration.actions import on_demand

DEMONSTRATION = "/api/v1/demonstration"


def test_it_is_begun_once_and_says_how_far_it_is(api, cast, monkeypatch):
    made = threading.Event()
    monkeypatch.setattr(on_demand, "refuse_registered", lambda _session: None)
    monkeypatch.setattr(on_demand, "make_demonstration", lambda *_said, **_more: made.set())
    adam = api("adam")
    assert adam.get(DEMONSTRATION).status_code == 404
    begun = adam.post(DEMONSTRATION)
    assert (begun.status_code, begun.json()["state"], begun.json()["done"]) == (202, "running", 0)
    again = adam.post(DEMONSTRATION)
    assert (again.status_code, again.json()["code"]) == (409, "being_made")
    assert adam.get(DEMONSTRATION).json() == begun.json()
    assert made.wait(10)


def test_it_is_refused_where_something_is_registered_and_to_everybody_but_an_administrator(api, cast):
    assert api("adam").post(DEMONSTRATION).status_code == 409
    assert api("alice").post(DEMONSTRATION).status_code == 403
    assert api("alice").get(DEMONSTRATION).status_code == 403
