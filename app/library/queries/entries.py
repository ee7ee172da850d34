"""Entries, each with what became of it in this house."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.i18n.folding import fold
from app.core.security import Actor, Permission, require
from app.equipment.models import EquipmentCategory
from app.library.models import LibraryPlan, LibraryProcedure
from app.library.queries.shelf import catalogue, get_entry
from app.library.queries.texts import (
    dates_in_words,
    draft_of,
    plan_changes,
    plan_digest,
    plan_input,
    version_digest,
    words,
)
from app.library.rules.entries import Entry, fitting, said, standing
from app.library.schemas import EntryRow, EntryView, LoadedPlanView, LoadedView, PlanTemplateView
from app.plans.models import MaintenancePlan, PlanVersion
from app.plans.queries.plans import input_of
from app.procedures.models import Procedure, ProcedureVersion
from app.procedures.queries.versions import compare_with, version_views
from app.procedures.schemas import VersionView


def find_loaded(session: Session, code: str) -> LibraryProcedure | None:
    return session.scalar(select(LibraryProcedure).where(LibraryProcedure.code == code).options(*WITH_PLANS))


WITH_PLANS = (
    joinedload(LibraryProcedure.procedure),
    selectinload(LibraryProcedure.plans)
    .joinedload(LibraryPlan.plan)
    .joinedload(MaintenancePlan.current)
    .selectinload(PlanVersion.scope),
)


def list_entries(session: Session, *, by: Actor) -> list[EntryRow]:
    """In the order of titles, each with its standing in this house: a few statements, however many there are."""
    require(by, Permission.PLAN)
    loaded = {row.code: row for row in session.scalars(select(LibraryProcedure).options(*WITH_PLANS[:1]))}
    versions = _versions(session, [row.procedure_id for row in loaded.values()])
    rows = [
        _row(entry, by.language, loaded.get(entry.code), versions.get(loaded[entry.code].procedure_id, []))
        if entry.code in loaded
        else _row(entry, by.language, None, [])
        for entry in catalogue().values()
    ]
    return sorted(rows, key=lambda row: fold(row.title))


def _versions(session: Session, procedure_ids: list[int]) -> dict[int, list[VersionView]]:
    """Those in force, and drafts."""
    living = ProcedureVersion.state.in_(("published", "draft"))
    found: dict[int, list[VersionView]] = {}
    if procedure_ids:
        for view in version_views(session, ProcedureVersion.procedure_id.in_(procedure_ids), living):
            found.setdefault(view.procedure_id, []).append(view)
    return found


def _row(entry: Entry, language: str, loaded: LibraryProcedure | None, versions: list[VersionView]) -> EntryRow:
    plans = said(entry.data.get("plans", []), language)
    return EntryRow(
        code=entry.code,
        title=entry.title(language),
        kind=entry.kind,
        covers=entry.covers,
        edition=entry.edition,
        estimate_minutes=entry.data["estimate_minutes"],
        step_count=len(entry.data["steps"]),
        plans=[
            PlanTemplateView(
                key=plan["key"],
                title=plan.get("title", entry.title(language)),
                words=words(entry, plan["key"], language),
                priority=plan["priority"],
            )
            for plan in plans
        ],
        standing=_standing(entry, loaded, versions),
        procedure_id=loaded.procedure_id if loaded else None,
    )


def _standing(entry: Entry, loaded: LibraryProcedure | None, versions: list[VersionView]) -> str:
    if loaded is None:
        return "not_loaded"
    return standing(
        edition=loaded.edition,
        latest=entry.edition,
        digest=loaded.digest,
        now_digest=_digest(versions),
        has_draft=any(version.state == "draft" for version in versions),
    )


def _digest(versions: list[VersionView]) -> str:
    return next((version_digest(version) for version in versions if version.state == "published"), "")


def show_entry(session: Session, code: str, *, by: Actor) -> EntryView:
    require(by, Permission.PLAN)
    entry, loaded = get_entry(code), find_loaded(session, code)
    versions = _versions(session, [loaded.procedure_id]).get(loaded.procedure_id, []) if loaded else []
    row = _row(entry, by.language, loaded, versions)
    draft = draft_of(entry, by.language)
    current = next((version for version in versions if version.state == "published"), None)
    is_newer = loaded is not None and current is not None and entry.edition > loaded.edition
    newer = draft_of(entry, loaded.language) if loaded else draft
    return EntryView(
        **row.model_dump(),
        safety_notes=draft.safety_notes,
        tools=draft.tools,
        steps=draft.steps,
        suggested_category_ids=fitting(entry, category_names(session)) if entry.covers == "pieces" else [],
        loaded=_loaded(session, entry, loaded, versions) if loaded else None,
        comparison=compare_with(current, newer) if is_newer and current else None,
    )


def category_names(session: Session) -> dict[int, str]:
    """Code and both names of each category, folded."""
    wanted = select(EquipmentCategory.id, EquipmentCategory.code, EquipmentCategory.search_text)
    rows = session.execute(wanted.where(EquipmentCategory.archived_at.is_(None)))
    return {row.id: f"{fold(row.code)} {row.search_text}" for row in rows}


def _loaded(session: Session, entry: Entry, loaded: LibraryProcedure, versions: list[VersionView]) -> LoadedView:
    procedure: Procedure = loaded.procedure
    plans = [_loaded_plan(session, entry, loaded.language, row) for row in loaded.plans]
    return LoadedView(
        language=loaded.language,
        edition=loaded.edition,
        procedure_id=procedure.id,
        procedure_code=procedure.code,
        loaded_at=loaded.loaded_at,
        loaded_by_name=loaded.loaded_by_name,
        is_edited=_digest(versions) != loaded.digest,
        plans=plans,
    )


def _loaded_plan(session: Session, entry: Entry, language: str, row: LibraryPlan) -> LoadedPlanView:
    """A newer edition is told of where it says something else than the plan was loaded with."""
    newer, changes, now = None, {}, input_of(session, row.plan)
    if entry.edition > row.edition and row.key in entry.plan_keys:
        offered = plan_input(entry, row.key, language)
        if plan_digest(offered) != row.digest:
            newer, changes = words(entry, row.key, language), plan_changes(now, offered)
    return LoadedPlanView(
        key=row.key,
        plan_id=row.plan_id,
        plan_title=row.plan.title,
        is_edited=plan_digest(now) != row.digest,
        dates=dates_in_words(now),
        newer=newer,
        changes=changes,
    )
