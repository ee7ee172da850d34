"""A visit is begun, broken off, ended; and its orders are done, many of them at once."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import AppError, Conflict, InvalidInput
from app.core.i18n import N_, gettext
from app.core.security import Actor, Permission, require
from app.interventions.actions import complete_work_order
from app.interventions.schemas import CompletionInput
from app.journal import actions as journal
from app.ledger.queries.families import lock_together
from app.visits.actions.making import ENTITY, open_visit
from app.visits.models import Visit
from app.visits.queries.visits import stops_of, visit_row, walked
from app.visits.rules import move
from app.visits.schemas import DoneView, NothingFound
from app.workorders.models import WorkOrder
from app.workorders.rules.states import order_number

BATCH = 200


def start_visit(session: Session, visit_id: int, *, version: int | None = None, by: Actor, now: datetime) -> Visit:
    """Whoever starts a visit that nobody has takes it."""
    visit = _pass_to(session, visit_id, "start", version=version, by=by, now=now)
    visit.started_at = visit.started_at or now
    visit.person_id = visit.person_id or by.person_id
    session.flush()
    return visit


def stop_visit(session: Session, visit_id: int, *, version: int | None = None, by: Actor, now: datetime) -> Visit:
    """Broken off; it can be taken up again."""
    visit = _pass_to(session, visit_id, "stop", version=version, by=by, now=now)
    visit.stopped_at = now
    session.flush()
    return visit


def end_visit(session: Session, visit_id: int, *, version: int | None = None, by: Actor, now: datetime) -> Visit:
    """Over: what is still open may go into another visit."""
    visit = _pass_to(session, visit_id, "end", version=version, by=by, now=now)
    visit.stopped_at = now
    session.flush()
    return visit


def end_walked_visits(session: Session, *, now: datetime) -> int:
    """Whoever did the last order, from wherever: its visit is over. Answers how many were ended."""
    ids = session.scalars(walked(BATCH).with_for_update(skip_locked=True)).all()
    for visit_id in ids:
        end_visit(session, visit_id, by=Actor.system(), now=now)
    return len(ids)


def complete_orders(session: Session, visit_id: int, data: NothingFound, *, by: Actor, now: datetime) -> list[DoneView]:
    """« Done for these 13, nothing found »: each keeps its own report; what cannot be done so is named and left open.

    All in one transaction. 1. What several writers lock is locked first: targets by their ids, then orders by theirs
    (S16). 2. Each order is completed by the ordinary action behind a savepoint. 3. The last one ends the visit.
    """
    visit = visit_row(session, visit_id, by=by, is_locked=True)
    require(by, Permission.WORK, site_id=visit.site_id)
    inside = {stop.order_id for stop in stops_of(session, visit_id)}
    if not inside.issuperset(data.order_ids):
        raise InvalidInput.at("order_ids", "not_in_visit", N_("This order is not in the visit."))
    order_ids = sorted(set(data.order_ids))
    targets = select(WorkOrder.target_id).where(WorkOrder.id.in_(order_ids), WorkOrder.target_id.is_not(None))
    lock_together(session, [target_id for target_id in session.scalars(targets) if target_id is not None])
    locked = select(WorkOrder).where(WorkOrder.id.in_(order_ids)).order_by(WorkOrder.id).with_for_update()
    orders = session.scalars(locked, execution_options={"populate_existing": True}).all()
    said = {"minutes_spent": data.minutes_each, "observed": data.observed, "done_on": data.done_on}
    report = CompletionInput.model_validate({name: value for name, value in said.items() if value is not None})
    results = [_complete(session, order, report, by=by, now=now) for order in orders]
    if visit.state != "ended" and not any(stop.is_open for stop in stops_of(session, visit_id)):
        end_visit(session, visit_id, by=by, now=now)
    return results


def _complete(session: Session, order: WorkOrder, report: CompletionInput, *, by: Actor, now: datetime) -> DoneView:
    order_id = order.id
    why = None
    try:
        if order.type == "corrective":
            raise Conflict("needs_report", N_("A repair has something to tell: report it on its own."))
        with session.begin_nested():
            complete_work_order(session, order_id, report, by=by, now=now)
    except AppError as error:
        told = [(field.message, field.params) for field in error.fields] or [(error.message, error.params)]
        why = " ".join(gettext(text) % dict(params) if params else gettext(text) for text, params in told)
    return DoneView(order_id=order_id, number=order_number(order_id), is_done=why is None, why=why)


def _pass_to(session: Session, visit_id: int, name: str, *, version: int | None, by: Actor, now: datetime) -> Visit:
    visit = open_visit(session, visit_id, version=version, by=by)
    before = visit.state
    visit.state = move(before, name)
    visit.version += 1
    session.flush()
    changes = {"state": [before, visit.state]}
    journal.record_change(session, name, ENTITY, visit.id, changes, by=by, now=now, site_id=visit.site_id)
    return visit
