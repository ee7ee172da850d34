"""An entry becomes a procedure and plans; a newer edition becomes a draft, where a person says so."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.changes.actions.commissioning import create_task
from app.changes.actions.edits import create_plan, pause_plan
from app.changes.schemas import CommissioningTaskInput
from app.core.errors import Conflict, NotFound
from app.core.i18n import N_, gettext, in_language
from app.core.security import Actor, Permission
from app.journal.actions import record_change
from app.library.models import LibraryPlan, LibraryProcedure
from app.library.queries.entries import find_loaded
from app.library.queries.loading import not_commissioned, plan_inputs
from app.library.queries.shelf import get_entry
from app.library.queries.texts import draft_of, plan_digest, plan_input, procedure_digest
from app.library.rules.entries import Entry
from app.library.schemas import LoadInput, Made
from app.places.rules import require_whole_house
from app.plans.schemas import Pause
from app.procedures.actions import create_procedure, publish_draft, save_draft, start_draft
from app.procedures.schemas import ProcedureInput

ENTITY = "library_procedure"


def load_entry(session: Session, code: str, data: LoadInput, *, by: Actor, now: datetime) -> Made:
    """The procedure is made once, and in force at once; plans as often as they are asked for.

    What is there already is left as it is, whatever was edited in it.
    """
    require_whole_house(by, Permission.PLAN)
    entry = get_entry(code)
    loaded = find_loaded(session, code) or _load_procedure(session, entry, data.language or by.language, by=by, now=now)
    inputs = plan_inputs(session, entry, data, by=by, now=now, procedure_id=loaded.procedure_id)
    plan_ids = []
    for key, wanted in inputs.items():
        plan = create_plan(session, wanted, by=by, now=now)
        if not data.is_active:
            with in_language(by.language):
                reason = gettext("Loaded from the library: resume it when it suits.")
            pause_plan(session, plan.id, Pause(reason=reason), by=by, now=now)
        digest = plan_digest(plan_input(entry, key, data.language or by.language))
        session.add(
            LibraryPlan(
                loaded_id=loaded.id, key=key, edition=entry.edition, digest=digest, plan_id=plan.id, loaded_at=now
            )
        )
        plan_ids.append(plan.id)
    task_ids = _commission(session, entry, loaded.procedure_id, data, by=by, now=now)
    session.flush()
    return Made(procedure_id=loaded.procedure_id, plan_ids=plan_ids, task_ids=task_ids)


def _load_procedure(session: Session, entry: Entry, language: str, *, by: Actor, now: datetime) -> LibraryProcedure:
    draft = draft_of(entry, language)
    named = {"title": entry.title(language), "kind": entry.kind}
    wanted = ProcedureInput.model_validate(draft.model_dump(exclude={"parts"}) | named)
    procedure = create_procedure(session, wanted, by=by, now=now)
    publish_draft(session, procedure.id, by=by, now=now)
    loaded = LibraryProcedure(
        code=entry.code,
        language=language,
        edition=entry.edition,
        digest=procedure_digest(draft),
        procedure_id=procedure.id,
        loaded_at=now,
        loaded_by_name=by.name,
    )
    session.add(loaded)
    session.flush()
    changes = {"code": [None, entry.code], "edition": [None, entry.edition], "language": [None, language]}
    record_change(session, "loaded", ENTITY, loaded.id, changes, by=by, now=now)
    return loaded


def _commission(
    session: Session, entry: Entry, procedure_id: int, data: LoadInput, *, by: Actor, now: datetime
) -> list[int]:
    """New pieces of these categories get an order for it when they are put into service."""
    if not entry.is_commissioned:
        return []
    task = CommissioningTaskInput.model_validate(
        {
            "kind": entry.kind,
            "title": entry.title("en"),
            "title_fr": entry.title("fr"),
            "procedure_id": procedure_id,
            "estimate_minutes": entry.data["estimate_minutes"],
        }
    )
    new = not_commissioned(session, procedure_id, data.category_ids)
    return [create_task(session, key, task, by=by, now=now).id for key in new]


def decide_edition(session: Session, code: str, *, take: bool, by: Actor, now: datetime) -> LibraryProcedure:
    """A newer edition: its text becomes the draft of the next version, to be looked at and published, or one's own
    stays. Either way it is offered no more; the version in force is not touched.
    """
    require_whole_house(by, Permission.PLAN)
    entry, loaded = get_entry(code), find_loaded(session, code)
    if loaded is None:
        raise NotFound("not_loaded", N_("This entry has not been loaded."))
    if entry.edition <= loaded.edition:
        raise Conflict("is_current", N_("This is the latest edition already."))
    draft = draft_of(entry, loaded.language)
    if take:
        with in_language(by.language):
            note = gettext("Library, edition %(edition)s") % {"edition": entry.edition}
        start_draft(session, loaded.procedure_id, by=by, now=now)
        save_draft(session, loaded.procedure_id, draft.model_copy(update={"note": note}), by=by, now=now)
    changes = {"edition": [loaded.edition, entry.edition], "taken": [None, take]}
    loaded.edition, loaded.digest = entry.edition, procedure_digest(draft)
    session.flush()
    record_change(session, "decided", ENTITY, loaded.id, changes, by=by, now=now)
    return loaded
