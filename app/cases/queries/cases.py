"""What is told of cases, and the search for them by words."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.cases.models import CaseText
from app.cases.queries.matching import matching, seen_by
from app.cases.rules.filing import marks
from app.cases.rules.ranking import Asked, Candidate, Outcome, held, nearness
from app.cases.rules.words import asked
from app.cases.schemas import CaseView, HeldView, Near
from app.core.db.bulk import among
from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment, EquipmentModel
from app.equipment.queries import get_equipment, mode_names
from app.parts.models import Part
from app.places.models import Site
from app.resources.models import PartUsage
from app.workorders.models import Resolution, WorkOrder
from app.workorders.rules.states import DONE, order_number

NEAREST = 50
JUDGED = 500  # the latest cures by which is said how often one held


def cases_with(
    session: Session,
    q: str = "",
    *,
    equipment_id: int | None = None,
    failure_mode: str | None = None,
    by: Actor,
    on: date,
    limit: int = NEAREST,
) -> list[CaseView]:
    """Cases with every word asked for: of the piece's model first, then of its category, then the latest."""
    require(by, Permission.READ)
    words = asked(q)
    if q.strip() and not words:
        return []
    piece = get_equipment(session, equipment_id, by=by) if equipment_id is not None else None
    like = Asked(tuple(words), 0, *((piece.model_id, piece.category_id) if piece else (None, None)))
    groups = [*([word] for word in words), *([mark] for mark in marks(failure_mode=failure_mode)), *seen_by(by)]
    near = [marks(model_id=like.model_id), marks(category_id=like.category_id)]
    found = [matching(session, groups, limit), *(matching(session, [*groups, kin], limit) for kin in near if kin)]
    ids = {key for statement in found for key in session.scalars(statement)}
    cases = sorted(candidates(session, ids), key=lambda case: (nearness(like, case), -case.order_id))
    return told(session, like, cases, by=by, on=on, limit=limit)


def candidates(session: Session, ids: Collection[int]) -> list[Candidate]:
    columns = (CaseText.order_id, CaseText.model_id, CaseText.category_id, CaseText.failure_mode, CaseText.words)
    rows = session.execute(select(*columns).where(among(session, CaseText.order_id, sorted(ids)))).all()
    return [Candidate(*row[:4], frozenset(row.words.split())) for row in rows]


def told(
    session: Session,
    like: Asked,
    cases: Sequence[Candidate],
    *,
    by: Actor,
    on: date,
    limit: int,
) -> list[CaseView]:
    """The first of them in words, none of a site that the reader does not see, whatever the index said."""
    near = {case.order_id: nearness(like, case).name.lower() for case in cases[:limit]}
    rows = {row.order_id: row for row in _rows(session, list(near), by=by)}
    parts = _parts(session, list(rows))
    cures = _cures(session, rows.values(), by=by, on=on)
    modes = mode_names(session)
    views = []
    for order_id, nearest in near.items():
        if (row := rows.get(order_id)) is not None:
            says = row._asdict()
            model = " ".join(part for part in (says.pop("manufacturer"), says.pop("reference")) if part) or None
            more = {"number": order_number(order_id), "near": cast("Near", nearest), "model": model}
            more["failure_mode_name"] = modes.get(row.failure_mode, row.failure_mode)
            cure = (says.pop("category_id"), row.failure_mode, row.kind)
            views.append(CaseView(**says, **more, parts=parts.get(order_id, []), held=cures.get(cure, [])))
    return views


def _rows(session: Session, ids: Collection[int], *, by: Actor) -> Sequence[Any]:
    statement = (
        select(
            CaseText.order_id,
            WorkOrder.title,
            WorkOrder.equipment_id,
            Equipment.tag,
            EquipmentModel.manufacturer,
            EquipmentModel.reference,
            Site.name.label("site"),
            CaseText.category_id,
            CaseText.failed_again_on,
            *(getattr(Resolution, name) for name in TOLD),
        )
        .join(WorkOrder, WorkOrder.id == CaseText.order_id)
        .join(Resolution, and_(Resolution.order_id == WorkOrder.id, Resolution.is_current))
        .join(Site, Site.id == WorkOrder.site_id)
        .outerjoin(Equipment, Equipment.id == WorkOrder.equipment_id)
        .outerjoin(EquipmentModel, EquipmentModel.id == Equipment.model_id)
        .where(among(session, CaseText.order_id, sorted(ids)), WorkOrder.state.in_(DONE))
    )
    if by.site_ids is not None:
        statement = statement.where(WorkOrder.site_id.in_(by.site_ids))
    return session.execute(statement).all()


def _parts(session: Session, order_ids: Sequence[int]) -> dict[int, list[str]]:
    """What was taken for them and not brought back."""
    taken = func.sum(PartUsage.quantity - PartUsage.returned)
    used = (
        select(PartUsage.order_id, Part.name, taken)
        .join(Part, Part.id == PartUsage.part_id)
        .where(among(session, PartUsage.order_id, sorted(order_ids)))
        .group_by(PartUsage.order_id, Part.id, Part.name)
        .having(taken > 0)
        .order_by(PartUsage.order_id, Part.id)
    )
    found: dict[int, list[str]] = {}
    for order_id, name, count in session.execute(used):
        found.setdefault(order_id, []).append(f"{count} × {name}")
    return found


TOLD = ("done_on", "failure_mode", "failure_cause", "observed", "kind", "restoration", "method_note", "explanation",
        "minutes_spent")  # fmt: skip


def _cures(session: Session, rows: Collection[Any], *, by: Actor, on: date) -> dict[Any, list[HeldView]]:
    """How often each kind of cure held, for each failure mode and category that these cases have."""
    ways = {(row.category_id, row.failure_mode, row.kind) for row in rows if row.category_id and row.failure_mode}
    if not ways:
        return {}
    latest = (
        select(CaseText.category_id, CaseText.failure_mode, CaseText.kind, CaseText.done_on, CaseText.failed_again_on)
        .where(
            CaseText.category_id.in_({way[0] for way in ways}),
            CaseText.failure_mode.in_({way[1] for way in ways}),
            CaseText.is_failure,
        )
        .order_by(CaseText.order_id.desc())
        .limit(JUDGED)
    )
    if by.site_ids is not None:
        latest = latest.where(CaseText.site_id.in_(by.site_ids))
    outcomes: dict[Any, list[Outcome]] = {}
    for category_id, mode, kind, done_on, again_on in session.execute(latest):
        outcomes.setdefault((category_id, mode, kind), []).append(Outcome(done_on, again_on))
    return {way: [HeldView.model_validate(each) for each in held(outcomes.get(way, []), on)] for way in ways}
