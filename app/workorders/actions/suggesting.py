"""What was learnt on an order goes back to its procedure."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.procedures import actions as procedures
from app.procedures.models import ProcedureStep, StepSuggestion
from app.procedures.schemas import SuggestionInput
from app.workorders.models import WorkOrder
from app.workorders.queries.orders import get_plain_order
from app.workorders.queries.procedures import version_ids_of

NOTE_MAX = 2_000


def suggest_on_order(
    session: Session, order_id: int, data: SuggestionInput, *, by: Actor, now: datetime
) -> StepSuggestion:
    """On one of the order's steps, or on its own procedure as a whole."""
    order = get_plain_order(session, order_id, by=by)
    require(by, Permission.WORK, site_id=order.site_id)
    versions = version_ids_of(session, order)
    if not versions:
        raise Conflict("no_procedure", N_("This order has no procedure to improve."))
    version_id = versions[0]
    if data.step_id is not None:
        found = select(ProcedureStep.procedure_version_id).where(ProcedureStep.id == data.step_id)
        version_id = session.scalar(found) or 0
        if version_id not in versions:
            raise InvalidInput.at("step_id", "unknown", N_("This order has no such step."))
    return procedures.suggest(session, version_id, data.text, step_id=data.step_id, order_id=order.id, by=by, now=now)


def suggest_alternative(session: Session, order: WorkOrder, note: str | None, *, by: Actor, now: datetime) -> None:
    """Work that was done otherwise than its procedure says, said in words, would improve it."""
    if note and order.procedure_version_id is not None:
        version_id = order.procedure_version_id
        procedures.suggest_once(session, version_id, note[:NOTE_MAX], order_id=order.id, by=by, now=now)
