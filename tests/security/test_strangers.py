"""What a stranger may do without an account is little, and stays so: labels, the form behind them, and secret links."""

import re
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select
from starlette.testclient import TestClient

from app.requests.models import RequestFile, WorkRequest

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}%(n)s"


@pytest.fixture
def label(house):
    return f"/q/{house.world.own['qr_token']}"


@pytest.fixture
def stranger(house):
    return TestClient(house.app, follow_redirects=False)


def asked(house):
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(WorkRequest))


def test_what_is_typed_is_shown_and_never_run(house, stranger, label):
    said = {"text": HOSTILE, "contact_name": "<b>Zoé</b>"}
    link = stranger.post(label, data=said).headers["location"]
    technician = TestClient(house.app, cookies={"ronde_session": "session-of-technician"})
    number = asked(house)
    pages = [stranger.get(link), technician.get("/requests"), technician.get(f"/requests/{number}")]
    for page in pages:
        assert page.status_code == 200
        assert not re.search(r"<script>alert|<img src=x|<b>Zo", page.text)
        assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize(
    "said",
    [
        {"text": ""},
        {"text": "x" * 2001},
        {"text": "x\x00y"},
        {"text": "x", "urgency": "nuclear"},
        {"text": "x", "contact_email": "a@b\r\nBcc: all@example.org"},
        {"text": "x", "contact_name": "n" * 201},
        {"text": "x", "once": "short"},
        {"text": "x", "state": "accepted"},
        {"text": "x", "equipment_id": "1"},
        {"text": "x", "person_id": "1"},
        {"text": "x", "language": "xx"},
    ],
)
def test_what_does_not_belong_in_the_form_is_refused(house, stranger, label, said):
    before = asked(house)
    assert stranger.post(label, data=said).status_code == 422
    assert asked(house) == before


def picture(**more):
    out = BytesIO()
    Image.new("RGB", (30, 20)).save(out, "JPEG", **more)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("shell.php", b"<?php system('id');"),
        ("page.html", b"<script>alert(1)</script>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("bill.pdf", b"%PDF-1.4"),
        ("empty.jpg", b""),
    ],
)
def test_only_photos_go_along(house, stranger, label, name, data):
    before = asked(house)
    answer = stranger.post(label, data={"text": "x"}, files={"photo": (name, data)})
    assert answer.status_code == 422
    assert asked(house) == before


def test_photos_are_few_and_small(house, stranger, label):
    files = [("photo", (f"{n}.jpg", picture())) for n in range(4)]
    assert stranger.post(label, data={"text": "x"}, files=files).status_code == 422
    most = house.app.state.house.settings.max_upload_mib << 20
    answer = stranger.post(label, data={"text": "x"}, files={"photo": ("big.jpg", b"\xff" * (most + 1))})
    assert (answer.status_code, "larger than" in answer.text) == (422, True)


def test_a_photo_is_encoded_anew_and_seen_by_its_own_link_alone(house, stranger, label):
    secret = Image.Exif()
    secret[0x010E] = "the address where it was taken"
    sent = stranger.post(label, data={"text": "x"}, files={"photo": ("../../x.jpg", picture(exif=secret))})
    with house.database.reading() as session:
        file_id = session.scalars(select(RequestFile.file_id).order_by(RequestFile.file_id.desc())).first()
    got = stranger.get(f"{sent.headers['location']}/files/{file_id}")
    assert got.status_code == 200
    assert b"address" not in got.content
    assert "attachment" in got.headers["content-disposition"]
    assert stranger.get(f"/r/{house.world.own['secret']}/files/{file_id}").status_code == 404


def test_a_machine_that_fills_in_every_field_is_thanked_and_forgotten(house, stranger, label):
    before = asked(house)
    assert stranger.post(label, data={"text": "Buy", "website": "https://example.org"}).status_code == 303
    assert asked(house) == before


def test_a_form_is_sent_ten_times_in_five_minutes(house, stranger, label):
    before = asked(house)
    answers = [stranger.post(label, data={"text": f"Again {n}"}).status_code for n in range(11)]
    assert answers == [303] * 10 + [429]
    assert asked(house) == before + 10


def test_labels_and_links_are_not_tried_out(house, stranger):
    for path in ("/q/{}", "/r/{}"):
        answers = {stranger.get(path.format(f"guess{n}")).status_code for n in range(100)}
        assert answers == {404}
        assert stranger.get(path.format("guess")).status_code == 429


def test_what_does_not_exist_and_what_is_not_open_look_the_same(house, stranger):
    closed = stranger.get(f"/q/{house.world.foreign['qr_token']}")
    unknown = stranger.get("/q/unknown")
    plain = [re.sub(r"/q/[^\"]+", "", answer.text) for answer in (closed, unknown)]
    assert (closed.status_code, plain[0]) == (unknown.status_code, plain[1])


def test_one_link_opens_one_request(house, stranger):
    other = house.world.own["done_secret"]
    assert other not in stranger.get(f"/r/{house.world.own['secret']}").text
    for odd in ("%00", "..%2f..", "x" * 3000, "é"):
        assert stranger.get(f"/r/{odd}").status_code == 404
    refused = stranger.post(f"/r/{house.world.own['secret']}/feedback", data={"feedback": "solved"})
    assert refused.status_code == 409


def test_no_log_holds_a_link(house, stranger, label, capsys):
    for path in (label, f"/r/{house.world.own['secret']}", f"/r/{house.world.own['secret']}/files/1"):
        stranger.get(path)
    said = capsys.readouterr().out
    assert "/r/…" in said
    assert house.world.own["secret"] not in said
    assert house.world.own["qr_token"] not in said
