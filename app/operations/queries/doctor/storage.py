"""The database file and the attachments beside it."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.db import has_safe_wal, sqlite_driver
from app.core.i18n import N_
from app.journal.models import File
from app.journal.queries import files_in, stray_files
from app.operations.queries.doctor.finding import Finding, fault, warning

CHUNK = 1 << 20


def examine(session: Session, files_dir: Path, now: datetime) -> Iterator[Finding]:
    if session.get_bind().dialect.name == "sqlite":
        yield from _sqlite(session)
    yield from _files(session, files_dir, now)


def _sqlite(session: Session) -> Iterator[Finding]:
    damage = [row[0] for row in session.execute(text("PRAGMA integrity_check(10)")) if row[0] != "ok"]
    if damage:
        yield fault("database_damaged", N_("The database file is damaged: %(detail)s"), detail=damage[0])
    broken = [tuple(row) for row in session.execute(text("PRAGMA foreign_key_check"))]
    if broken:
        yield fault(
            "missing_reference",
            N_("%(count)s rows refer to something that is not there, the first in %(table)s."),
            count=len(broken),
            table=broken[0][0],
        )
    if not has_safe_wal(sqlite_driver.sqlite_version_info):
        yield warning(
            "old_sqlite",
            N_("SQLite %(version)s is not safe in its fast mode; the slower journal_mode=DELETE is used."),
            version=sqlite_driver.sqlite_version,
        )


def _files(session: Session, files_dir: Path, now: datetime) -> Iterator[Finding]:
    """Each row has its bytes, unchanged, and nothing else stays longer than the night's sweep lets it."""
    expected: dict[str, int] = {}
    for file_id, sha256 in session.execute(select(File.id, File.sha256)):
        expected.setdefault(sha256, file_id)
    present = {path.name: path for path in files_in(files_dir)}
    lost = tuple(file_id for sha256, file_id in expected.items() if sha256 not in present)
    if lost:
        yield fault("file_lost", N_("%(count)s attachments have lost their file."), lost, count=len(lost))
    changed = tuple(
        file_id for sha256, file_id in expected.items() if sha256 in present and _sha256(present[sha256]) != sha256
    )
    if changed:
        yield fault("file_changed", N_("%(count)s attachments are not what was uploaded."), changed, count=len(changed))
    if strays := stray_files(session, files_dir, now=now):
        yield warning("stray_file", N_("%(count)s files belong to no attachment."), count=len(strays))


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
