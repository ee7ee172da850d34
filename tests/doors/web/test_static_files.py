"""The files that pages are made with: small, kept by the browser, and never anything else of the disk."""

import gzip

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from app.web import assets, vendor

client = TestClient(Starlette(routes=[Mount("/static", app=assets.static_files)]))

FIRST_VISIT = ("vendor/bootstrap.min.css", "ronde.css", "ronde.js", "vendor/htmx.min.js", "vendor/icons.svg")


def test_it_is_kept_for_ever_under_the_address_that_names_its_content() -> None:
    answer = client.get(assets.static_url("ronde.css"))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["content-encoding"] == "gzip"


def test_an_old_address_answers_with_todays_file_and_is_asked_again() -> None:
    answer = client.get("/static/000000000000/ronde.css")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    again = client.get("/static/000000000000/ronde.css", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_it_is_sent_as_it_is_to_those_who_take_no_gzip() -> None:
    answer = client.get(assets.static_url("ronde.css"), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.content == (assets.STATIC_DIR / "ronde.css").read_bytes()


@pytest.mark.parametrize(
    "path", ["x/../assets.py", "x/%2e%2e/assets.py", "x//etc/passwd", "", "x/", "x/vendor", "%00/a"]
)
def test_it_refuses_whatever_is_no_file_of_static(path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404


def test_it_refuses_to_be_written_to() -> None:
    assert client.post(assets.static_url("ronde.css")).status_code == 405


def test_a_template_that_names_no_file_is_told_so() -> None:
    with pytest.raises(LookupError, match="make install"):
        assets.static_url("vendor/jquery.js")


def test_a_first_visit_weighs_little() -> None:
    packed = sum(len(asset.packed or asset.body) for name, asset in assets.files().items() if name in FIRST_VISIT)
    assert packed < 75_000, "110 kB is owed for the whole page, HTML included"


def test_every_listed_icon_is_in_the_sprite_once() -> None:
    names = vendor.icon_names()
    text = gzip.decompress(assets.files()["vendor/icons.svg"].packed or b"").decode()
    assert len(names) == len(set(names))
    assert all(f'<symbol id="{name}"' in text for name in names)
