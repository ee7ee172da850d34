"""S24: the targets of one family on one item are judged together, and what is merged becomes part of the order."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row as ResultRow
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.core import clock
from app.engine.actions.orders import BY, find_open_order
from app.engine.queries import held_targets
from app.ledger.models import Occurrence
from app.ledger.queries.families import done_cycles, tolerances
from app.ledger.rules.deciding import decide
from app.ledger.rules.facts import Decision, Facts
from app.ledger.rules.families import Member, decide_together
from app.plans.models import MaintenancePlan, PlanTarget, PlanVersion
from app.procedures.models import Procedure, ProcedureVersion
from app.procedures.queries.versions import is_in_force
from app.workorders.models import WorkOrder, WorkOrderEvent, WorkOrderProcedure
from app.workorders.queries.procedures import version_ids_of

Judged = tuple[ResultRow[Any], Facts]


def judge_families(
    session: Session, items: Sequence[Judged], *, now: datetime, limit: int, failures: dict[int, str]
) -> Iterator[tuple[ResultRow[Any], Facts, Decision]]:
    """One that raises is left out, named in `failures`; the rest of its family is judged without it (S18)."""
    ids = [state.id for state, _ in items]
    done, held = done_cycles(session, ids), held_targets(session, ids)
    tolerance = tolerances(session, {state.family_id for state, _ in items})
    groups: defaultdict[tuple[Any, ...], list[Judged]] = defaultdict(list)
    for state, facts in items:
        groups[state.family_id, state.item_id, state.location_id].append((state, facts))
    for (family_id, *_), group in groups.items():
        today = clock.today(now, group[0][0].time_zone)
        members = [
            Member(state.id, state.rank or 0, facts, done.get(state.id), (state.id, f"N:{facts.counter}") in held)
            for state, facts in group
        ]
        decisions = _decided(members, tolerance[family_id], today, limit, failures)
        for state, facts in group:
            if state.id in decisions:
                yield state, facts, decisions[state.id]


def _decided(
    members: Sequence[Member], tolerance: int, today: Any, limit: int, failures: dict[int, str]
) -> dict[int, Decision]:
    try:
        return decide_together(members, tolerance, today, limit)
    except Exception as error:  # noqa: BLE001 - whatever a plan does, it stops nobody else (S18)
        sound = [member for member in members if _is_sound(member, today, limit, failures)]
        if len(sound) < len(members):
            return _decided(sound, tolerance, today, limit, failures)
        failures.update({member.target_id: f"{type(error).__name__}: {error}"[:500] for member in members})
        return {}


def _is_sound(member: Member, today: Any, limit: int, failures: dict[int, str]) -> bool:
    try:
        decide(member.facts, today, limit)
    except Exception as error:  # noqa: BLE001
        failures[member.target_id] = f"{type(error).__name__}: {error}"[:500]
        return False
    return True


def take_in(session: Session, decided: Sequence[tuple[int, Decision]], *, now: datetime) -> None:
    """The steps of merged cycles go into the orders that they were merged into, where these are still to be done."""
    merged: dict[tuple[int, str], dict[int, None]] = {}
    for target_id, decision in decided:
        verdicts = [row.verdict for row in decision.rows] + [change.verdict for change in decision.changes]
        for verdict in verdicts:
            if verdict.of is not None and verdict.named is not None:
                merged.setdefault((verdict.of, verdict.named), {})[target_id] = None
    if not merged:
        return
    parts = _parts(session, {target_id for lower in merged.values() for target_id in lower})
    for (target_id, key), lower in merged.items():
        order = find_open_order(session, target_id, key)
        if order is not None:
            for lower_id in lower:
                add_part(session, order, parts[lower_id], now=now)
    session.flush()


def _parts(session: Session, target_ids: Collection[int]) -> Mapping[int, Any]:
    rows = session.execute(
        select(
            PlanTarget.id,
            MaintenancePlan.code,
            PlanVersion.title,
            PlanVersion.instructions,
            func.coalesce(PlanVersion.estimate_minutes, ProcedureVersion.estimate_minutes).label("estimate_minutes"),
            PlanVersion.requires_photo,
            PlanVersion.requires_signature,
            ProcedureVersion.id.label("procedure_version_id"),
        )
        .join(MaintenancePlan, MaintenancePlan.id == PlanTarget.plan_id)
        .join(
            PlanVersion,
            (PlanVersion.plan_id == MaintenancePlan.id) & (PlanVersion.number == MaintenancePlan.current_number),
        )
        .outerjoin(Procedure, Procedure.id == PlanVersion.procedure_id)
        .outerjoin(ProcedureVersion, is_in_force())
        .where(PlanTarget.id.in_(target_ids))
    )
    return {row.id: row for row in rows}


def add_part(session: Session, order: WorkOrder, part: Any, *, now: datetime) -> None:
    """Once a plan, however many of its cycles the order takes in."""
    heading = f"+ {part.title} ({part.code})"
    if heading in (order.instructions or "").splitlines():
        return
    part_text = "\n".join(filter(None, (heading, part.instructions)))
    order.instructions = f"{order.instructions}\n\n{part_text}" if order.instructions else part_text
    order.estimate_minutes = (order.estimate_minutes or 0) + (part.estimate_minutes or 0) or None
    order.requires_photo = order.requires_photo or part.requires_photo
    order.requires_signature = order.requires_signature or part.requires_signature
    if part.procedure_version_id is not None:
        add_procedure(session, order, part.procedure_version_id)
    if order.created_at != now:  # known to people already
        order.version += 1
    session.add(WorkOrderEvent(order_id=order.id, at=now, user_name=BY, kind="merged", reason=heading.lstrip("+ ")))


def add_procedure(session: Session, order: WorkOrder, version_id: int) -> None:
    """Its steps follow those that the order has (workorders/queries/procedures.py)."""
    known = version_ids_of(session, order)
    if version_id not in known:
        session.add(WorkOrderProcedure(order_id=order.id, procedure_version_id=version_id, position=len(known)))
        session.flush()


def restore_parts(session: Session, order: WorkOrder, key: str, *, now: datetime) -> None:
    """After an order was written anew from its own plan (S36): their procedures are those in force now, too."""
    session.execute(delete(WorkOrderProcedure).where(WorkOrderProcedure.order_id == order.id))
    lower = select(Occurrence.target_id).where(
        Occurrence.because_target_id == order.target_id, Occurrence.because_key == key, Occurrence.fate == "merged"
    )
    parts = _parts(session, set(session.scalars(lower)))
    for target_id in sorted(parts):
        add_part(session, order, parts[target_id], now=now)
