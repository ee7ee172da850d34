"""The steps of one or several versions, put together as they are done."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.procedures.models import Procedure, ProcedureStep, ProcedureVersion
from app.procedures.rules.merging import merged
from app.procedures.rules.steps import OnFailure, Step, StepKind


@dataclass(frozen=True, slots=True)
class OrderStep:
    """`id` is the step's own, which an answer names; `number` (from 1) is its place on the order, and what the
    condition in `step` refers to.
    """

    id: int
    number: int
    step: Step


@dataclass(frozen=True, slots=True)
class Section:
    """Steps that stand together: of one version, under one heading or none."""

    procedure_id: int
    procedure_title: str
    version_id: int
    version_number: int
    name: str | None
    steps: list[OrderStep]


def step_of(row: ProcedureStep) -> Step:
    return Step(
        kind=StepKind(row.kind),
        title=row.title,
        section=row.section,
        text=row.text,
        is_mandatory=row.is_mandatory,
        minimum=_decimal(row.minimum),
        maximum=_decimal(row.maximum),
        unit=row.unit,
        choices=tuple(row.choices),
        meter=row.meter,
        on_failure=OnFailure(row.on_failure),
        only_if_position=row.only_if_position,
        only_if_answer=row.only_if_answer,
    )


def _decimal(said: str | None) -> Decimal | None:
    return None if said is None else Decimal(said)


def sections_of(session: Session, version_ids: Sequence[int]) -> list[Section]:
    """The steps of these versions in this order, each asked once; two statements, however many there are."""
    if not version_ids:
        return []
    heads = {row.id: row for row in session.execute(_heads(version_ids))}
    rows: dict[int, list[ProcedureStep]] = {version_id: [] for version_id in version_ids}
    steps = select(ProcedureStep).where(ProcedureStep.procedure_version_id.in_(version_ids))
    for row in session.scalars(steps.order_by(ProcedureStep.position)):
        rows[row.procedure_version_id].append(row)
    found: list[Section] = []
    for number, placed in enumerate(merged([[step_of(row) for row in rows[key]] for key in version_ids]), 1):
        head = heads[version_ids[placed.procedure]]
        own = OrderStep(rows[head.id][placed.position - 1].id, number, placed.step)
        last = found[-1] if found else None
        if last is None or (last.version_id, last.name) != (head.id, placed.step.section):
            last = Section(head.procedure_id, head.title, head.id, head.number, placed.step.section, [])
            found.append(last)
        last.steps.append(own)
    return found


def _heads(version_ids: Sequence[int]) -> Any:
    return (
        select(ProcedureVersion.id, ProcedureVersion.number, Procedure.id.label("procedure_id"), Procedure.title)
        .join(Procedure, Procedure.id == ProcedureVersion.procedure_id)
        .where(ProcedureVersion.id.in_(version_ids))
    )
