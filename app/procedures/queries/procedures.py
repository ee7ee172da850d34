"""Procedures, one and many."""

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.core.db import Order, one_page
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.i18n.folding import fold
from app.core.security import Actor, Permission, require
from app.people.queries import matches
from app.procedures.models import Procedure, ProcedureStep, ProcedureVersion, StepSuggestion
from app.procedures.queries.versions import is_in_force, version_views
from app.procedures.schemas import ProcedureRow, ProcedureView

Sort = Literal["title", "-title", "code", "-code"]
ORDERS = {
    "title": Order((Procedure.sort_name, Procedure.id), lambda row: (fold(row.title), row.id)),
    "code": Order((Procedure.code, Procedure.id), lambda row: (row.code, row.id)),
}


def get_procedure(session: Session, procedure_id: int, *, by: Actor) -> Procedure:
    require(by, Permission.READ)
    procedure = session.get(Procedure, procedure_id)
    if procedure is None:
        raise NotFound("not_found", N_("This procedure does not exist."))
    return procedure


def procedure_view(session: Session, procedure: Procedure) -> ProcedureView:
    living = version_views(
        session, ProcedureVersion.procedure_id == procedure.id, ProcedureVersion.state.in_(("draft", "published"))
    )
    by_state = {version.state: version for version in living}
    own = {name: getattr(procedure, name) for name in ProcedureView.model_fields if name not in ("current", "draft")}
    return ProcedureView(**own, current=by_state.get("published"), draft=by_state.get("draft"))


def list_procedures(
    session: Session,
    *,
    by: Actor,
    q: str | None = None,
    kind: str | None = None,
    is_archived: bool = False,
    sort: Sort = "title",
    limit: int = 50,
    after: Sequence[Any] | None = None,
) -> list[ProcedureRow]:
    """`limit + 1` rows, in one statement: what is counted is counted of the rows shown."""
    require(by, Permission.READ)
    of_procedure = ProcedureVersion.procedure_id == Procedure.id
    steps = select(func.count()).where(ProcedureStep.procedure_version_id == ProcedureVersion.id)
    suggestions = select(func.count()).where(
        StepSuggestion.procedure_id == Procedure.id, StepSuggestion.state == "open"
    )
    drafts = exists().where(of_procedure, ProcedureVersion.state == "draft").correlate(Procedure)
    statement = (
        select(
            Procedure.id,
            Procedure.code,
            Procedure.title,
            Procedure.kind,
            Procedure.current_number,
            Procedure.archived_at,
            Procedure.version,
            ProcedureVersion.estimate_minutes,
            steps.scalar_subquery().label("step_count"),
            suggestions.scalar_subquery().label("open_suggestions"),
            drafts.label("has_draft"),
        )
        .outerjoin(ProcedureVersion, is_in_force())
        .where(
            Procedure.archived_at.is_not(None) if is_archived else Procedure.archived_at.is_(None),
            matches(q or "", Procedure.search_text),
        )
    )
    if kind is not None:
        statement = statement.where(Procedure.kind == kind)
    rows = session.execute(one_page(statement, ORDERS, sort, after=after, limit=limit))
    return [ProcedureRow.model_validate(row) for row in rows]


def procedure_choices(session: Session, *, by: Actor, limit: int = 2_000) -> list[tuple[int, str]]:
    """What a plan or an order may name: those of which a version is in force."""
    require(by, Permission.READ)
    statement = select(Procedure.id, Procedure.title).where(
        Procedure.archived_at.is_(None), Procedure.current_number.is_not(None)
    )
    rows = session.execute(statement.order_by(Procedure.sort_name, Procedure.id).limit(limit))
    return [(row.id, row.title) for row in rows]


def title_of(session: Session, procedure_id: int | None) -> str | None:
    return session.scalar(select(Procedure.title).where(Procedure.id == procedure_id)) if procedure_id else None
