"""The whole examination, in the order in which one fault explains the next."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.operations.queries.doctor import journal, ledger, orders, storage
from app.operations.queries.doctor.finding import Finding

__all__ = ["Finding", "examine"]


def examine(session: Session, *, files_dir: Path, now: datetime) -> Iterator[Finding]:
    """All findings, the heaviest first; none means that every promise holds."""
    found = [
        *storage.examine(session, files_dir, now),
        *ledger.examine(session, now),
        *orders.examine(session),
        *journal.examine(session, now),
    ]
    yield from sorted(found, key=lambda finding: finding.severity)
