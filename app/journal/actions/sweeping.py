"""What the files directory loses at night: old uploads that were imported or not, and bytes that nobody knows."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import and_, column, delete, exists, inspect, table, text
from sqlalchemy.orm import Session

from app.core.db import table_of
from app.journal import queries
from app.journal.models import File
from app.journal.rules import SWEPT

UPLOADED = "text/csv"  # what is imported; a photo is attached in the transaction that brings it


def forget_uploads(session: Session, *, now: datetime, after: timedelta = timedelta(days=30)) -> int:
    """Files for an import, confirmed or not, that nothing refers to. Their bytes go with the next `sweep_files`."""
    files = table_of(File)
    references = [
        table(name, column(key["constrained_columns"][0], files.c.id.type))
        for (_schema, name), keys in inspect(session.connection()).get_multi_foreign_keys().items()
        for key in keys
        if key["referred_table"] == files.name
    ]
    used = [exists().where(next(iter(reference.c)) == files.c.id) for reference in references]
    old = and_(files.c.media_type == UPLOADED, files.c.created_at < now - after, *(~use for use in used))
    return session.connection().execute(delete(files).where(old)).rowcount


def sweep_files(session: Session, *, files_dir: Path, now: datetime, after: timedelta = timedelta(days=30)) -> int:
    """Strays are set aside, and removed when nobody has missed them: the database may be the one that is wrong.

    While no row of a file is on its way: what is uploaded in this moment may have the bytes of a stray.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE files IN SHARE MODE"))
    aside = files_dir / SWEPT
    for path in aside.glob("*"):
        if path.stat().st_mtime < (now - after).timestamp():
            path.unlink()
    strays = queries.stray_files(session, files_dir, now=now)
    for path in strays:
        if path.name.startswith("."):  # a draft
            path.unlink()
        else:
            aside.mkdir(mode=0o700, exist_ok=True)
            os.utime(path, (now.timestamp(), now.timestamp()))
            path.replace(aside / path.name)
    return len(strays)
