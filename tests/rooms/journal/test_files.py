"""Files and their rows go together; at night the directory loses what nobody refers to."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.core.errors import Conflict
from app.core.security import Actor
from app.journal.actions import file_path, forget_uploads, keep_file, sweep_files
from app.journal.models import File
from app.workorders.models import WorkOrderFile
from tests.factories.equipment import make_equipment
from tests.factories.workorders import make_order

ALICE = Actor.system()
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return tmp_path / "files"


def keep(session, files: Path, name: str = "a.csv", data: bytes = b"name;site", now: datetime = NOON) -> File:
    return keep_file(session, name, data, files_dir=files, most=100, by=ALICE, now=now)


def lying(files: Path) -> list[str]:
    return sorted(str(path.relative_to(files)) for path in files.rglob("*") if path.is_file())


def age(path: Path, days: int) -> Path:
    then = (NOON - timedelta(days=days)).timestamp()
    os.utime(path, (then, then))
    return path


def test_bytes_land_when_their_row_is_committed(database, files):
    with database.writing() as session:
        file = keep(session, files)
        assert not file_path(file, files).exists()
        with session.begin_nested():
            pass
        assert not file_path(file, files).exists()
    assert file_path(file, files).read_bytes() == b"name;site"
    assert len(lying(files)) == 1


def test_a_transaction_that_is_taken_back_leaves_no_file(database, files):
    def refused() -> None:
        with database.writing() as session:
            keep(session, files)
            raise Conflict("x", "x")

    with pytest.raises(Conflict):
        refused()
    with database.reading() as session:
        keep(session, files)
    assert lying(files) == []


def test_the_same_bytes_twice_are_kept_once(database, files):
    for _ in range(2):
        with database.writing() as session:
            keep(session, files)
            keep(session, files)
    assert len(lying(files)) == 1


def test_uploads_are_forgotten_after_a_month_but_for_those_in_use(database, files):
    with database.writing() as session:
        old, used = keep(session, files), keep(session, files, data=b"used")
        keep(session, files, name="note.txt", data=b"no upload")
        keep(session, files, data=b"young", now=NOON + timedelta(days=2))
        order = make_order(session, make_equipment(session))
        session.add(WorkOrderFile(order_id=order.id, file_id=used.id))
    with database.writing() as session:
        assert forget_uploads(session, now=NOON + timedelta(days=29)) == 0
        assert forget_uploads(session, now=NOON + timedelta(days=31)) == 1
    with database.reading() as session:
        assert old.id not in session.scalars(select(File.id)).all()


def test_strays_are_set_aside_after_a_day_and_removed_after_a_month(database, files):
    with database.writing() as session:
        known = age(file_path(keep(session, files), files).parent, 90)
    age(next(path for path in known.iterdir()), 90)
    (files / "ab").mkdir()
    for name, days in (("old", 2), (".draft", 2), ("young", 0)):
        path = files / "ab" / name
        path.write_bytes(b"x")
        age(path, days)
    with database.writing() as session:
        assert sweep_files(session, files_dir=files, now=NOON) == 2
        assert sweep_files(session, files_dir=files, now=NOON) == 0
    assert [name for name in lying(files) if len(name) < 20] == [".swept/old", "ab/young"]
    assert len(lying(files)) == 3
    with database.writing() as session:
        sweep_files(session, files_dir=files, now=NOON + timedelta(days=31))
    assert "ab/old" not in lying(files)
    assert [name for name in lying(files) if len(name) < 20] == [".swept/young"]


def test_a_directory_that_is_not_there_yet_needs_no_sweeping(database, files):
    with database.writing() as session:
        assert sweep_files(session, files_dir=files, now=NOON) == 0
