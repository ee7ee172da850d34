"""What technicians would do better, and what became of it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from app.core.db import beyond
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.procedures.models import Procedure, ProcedureStep, ProcedureVersion, StepSuggestion
from app.procedures.schemas import SuggestionState, SuggestionView

ABOUT, INTO = aliased(ProcedureVersion), aliased(ProcedureVersion)


def get_suggestion(session: Session, suggestion_id: int, *, by: Actor) -> StepSuggestion:
    require(by, Permission.READ)
    suggestion = session.get(StepSuggestion, suggestion_id)
    if suggestion is None:
        raise NotFound("not_found", N_("This suggestion does not exist."))
    return suggestion


def suggestion_view(session: Session, suggestion: StepSuggestion) -> SuggestionView:
    row = session.execute(_rows().where(StepSuggestion.id == suggestion.id)).one()
    return SuggestionView.model_validate(row)


def list_suggestions(
    session: Session,
    *,
    by: Actor,
    state: SuggestionState | None = None,
    procedure_id: int | None = None,
    is_mine: bool = False,
    taken_in_id: int | None = None,
    limit: int = 50,
    after: Sequence[Any] | None = None,
) -> list[SuggestionView]:
    """The newest first; `limit + 1` rows."""
    require(by, Permission.READ)
    statement = _rows().where(beyond(after, StepSuggestion.id, descending=True))
    wanted = {"state": state, "procedure_id": procedure_id, "taken_in_id": taken_in_id}
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(getattr(StepSuggestion, name) == value)
    if is_mine:
        statement = statement.where(StepSuggestion.user_id == by.user_id)
    rows = session.execute(statement.order_by(StepSuggestion.id.desc()).limit(limit + 1))
    return [SuggestionView.model_validate(row) for row in rows]


def count_open(session: Session, *, by: Actor) -> int:
    require(by, Permission.READ)
    return session.scalar(select(func.count()).where(StepSuggestion.state == "open")) or 0


def _rows() -> Select[Any]:
    own = (
        "id", "procedure_id", "step_id", "order_id", "text", "user_name", "created_at", "state", "answer",
        "decided_by_name", "decided_at", "version",
    )  # fmt: skip
    statement: Any = (
        select(
            *(getattr(StepSuggestion, name) for name in own),
            Procedure.code.label("procedure_code"),
            Procedure.title.label("procedure_title"),
            ABOUT.number.label("version_number"),
            ProcedureStep.position.label("step_position"),
            ProcedureStep.title.label("step_title"),
            INTO.number.label("taken_in"),
            INTO.state.label("taken_in_state"),
        )
        .join(Procedure, Procedure.id == StepSuggestion.procedure_id)
        .join(ABOUT, ABOUT.id == StepSuggestion.procedure_version_id)
        .outerjoin(ProcedureStep, ProcedureStep.id == StepSuggestion.step_id)
        .outerjoin(INTO, INTO.id == StepSuggestion.taken_in_id)
    )
    rows: Select[Any] = statement
    return rows
