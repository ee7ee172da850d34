"""Versions of a procedure, and which of them is in force."""

from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from app.core.errors import InvalidInput, NotFound
from app.core.i18n import N_
from app.procedures.models import Procedure, ProcedurePart, ProcedureVersion
from app.procedures.rules.comparing import compared
from app.procedures.schemas import Comparison, DraftInput, PartView, StepDifference, StepView, VersionRow, VersionView


def is_in_force() -> ColumnElement[bool]:
    """What joins a procedure to its published version."""
    return (ProcedureVersion.procedure_id == Procedure.id) & (ProcedureVersion.number == Procedure.current_number)


def current_version_id(session: Session, procedure_id: int | None) -> int | None:
    """Of the version in force; None where there is no procedure, or none of its versions was published yet."""
    if procedure_id is None:
        return None
    found = select(ProcedureVersion.id).join(Procedure, is_in_force()).where(Procedure.id == procedure_id)
    return session.scalar(found)


def usable_version_id(session: Session, procedure_id: int) -> int:
    """For an order that a person makes: raises InvalidInput where the procedure is archived, or still a draft."""
    procedure = session.get(Procedure, procedure_id)
    version_id = current_version_id(session, procedure_id)
    if procedure is None or procedure.archived_at is not None:
        raise InvalidInput.at("procedure_id", "unknown", N_("This procedure does not exist, or is archived."))
    if version_id is None:
        raise InvalidInput.at("procedure_id", "draft", N_("This procedure is still a draft: publish it first."))
    return version_id


def estimate_of(session: Session, version_id: int | None) -> int | None:
    """In minutes: what an order counts on where nobody says otherwise."""
    return session.scalar(select(ProcedureVersion.estimate_minutes).where(ProcedureVersion.id == version_id))


def estimate_in_force(procedure_id: ColumnElement[int | None] | InstrumentedAttribute[int | None]) -> ScalarSelect[Any]:
    """Of the version in force, beside rows that name a procedure."""
    found = select(ProcedureVersion.estimate_minutes).join(Procedure, is_in_force())
    return found.where(Procedure.id == procedure_id).scalar_subquery()


def version_views(session: Session, *which: ColumnElement[bool]) -> list[VersionView]:
    """With their steps and parts: three statements, however many there are."""
    statement = select(ProcedureVersion).where(*which).order_by(ProcedureVersion.number)
    versions = session.scalars(
        statement.options(
            selectinload(ProcedureVersion.steps),
            selectinload(ProcedureVersion.parts).joinedload(ProcedurePart.part),
        ),
        execution_options={"populate_existing": True},
    ).all()
    return [_view(version) for version in versions]


def _view(version: ProcedureVersion) -> VersionView:
    own = {name: getattr(version, name) for name in VersionView.model_fields if name not in ("steps", "parts")}
    parts = [
        PartView(
            part_id=line.part_id,
            reference=line.part.reference,
            name=line.part.name,
            unit=line.part.unit,
            quantity=line.quantity,
        )
        for line in version.parts
    ]
    steps = [StepView.model_validate(step) for step in version.steps]
    return VersionView.model_validate(own | {"steps": steps, "parts": parts})


def get_version(session: Session, procedure: Procedure, number: int) -> VersionView:
    found = version_views(session, ProcedureVersion.procedure_id == procedure.id, ProcedureVersion.number == number)
    if not found:
        raise NotFound("no_version", N_("This procedure has no version %(number)d."), number=number)
    return found[0]


def list_versions(session: Session, procedure: Procedure) -> list[VersionRow]:
    """The newest first."""
    rows = select(ProcedureVersion).where(ProcedureVersion.procedure_id == procedure.id)
    found = session.scalars(rows.order_by(ProcedureVersion.number.desc()))
    return [VersionRow.model_validate(version) for version in found]


def find_draft(session: Session, procedure_id: int) -> ProcedureVersion | None:
    return session.scalar(
        select(ProcedureVersion)
        .where(ProcedureVersion.procedure_id == procedure_id, ProcedureVersion.state == "draft")
        .execution_options(populate_existing=True)
    )


def compare_versions(session: Session, procedure: Procedure, before: int, after: int) -> Comparison:
    """What the second says otherwise than the first."""
    old, new = get_version(session, procedure, before), get_version(session, procedure, after)
    found = compare_with(old, DraftInput.model_construct(**_said(new), steps=[step.input() for step in new.steps]))
    parts = [[f"{part.quantity} × {part.name}" for part in view.parts] for view in (old, new)]
    changes = found.changes | ({"parts": parts} if parts[0] != parts[1] else {})
    return found.model_copy(update={"after": after, "changes": changes})


def compare_with(old: VersionView, new: DraftInput) -> Comparison:
    """What a text that is no version yet says otherwise; parts aside."""
    old_steps, new_steps = [step.input().step() for step in old.steps], [step.step() for step in new.steps]
    steps = [
        StepDifference(
            what=each.what,
            title=(new_steps[each.after - 1] if each.after else old_steps[(each.before or 1) - 1]).title,
            before=each.before,
            after=each.after,
            is_moved=each.is_moved,
            changes={name: [_plain(value) for value in pair] for name, pair in each.changes.items()},
        )
        for each in compared(old_steps, new_steps)
    ]
    was = _said(old)
    changes = {name: [was[name], getattr(new, name)] for name in was if was[name] != getattr(new, name)}
    return Comparison(before=old.number, after=old.number + 1, changes=changes, steps=steps)


def _said(version: VersionView) -> dict[str, Any]:
    return {name: getattr(version, name) for name in ("safety_notes", "tools", "estimate_minutes")}


def _plain(value: Any) -> Any:
    """As JSON says it."""
    if isinstance(value, Decimal):
        return float(value)
    return list(value) if isinstance(value, tuple) else value
