"""The steps of an order as they are being done: what applies, what was answered, what was read before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select, union_all
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.security import Actor
from app.interventions.models import StepResult
from app.interventions.rules.answers import Progress, progress_of, series_of
from app.procedures.models import ProcedureVersion
from app.procedures.queries.steps import OrderStep, Section
from app.procedures.rules.conditions import applying
from app.procedures.rules.steps import OnFailure, StepKind
from app.workorders.models import WorkOrder
from app.workorders.queries.orders import get_plain_order
from app.workorders.queries.procedures import steps_of

FORMER = 3
SIZES = (1, 4, 8, 16, 32, 64, 128)  # series asked for at once: few statements are put together
BEYOND = 2**62
UNCOMPARED = (StepKind.PHOTO, StepKind.CHECK)  # what was done or photographed before says nothing now


@dataclass(frozen=True, slots=True)
class Doing:
    """One step on one order; `former` are the answers on earlier orders of the item, the newest first."""

    asked: OrderStep
    applies: bool
    result: StepResult | None
    former: Sequence[Any]

    @property
    def is_proposed(self) -> bool:
        """Whether a follow-up is proposed for it."""
        failed = self.applies and self.result is not None and self.result.is_failed
        return failed and self.asked.step.on_failure is OnFailure.FOLLOW_UP

    @property
    def is_flagged(self) -> bool:
        """Whether it is a finding."""
        failed = self.applies and self.result is not None and self.result.is_failed
        return failed and self.asked.step.on_failure is not OnFailure.NONE


@dataclass(frozen=True, slots=True)
class Thread:
    """All steps of an order, section by section."""

    sections: list[tuple[Section, list[Doing]]]
    progress: Progress

    @property
    def steps(self) -> list[Doing]:
        return [doing for _section, own in self.sections for doing in own]

    def step(self, step_id: int) -> Doing:
        found = next((doing for doing in self.steps if doing.asked.id == step_id), None)
        if found is None:
            raise NotFound("not_found", N_("This order has no such step."))
        return found

    @property
    def missing(self) -> list[Doing]:
        """Mandatory, and without an answer."""
        return [doing for doing in self.steps if doing.asked.number in self.progress.missing]

    def depending_on(self, number: int) -> list[Doing]:
        """Steps that an answer to this one may show or hide, at any remove."""
        found = {number}
        for doing in self.steps:
            if doing.asked.step.only_if_position in found:
                found.add(doing.asked.number)
        return [doing for doing in self.steps if doing.asked.number in found - {number}]


def thread_of(session: Session, order: WorkOrder, *, with_former: bool = True) -> Thread:
    """A few statements, however many steps there are; none of them where no procedure says how."""
    sections = steps_of(session, order)
    steps = [asked for section in sections for asked in section.steps]
    results = {row.step_id: row for row in session.scalars(_current([order.id]))} if steps else {}
    former = _former(session, order, steps, results) if with_former and steps else {}
    outcomes = outcomes_of(steps, results)
    plain = [asked.step for asked in steps]
    applies = applying(plain, outcomes)
    shown = [
        (
            section,
            [
                Doing(asked, asked.number in applies, results.get(asked.id), former.get(series_of(asked.step), ()))
                for asked in section.steps
            ],
        )
        for section in sections
    ]
    return Thread(shown, progress_of(plain, outcomes))


def get_thread(session: Session, order_id: int, *, by: Actor) -> Thread:
    return thread_of(session, get_plain_order(session, order_id, by=by))


def outcomes_of(steps: Sequence[OrderStep], results: Mapping[int, StepResult]) -> dict[int, str]:
    return {asked.number: results[asked.id].outcome for asked in steps if asked.id in results}


def _current(order_ids: Sequence[int]) -> Any:
    return select(StepResult).where(StepResult.order_id.in_(order_ids), StepResult.is_current)


def _former(
    session: Session, order: WorkOrder, steps: Sequence[OrderStep], results: Mapping[int, StepResult]
) -> dict[str, list[StepResult]]:
    """By series. Of an order that has ended, only what came before its own answers."""
    wanted = {series_of(asked.step) for asked in steps if asked.step.kind not in UNCOMPARED}
    if not wanted:
        return {}
    item = "equipment_id" if order.equipment_id is not None else "location_id"
    before = BEYOND if order.is_open or not results else min(row.id for row in results.values())
    names = sorted(wanted)
    room = next(size for size in (*SIZES, len(names)) if size >= len(names))
    said: dict[str, Any] = {f"series{n}": names[min(n, len(names) - 1)] for n in range(room)}
    said |= {"item": getattr(order, item), "order_id": order.id, "before": before}
    former: dict[str, list[StepResult]] = {}
    for row in session.scalars(_newest(item, room), said):
        former.setdefault(row.series, []).append(row)
    return former


@cache
def _newest(item: str, count: int) -> Any:
    """The last answers in so many series of one item; put together once for each count, since to compile it takes
    longer than to run it. An index has each series in order.
    """
    column = getattr(StepResult, item)
    of_item = select(StepResult.id).where(column == bindparam("item"), StepResult.is_current)
    earlier = of_item.where(StepResult.order_id != bindparam("order_id"), StepResult.id < bindparam("before"))
    ordered = earlier.order_by(StepResult.id.desc()).limit(FORMER)
    each = [ordered.where(StepResult.series == bindparam(f"series{n}")).subquery() for n in range(count)]
    ids = union_all(*(select(found.c.id) for found in each))
    return select(StepResult).where(StepResult.id.in_(ids)).order_by(StepResult.id.desc())


def precautions_of(session: Session, thread: Thread) -> Sequence[Any]:
    """`safety_notes` and `tools` of each version, in the thread's order."""
    ids = list(dict.fromkeys(section.version_id for section, _steps in thread.sections))
    if not ids:
        return []
    columns = (ProcedureVersion.id, ProcedureVersion.safety_notes, ProcedureVersion.tools)
    found = {row.id: row for row in session.execute(select(*columns).where(ProcedureVersion.id.in_(ids)))}
    return [found[key] for key in ids]
