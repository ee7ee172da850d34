"""Photos and documents of an order: what is kept of them, and that rows and files go together."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from app.core.errors import AppError, InvalidInput
from app.core.security import Actor, Role
from app.interventions import actions as interventions
from app.interventions.schemas import CompletionInput
from app.journal.actions import file_path
from app.journal.models import File
from app.workorders import actions, queries
from tests.factories.equipment import make_equipment
from tests.factories.workorders import NOON, make_order

BOB = Actor(name="Bob", role=Role.TECHNICIAN)
MIB = 1 << 20


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def order(session):
    return make_order(session, make_equipment(session))


def attach(session, order, name, data, files_dir: Path, most: int = MIB) -> File:
    return actions.attach_file(session, order.id, name, data, files_dir=files_dir, most=most, by=BOB, now=NOON)


def picture(kind="JPEG", size=(40, 30), mode="RGB", **more) -> bytes:
    out = BytesIO()
    Image.new(mode, size).save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "I;16"), ("PNG", "1"),
     ("GIF", "P"), ("WEBP", "RGBA")],
)  # fmt: skip
def test_every_usual_kind_of_picture_is_taken(session, order, files, kind, mode):
    file = attach(session, order, "photo", picture(kind, mode=mode), files)
    session.commit()
    body = file_path(file, files).read_bytes()
    with Image.open(BytesIO(body)) as image:
        assert (image.format, image.size) == (kind, (40, 30))
    assert (file.media_type, file.size) == (f"image/{kind.lower()}", len(body))


def test_a_photo_lies_the_right_way_up_and_is_small_enough_to_send(session, order, files):
    turned = Image.Exif()
    turned[0x0112] = 6  # the camera was held upright
    file = attach(session, order, "x.jpg", picture(size=(4000, 3000), exif=turned), files)
    session.commit()
    with Image.open(file_path(file, files)) as image:
        assert image.size == (1536, 2048)
        assert dict(image.getexif()) == {}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (picture("PNG", size=(16001, 1000), mode="1"), "too_many_pixels"),
        (picture("JPEG", size=(10, 10))[:200], "unknown_file"),
        (picture("BMP"), "unknown_file"),
        (b"x" * (MIB + 1), "file_too_large"),
    ],
)
def test_a_picture_that_would_cost_too_much_or_is_none_is_refused(session, order, files, data, code):
    with pytest.raises(AppError) as refused:
        attach(session, order, "x.png", data, files)
    assert refused.value.code == code
    assert not files.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\note.txt", "note.txt"),
        ('a";filename="b.txt', "a_filename=_b.txt"),
        ("ligne\r\nSet-Cookie: x.txt", "ligne_Set-Cookie_ x.txt"),
        ("é" * 300 + ".txt", "é" * 116 + ".txt"),
    ],
)
def test_a_name_is_a_name_and_nothing_else(session, order, files, name, kept):
    assert attach(session, order, name, b"text", files).name == kept


def test_an_order_that_needs_a_photo_is_done_with_one(session, order, files):
    order.requires_photo = True
    session.flush()
    attach(session, order, "note.txt", b"no photo", files)
    with pytest.raises(InvalidInput) as refused, session.begin_nested():
        interventions.complete_work_order(session, order.id, CompletionInput(), by=BOB, now=NOON)
    assert [(field.pointer, field.code) for field in refused.value.fields] == [("file", "photo_needed")]
    attach(session, order, "photo.jpg", picture(), files)
    interventions.complete_work_order(session, order.id, CompletionInput(), by=BOB, now=NOON)
    assert queries.get_order(session, order.id, by=BOB).state == "completed"
