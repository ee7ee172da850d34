"""Errors of the REST door are problem details."""


def test_a_stranger_is_asked_for_a_token(stranger, cast):
    answer = stranger.get("/api/v1/no-such-thing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


def test_a_body_that_is_too_large_is_refused_before_it_is_read(api, cast):
    answer = api("alice").post("/api/v1/equipment", content=b"[" * (22 << 20))
    assert (answer.status_code, answer.json()["code"]) == (413, "content_too_large")
