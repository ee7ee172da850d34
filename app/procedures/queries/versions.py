"""Versions of a procedure, and which of them is in force."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.procedures.models import Procedure, ProcedureVersion


def is_in_force() -> ColumnElement[bool]:
    """What joins a procedure to its published version."""
    return (ProcedureVersion.procedure_id == Procedure.id) & (ProcedureVersion.number == Procedure.current_number)


def current_version_id(session: Session, procedure_id: int | None) -> int | None:
    """Of the version in force; None where there is no procedure, or none of its versions was published yet."""
    if procedure_id is None:
        return None
    found = select(ProcedureVersion.id).join(Procedure, is_in_force()).where(Procedure.id == procedure_id)
    return session.scalar(found)
