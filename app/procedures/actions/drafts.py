"""A procedure is made, its next version drafted and put in force."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.journal.actions import edit_row, record_change, refuse_stale
from app.parts.models import Part
from app.places.rules import require_whole_house
from app.procedures.models import Procedure, ProcedurePart, ProcedureStep, ProcedureVersion, StepSuggestion
from app.procedures.queries.procedures import get_procedure
from app.procedures.queries.versions import find_draft, version_views
from app.procedures.schemas import DraftInput, PartInput, ProcedureInput, ProcedurePatch, StepInput

ENTITY = "procedure"
OWN = ("safety_notes", "tools", "estimate_minutes", "note")


def create_procedure(session: Session, data: ProcedureInput, *, by: Actor, now: datetime) -> Procedure:
    """Shared by all sites: those of the whole house write it. In force once its draft is published."""
    require_whole_house(by, Permission.PLAN)
    _refuse_taken(session, data.code, procedure_id=None)
    procedure = Procedure(
        code=data.code or str(uuid4()), title=data.title, kind=data.kind, created_at=now, created_by=by.user_id
    )
    session.add(procedure)
    session.flush()
    procedure.code = data.code or f"G-{procedure.id:03}"
    draft = _new_draft(session, procedure, by=by, now=now)
    _write(session, draft, data)
    changes = {"title": [None, data.title], "steps": [None, len(data.steps)]}
    record_change(session, "created", ENTITY, procedure.id, changes, by=by, now=now)
    return procedure


def edit_procedure(
    session: Session, procedure_id: int, data: ProcedurePatch, *, version: int | None = None, by: Actor, now: datetime
) -> Procedure:
    """What is the same in all versions; null takes the kind away, and leaves the rest as it is."""
    require_whole_house(by, Permission.PLAN)
    procedure = get_procedure(session, procedure_id, by=by)
    _refuse_taken(session, data.code, procedure_id=procedure_id)
    values = {
        name: value
        for name, value in data.model_dump(exclude_unset=True).items()
        if name == "kind" or value is not None
    }
    edit_row(session, procedure, values, entity=ENTITY, by=by, now=now, version=version)
    return procedure


def archive_procedure(
    session: Session,
    procedure_id: int,
    *,
    is_archived: bool = True,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> Procedure:
    """Hidden from pickers. Whether something follows it is known above (changes/actions/procedures.py)."""
    require_whole_house(by, Permission.PLAN)
    procedure = get_procedure(session, procedure_id, by=by)
    if is_archived == (procedure.archived_at is None):
        values = {"archived_at": now if is_archived else None}
        edit_row(session, procedure, values, entity=ENTITY, by=by, now=now, version=version)
    return procedure


def lock_procedure(session: Session, procedure_id: int, *, version: int | None = None, by: Actor) -> Procedure:
    """For a change of its versions: one person at a time."""
    require_whole_house(by, Permission.PLAN)
    procedure = get_procedure(session, procedure_id, by=by)
    session.refresh(procedure, with_for_update=True)
    refuse_stale(procedure, version)
    if procedure.archived_at is not None:
        raise Conflict("archived", N_("This procedure is archived. Restore it first."))
    return procedure


def start_draft(
    session: Session, procedure_id: int, *, version: int | None = None, by: Actor, now: datetime
) -> Procedure:
    """The next version begins as what the one in force says."""
    procedure = lock_procedure(session, procedure_id, version=version, by=by)
    if find_draft(session, procedure_id) is not None:
        raise Conflict("has_draft", N_("The next version is being drafted already: edit that draft."))
    draft = _new_draft(session, procedure, by=by, now=now)
    current = version_views(
        session, ProcedureVersion.procedure_id == procedure_id, ProcedureVersion.state == "published"
    )
    for view in current:
        said = {name: getattr(view, name) for name in OWN if name != "note"}
        parts = [PartInput(part_id=part.part_id, quantity=part.quantity) for part in view.parts]
        steps = [step.input() for step in view.steps]
        _write(session, draft, DraftInput.model_construct(**said, note=None, steps=steps, parts=parts))
    _changed(session, procedure, "drafted", {"draft": [None, draft.number]}, by=by, now=now)
    return procedure


def save_draft(
    session: Session, procedure_id: int, data: DraftInput, *, version: int | None = None, by: Actor, now: datetime
) -> Procedure:
    """All that the draft says is what `data` says. A draft need not be complete: publishing asks for that."""
    procedure = lock_procedure(session, procedure_id, version=version, by=by)
    draft = _draft(session, procedure)
    _write(session, draft, data)
    _changed(session, procedure, "draft_saved", {"steps": [None, len(data.steps)]}, by=by, now=now)
    return procedure


def publish_draft(
    session: Session, procedure_id: int, *, version: int | None = None, by: Actor, now: datetime
) -> Procedure:
    """The draft is in force from now on, for orders that are made from now on; it is never changed again."""
    procedure = lock_procedure(session, procedure_id, version=version, by=by)
    draft = _draft(session, procedure)
    if not session.scalar(select(func.count()).where(ProcedureStep.procedure_version_id == draft.id)):
        raise InvalidInput.at("steps", "required", N_("A procedure has at least one step."))
    former = ProcedureVersion.procedure_id == procedure_id, ProcedureVersion.state == "published"
    session.execute(update(ProcedureVersion).where(*former).values(state="retired"))
    draft.state, draft.published_at = "published", now
    draft.published_by, draft.published_by_name = by.user_id, by.name
    before, procedure.current_number = procedure.current_number, draft.number
    _changed(session, procedure, "published", {"current_number": [before, draft.number]}, by=by, now=now)
    return procedure


def discard_draft(
    session: Session, procedure_id: int, *, version: int | None = None, by: Actor, now: datetime
) -> Procedure:
    """Given up. Suggestions that it had taken in are open again."""
    procedure = lock_procedure(session, procedure_id, version=version, by=by)
    draft = _draft(session, procedure)
    draft.state = "retired"
    taken = update(StepSuggestion).where(StepSuggestion.taken_in_id == draft.id)
    session.execute(
        taken.values(
            state="open",
            answer=None,
            decided_by_name=None,
            decided_at=None,
            taken_in_id=None,
            version=StepSuggestion.version + 1,
        )
    )
    _changed(session, procedure, "draft_discarded", {"draft": [draft.number, None]}, by=by, now=now)
    return procedure


def _draft(session: Session, procedure: Procedure) -> ProcedureVersion:
    draft = find_draft(session, procedure.id)
    if draft is None:
        raise NotFound("no_draft", N_("No draft of a next version is open: start one."))
    return draft


def _new_draft(session: Session, procedure: Procedure, *, by: Actor, now: datetime) -> ProcedureVersion:
    numbers = select(func.max(ProcedureVersion.number)).where(ProcedureVersion.procedure_id == procedure.id)
    draft = ProcedureVersion(
        procedure_id=procedure.id,
        number=(session.scalar(numbers) or 0) + 1,
        state="draft",
        created_at=now,
        created_by=by.user_id,
        created_by_name=by.name,
    )
    session.add(draft)
    session.flush()
    return draft


def _write(session: Session, draft: ProcedureVersion, data: DraftInput) -> None:
    for name in OWN:
        setattr(draft, name, getattr(data, name))
    _refuse_unknown(session, data.parts)
    for table in (ProcedureStep, ProcedurePart):
        session.execute(delete(table).where(table.procedure_version_id == draft.id))
    of_draft = {"procedure_version_id": draft.id}
    if data.steps:
        rows = [of_draft | {"position": place} | _columns(step) for place, step in enumerate(data.steps, 1)]
        session.execute(insert(ProcedureStep), rows)
    if data.parts:
        session.execute(insert(ProcedurePart), [of_draft | part.model_dump() for part in data.parts])
    session.flush()


def _columns(step: StepInput) -> dict[str, Any]:
    values = step.model_dump()
    limits = {name: _said(values[name]) for name in ("minimum", "maximum")}
    return values | limits | {"kind": step.kind.value, "on_failure": step.on_failure.value}


def _said(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}"


def _refuse_unknown(session: Session, parts: Sequence[PartInput]) -> None:
    ids = [part.part_id for part in parts]
    if len(set(ids)) < len(ids):
        raise InvalidInput.at("parts", "twice", N_("A part is named twice: say once how many are needed."))
    if ids and len(session.scalars(select(Part.id).where(Part.id.in_(ids))).all()) < len(ids):
        raise InvalidInput.at("parts", "unknown", N_("One of these parts does not exist."))


def _changed(
    session: Session, procedure: Procedure, action: str, changes: dict[str, Any], *, by: Actor, now: datetime
) -> None:
    procedure.version += 1
    session.flush()
    record_change(session, action, ENTITY, procedure.id, changes, by=by, now=now)


def _refuse_taken(session: Session, code: str | None, *, procedure_id: int | None) -> None:
    owner = session.scalar(select(Procedure.id).where(Procedure.code == code)) if code else None
    if owner is not None and owner != procedure_id:
        raise InvalidInput.at("code", "taken", N_("Another procedure has this code."))
