"""What became of a retired piece, and the paper that proves it."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.changes.models import Disposal
from app.changes.schemas import DisposalInput
from app.core.errors import Conflict
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment.queries import get_equipment
from app.equipment.rules.registry import Status
from app.journal.actions import keep_file, record_change, refuse_stale


def record_disposal(
    session: Session,
    equipment_id: int,
    data: DisposalInput,
    *,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> Disposal:
    """Said again, the newer holds; the certificate stays."""
    piece = get_equipment(session, equipment_id, by=by)
    require(by, Permission.PLAN, site_id=piece.site_id)
    if piece.status != Status.RETIRED:
        raise Conflict("not_retired", N_("Retire the piece first: what is in service is not disposed of."))
    row = session.get(Disposal, equipment_id)
    if row is None:
        row = Disposal(equipment_id=equipment_id, recorded_at=now, recorded_by=by.user_id, **data.model_dump())
        session.add(row)
        changes: dict[str, list[object]] = {"disposal": [None, data.how]}
    else:
        refuse_stale(row, version)
        said = data.model_dump(mode="json")
        before = {name: getattr(row, name) for name in said}
        changes = {name: [_plain(before[name]), said[name]] for name in said if _plain(before[name]) != said[name]}
        for name, value in data.model_dump().items():
            setattr(row, name, value)
        row.version += 1
    session.flush()
    if changes:
        record_change(session, "disposed", "equipment", piece.id, changes, by=by, now=now, site_id=piece.site_id)
    return row


def attach_certificate(
    session: Session, equipment_id: int, name: str, data: bytes, *, files_dir: Path, most: int, by: Actor, now: datetime
) -> Disposal:
    """`most` is in bytes."""
    piece = get_equipment(session, equipment_id, by=by)
    require(by, Permission.PLAN, site_id=piece.site_id)
    row = session.get(Disposal, equipment_id)
    if row is None:
        raise Conflict("no_disposal", N_("Say first what became of the piece."))
    file = keep_file(session, name, data, files_dir=files_dir, most=most, by=by, now=now)
    row.file_id, row.version = file.id, row.version + 1
    session.flush()
    changes = {"certificate": [None, file.name]}
    record_change(session, "disposed", "equipment", piece.id, changes, by=by, now=now, site_id=piece.site_id)
    return row


def _plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value
