"""A site's own failure codes, and which of the known ones a category uses."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.equipment import queries
from app.equipment.models import EquipmentCategory, FailureCode
from app.equipment.rules.failures import KNOWN
from app.equipment.schemas import FailureCodeInput
from app.journal import actions as journal
from app.places.rules import require_whole_house

ENTITY = "failure_code"


def add_failure_code(session: Session, data: FailureCodeInput, *, by: Actor, now: datetime) -> FailureCode:
    """One that was archived comes back, with what is said now."""
    require_whole_house(by, Permission.PLAN)
    if data.category_id is not None and session.get(EquipmentCategory, data.category_id) is None:
        raise InvalidInput.at("category_id", "unknown", N_("This category does not exist."))
    if (data.kind, data.code) not in KNOWN and data.name is None:
        raise InvalidInput.at("name", "required", N_("A code of your own needs a name."))
    same = FailureCode.category_id == data.category_id if data.category_id else FailureCode.category_id.is_(None)
    known = select(FailureCode).where(same, FailureCode.kind == data.kind, FailureCode.code == data.code)
    if (before := session.scalar(known.with_for_update())) is not None:
        if before.archived_at is None:
            raise InvalidInput.at("code", "taken", N_("This code is taken."))
        values = data.model_dump(include={"name", "name_fr", "follows"}) | {"archived_at": None}
        journal.edit_row(session, before, values, entity=ENTITY, by=by, now=now)
        return before
    code = FailureCode(**data.model_dump(), created_at=now)
    session.add(code)
    session.flush()
    journal.record_change(session, "created", ENTITY, code.id, {"code": [None, data.code]}, by=by, now=now)
    return code


def edit_failure_code(
    session: Session, code_id: int, values: dict[str, Any], *, version: int | None = None, by: Actor, now: datetime
) -> FailureCode:
    """Set the given fields (of `FailureCodePatch`)."""
    require_whole_house(by, Permission.PLAN)
    code = queries.get_failure_code(session, code_id, by=by)
    if "follows" in values and values["follows"] is None:
        values = values | {"follows": []}
    if (code.kind, code.code) not in KNOWN and values.get("name", code.name) is None:
        raise InvalidInput.at("name", "required", N_("A code of your own needs a name."))
    journal.edit_row(session, code, values, entity=ENTITY, by=by, now=now, version=version)
    return code


def archive_failure_code(
    session: Session, code_id: int, *, is_archived: bool = True, version: int | None = None, by: Actor, now: datetime
) -> FailureCode:
    """No longer offered; reports that name it keep it."""
    require_whole_house(by, Permission.PLAN)
    code = queries.get_failure_code(session, code_id, by=by)
    if is_archived == (code.archived_at is None):
        values = {"archived_at": now if is_archived else None}
        journal.edit_row(session, code, values, entity=ENTITY, by=by, now=now, version=version)
    return code
