"""Errors of the REST door are problem details."""


def test_a_stranger_is_asked_for_a_token(stranger, cast):
    answer = stranger.get("/api/v1/no-such-thing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"
