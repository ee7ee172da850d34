"""The person concerned signs: a drawing kept as a picture of its own, or a typed name with a word."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.core.security import Actor
from app.interventions.schemas import SignatureInput
from app.journal.actions import keep_file
from app.workorders.models import Resolution

MOST = 300 << 10  # bytes


def sign(
    session: Session, report: Resolution, data: SignatureInput, *, files_dir: Path | None, by: Actor, now: datetime
) -> None:
    """The picture is encoded anew: nothing but the drawing is kept."""
    report.signed_by, report.signed_at = data.name, now
    png = data.png()
    if png is not None:
        if files_dir is None:
            raise ValueError("a signature needs a directory to lie in")
        file = keep_file(session, "signature.png", png, files_dir=files_dir, most=MOST, by=by, now=now)
        report.signature_file_id = file.id
    session.flush()
