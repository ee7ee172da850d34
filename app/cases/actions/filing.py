"""The clock files what was reported since: a report is its own entry in the queue, until it `is_filed`.

A report that is replaced or taken back by reopening comes into the queue again, and its case goes.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.cases.models import CaseText
from app.cases.rules import filing
from app.cases.rules.words import kept
from app.core.clock import today
from app.core.db import table_of
from app.core.db.bulk import among
from app.equipment.models import Equipment, EquipmentModel, FailureCode
from app.places.models import Site
from app.workorders.models import Comment, Resolution, WorkOrder
from app.workorders.rules.states import DONE

BATCH = 1000


def file_cases(session: Session) -> int:
    """The next reports, at most `BATCH`; answers how many there were."""
    queued = select(Resolution.id, Resolution.order_id).where(~Resolution.is_filed).order_by(Resolution.id)
    reports = session.execute(queued.limit(BATCH).with_for_update(skip_locked=True)).all()
    if not reports:
        return 0
    orders = sorted({report.order_id for report in reports})
    before = select(CaseText.equipment_id).where(among(session, CaseText.order_id, orders))
    pieces = set(session.scalars(before))
    session.execute(delete(CaseText).where(among(session, CaseText.order_id, orders)))
    comments, modes = _comments(session, orders), _modes(session)
    cases = [
        case_of(row, (*comments.get(row.id, ()), *modes.get(row.failure_mode, ())))
        for row in _resolved(session, orders)
        if filing.is_case(row, row)
    ]
    if cases:
        session.execute(insert(table_of(CaseText)), cases)
    filed = update(Resolution).where(among(session, Resolution.id, [report.id for report in reports]))
    session.execute(filed.values(is_filed=True), execution_options={"synchronize_session": False})
    note_repeats(session, pieces | {case["equipment_id"] for case in cases})
    return len(reports)


def _resolved(session: Session, order_ids: Sequence[int]) -> Sequence[Any]:
    return session.execute(
        select(
            WorkOrder.id,
            WorkOrder.type,
            WorkOrder.origin,
            WorkOrder.title,
            WorkOrder.created_at,
            WorkOrder.asked_at,
            WorkOrder.site_id,
            WorkOrder.equipment_id,
            Equipment.tag,
            Equipment.model_id,
            Equipment.category_id,
            EquipmentModel.manufacturer,
            EquipmentModel.reference,
            Site.time_zone,
            Resolution.kind,
            Resolution.finding,
            Resolution.failure_mode,
            Resolution.observed,
            Resolution.explanation,
            Resolution.method_note,
            Resolution.down_from,
            Resolution.done_on,
        )
        .join(Resolution, and_(Resolution.order_id == WorkOrder.id, Resolution.is_current))
        .join(Site, Site.id == WorkOrder.site_id)
        .outerjoin(Equipment, Equipment.id == WorkOrder.equipment_id)
        .outerjoin(EquipmentModel, EquipmentModel.id == Equipment.model_id)
        .where(among(session, WorkOrder.id, order_ids), WorkOrder.state.in_(DONE))
    ).all()


def _comments(session: Session, order_ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    said = select(Comment.order_id, Comment.text).where(among(session, Comment.order_id, order_ids))
    for order_id, text in session.execute(said.order_by(Comment.id)):
        found.setdefault(order_id, []).append(text)
    return found


def _modes(session: Session) -> dict[str | None, list[str]]:
    """What the house calls failure modes of its own, in both languages."""
    found: dict[str | None, list[str]] = {}
    named = select(FailureCode.code, FailureCode.name, FailureCode.name_fr)
    for code, *names in session.execute(named.where(FailureCode.kind == "mode", FailureCode.name.is_not(None))):
        found.setdefault(code, []).extend(filter(None, names))
    return found


def case_of(row: Any, more: Iterable[str]) -> dict[str, Any]:
    """`more`: what else was said of it, such as comments; after its own words, where there is room for them."""
    where = {"site_id": row.site_id, "model_id": row.model_id, "category_id": row.category_id}
    mode = (row.failure_mode or "").replace("_", " ")
    said = (row.title, row.observed, row.explanation, row.method_note, mode)
    return where | {
        "order_id": row.id,
        "equipment_id": row.equipment_id,
        "kind": row.kind,
        "failure_mode": row.failure_mode,
        "is_failure": filing.is_failure(row, row),
        "failed_on": filing.failed_on(
            asked_on=today(row.asked_at or row.created_at, row.time_zone),
            down_on=today(row.down_from, row.time_zone) if row.down_from else None,
            done_on=row.done_on,
            is_corrective=row.type == "corrective",
        ),
        "done_on": row.done_on,
        "words": kept(
            filing.marks(**where, failure_mode=row.failure_mode), *said, row.tag, row.manufacturer, row.reference, *more
        ),
    }


def note_repeats(session: Session, piece_ids: Collection[int | None]) -> None:
    """For each failure of these pieces, the day of the next one; a routine visit cured nothing that could come back."""
    ids = sorted(key for key in piece_ids if key is not None)
    if not ids:
        return
    later = aliased(CaseText)
    either_unknown = or_(later.failure_mode.is_(None), CaseText.failure_mode.is_(None))
    again = select(func.min(later.failed_on)).where(
        later.equipment_id == CaseText.equipment_id,
        later.is_failure,
        later.order_id > CaseText.order_id,
        later.failed_on >= CaseText.done_on,
        or_(either_unknown, later.failure_mode == CaseText.failure_mode),
    )
    repeated = update(CaseText).where(CaseText.is_failure, among(session, CaseText.equipment_id, ids))
    session.execute(
        repeated.values(failed_again_on=again.scalar_subquery()), execution_options={"synchronize_session": False}
    )


def follow_pieces(session: Session) -> int:
    """Nightly: a piece whose model or category was set right is found by them; answers how many cases move."""
    moved = (
        select(CaseText.order_id)
        .join(Equipment, Equipment.id == CaseText.equipment_id)
        .where(
            or_(
                CaseText.category_id.is_distinct_from(Equipment.category_id),
                CaseText.model_id.is_distinct_from(Equipment.model_id),
            )
        )
    )
    again = update(Resolution).where(Resolution.order_id.in_(moved), Resolution.is_current)
    return session.execute(again.values(is_filed=False), execution_options={"synchronize_session": False}).rowcount  # type: ignore[attr-defined, no-any-return]
