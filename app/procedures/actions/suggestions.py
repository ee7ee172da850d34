"""A technician says what would be better; whoever plans takes it into the next version, or refuses it with a word."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.journal.actions import record_change, refuse_stale
from app.places.rules import require_whole_house
from app.procedures.actions.drafts import start_draft
from app.procedures.models import Procedure, ProcedureStep, ProcedureVersion, StepSuggestion
from app.procedures.queries.procedures import get_procedure
from app.procedures.queries.suggestions import get_suggestion
from app.procedures.queries.versions import current_version_id, find_draft
from app.procedures.schemas import SuggestionInput

ENTITY = "step_suggestion"


def suggest(
    session: Session,
    version_id: int,
    text: str,
    *,
    step_id: int | None = None,
    order_id: int | None = None,
    by: Actor,
    now: datetime,
) -> StepSuggestion:
    """On a step of a version, or on the version as a whole. The order that it came from was looked up by the caller."""
    require(by, Permission.WORK)
    version = session.get_one(ProcedureVersion, version_id)
    if version.published_at is None:
        raise Conflict("draft", N_("This version is a draft: edit it."))
    step = session.get(ProcedureStep, step_id) if step_id is not None else None
    if step_id is not None and (step is None or step.procedure_version_id != version_id):
        raise InvalidInput.at("step_id", "unknown", N_("This version has no such step."))
    suggestion = StepSuggestion(
        procedure_id=version.procedure_id,
        procedure_version_id=version_id,
        step_id=step_id,
        order_id=order_id,
        text=text,
        user_id=by.user_id,
        user_name=by.name,
        created_at=now,
        state="open",
    )
    session.add(suggestion)
    session.flush()
    record_change(session, "created", ENTITY, suggestion.id, {"text": [None, text]}, by=by, now=now)
    return suggestion


def suggest_on_procedure(
    session: Session, procedure_id: int, data: SuggestionInput, *, by: Actor, now: datetime
) -> StepSuggestion:
    """On the version in force."""
    require(by, Permission.WORK)
    version_id = current_version_id(session, get_procedure(session, procedure_id, by=by).id)
    if version_id is None:
        raise Conflict("draft", N_("This version is a draft: edit it."))
    return suggest(session, version_id, data.text, step_id=data.step_id, by=by, now=now)


def suggest_once(
    session: Session, version_id: int, text: str, *, order_id: int, by: Actor, now: datetime
) -> StepSuggestion | None:
    """What a report says of the way it was done; a report that is given again says it once."""
    said = select(StepSuggestion.id).where(
        StepSuggestion.procedure_version_id == version_id,
        StepSuggestion.order_id == order_id,
        StepSuggestion.text == text,
    )
    if session.scalar(said.limit(1)) is not None:
        return None
    return suggest(session, version_id, text, order_id=order_id, by=by, now=now)


def take_suggestion(
    session: Session,
    suggestion_id: int,
    answer: str | None = None,
    *,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> StepSuggestion:
    """It is noted on the draft of the next version, which begins now where there is none."""
    suggestion = _open_one(session, suggestion_id, version=version, by=by)
    draft = find_draft(session, suggestion.procedure_id)
    if draft is None:
        start_draft(session, suggestion.procedure_id, by=by, now=now)
        draft = find_draft(session, suggestion.procedure_id)
    suggestion.taken_in_id = draft.id if draft else None
    return _decide(session, suggestion, "taken", answer, by=by, now=now)


def refuse_suggestion(
    session: Session,
    suggestion_id: int,
    answer: str | None,
    *,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> StepSuggestion:
    suggestion = _open_one(session, suggestion_id, version=version, by=by)
    if not answer:
        raise InvalidInput.at("answer", "required", N_("Say why: whoever suggested it reads this."))
    return _decide(session, suggestion, "refused", answer, by=by, now=now)


def _open_one(session: Session, suggestion_id: int, *, version: int | None, by: Actor) -> StepSuggestion:
    require_whole_house(by, Permission.PLAN)
    suggestion = get_suggestion(session, suggestion_id, by=by)
    # The procedure before its suggestions, as whoever discards a draft locks them.
    session.execute(select(Procedure.id).where(Procedure.id == suggestion.procedure_id).with_for_update())
    session.refresh(suggestion, with_for_update=True)
    refuse_stale(suggestion, version)
    if suggestion.state != "open":
        raise Conflict("decided", N_("This suggestion has been decided on already."))
    return suggestion


def _decide(
    session: Session, suggestion: StepSuggestion, state: str, answer: str | None, *, by: Actor, now: datetime
) -> StepSuggestion:
    suggestion.state, suggestion.answer = state, answer
    suggestion.decided_by_name, suggestion.decided_at = by.name, now
    suggestion.version += 1
    session.flush()
    changes = {"state": ["open", state], "answer": [None, answer]}
    record_change(session, state, ENTITY, suggestion.id, changes, by=by, now=now)
    return suggestion
