"""An entry as a procedure and plans take it, and how that compares with what stands in the house."""

from datetime import date
from typing import Any

from app.core.i18n import gettext, in_language
from app.library.rules.entries import Entry, digest_of, plan_of, procedure_of
from app.plans.queries.wording import speech
from app.plans.rules.words import describe
from app.plans.schemas import PlanInput
from app.plans.schemas.schedule import ScheduleFields
from app.procedures.schemas import DraftInput, VersionView

COMPARED = ("safety_notes", "tools", "estimate_minutes", "steps")
OF_PLAN = {"title", "kind", "estimate_minutes", "priority", "anchor_policy", *ScheduleFields.model_fields}
ANY_DAY = date(2027, 1, 4)  # of no account: what starts when is the house's own


def draft_of(entry: Entry, language: str) -> DraftInput:
    with in_language(language):
        said = procedure_of(entry, language, gettext("Parts:"))
    return DraftInput.model_validate({name: said[name] for name in COMPARED})


def procedure_digest(draft: DraftInput) -> str:
    return digest_of(draft.model_dump(mode="json", include=set(COMPARED)))


def version_digest(version: VersionView) -> str:
    said = {name: getattr(version, name) for name in COMPARED if name != "steps"}
    return procedure_digest(DraftInput.model_construct(**said, steps=[step.input() for step in version.steps]))


def plan_input(entry: Entry, key: str, language: str, **more: Any) -> PlanInput:
    return PlanInput.model_validate(plan_of(entry, key, language) | {"start_on": ANY_DAY} | more).plain()


def plan_digest(data: PlanInput) -> str:
    return digest_of(data.model_dump(mode="json", include=OF_PLAN))


def plan_changes(now: PlanInput, offered: PlanInput) -> dict[str, list[Any]]:
    """What an edition says otherwise than the plan as it is: field -> [before, after]."""
    before, after = (data.model_dump(mode="json", include=OF_PLAN) for data in (now, offered))
    return {name: [before[name], value] for name, value in after.items() if before[name] != value}


def words(entry: Entry, key: str, language: str) -> str:
    """When, in the reader's language; an entry has no first date yet."""
    return dates_in_words(plan_input(entry, key, language))


def dates_in_words(plan: PlanInput) -> str:
    return describe(plan.schedule(), speech())
