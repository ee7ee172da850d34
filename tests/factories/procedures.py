"""Procedures, by the ordinary actions."""

from typing import Any

from sqlalchemy.orm import Session

from app.core.security import Actor
from app.procedures import actions
from app.procedures.models import Procedure
from app.procedures.queries.versions import current_version_id
from app.procedures.schemas import DraftInput, ProcedureInput
from tests.factories.people import BEFORE

STEPS: list[dict[str, Any]] = [
    {"title": "Fans turn freely", "kind": "pass_fail", "section": "Cooling", "on_failure": "follow_up"},
    {"title": "Temperature", "kind": "number", "maximum": 24, "unit": "°C", "on_failure": "flag"},
    {"title": "Photo of the dust", "kind": "photo", "only_if_position": 1, "only_if_answer": "failed"},
]


def make_procedure(
    session: Session,
    title: str = "Clean a switch",
    steps: list[dict[str, Any]] | None = None,
    *,
    is_published: bool = True,
    **more: Any,
) -> Procedure:
    data = ProcedureInput.model_validate({"title": title, "steps": STEPS if steps is None else steps} | more)
    procedure = actions.create_procedure(session, data, by=Actor.system(), now=BEFORE)
    if is_published:
        actions.publish_draft(session, procedure.id, by=Actor.system(), now=BEFORE)
    return procedure


def publish_next(session: Session, procedure: Procedure, steps: list[dict[str, Any]], **more: Any) -> int:
    """A further version, in force; answers with its id."""
    actions.start_draft(session, procedure.id, by=Actor.system(), now=BEFORE)
    data = DraftInput.model_validate({"steps": steps} | more)
    actions.save_draft(session, procedure.id, data, by=Actor.system(), now=BEFORE)
    actions.publish_draft(session, procedure.id, by=Actor.system(), now=BEFORE)
    return version_of(session, procedure)


def version_of(session: Session, procedure: Procedure) -> int:
    found = current_version_id(session, procedure.id)
    assert found is not None
    return found
