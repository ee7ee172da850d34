"""Who works on an order, how long, with what, and what that cost."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session, joinedload

from app.core.db.bulk import among
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.parts.models import Part
from app.people.models import Person
from app.people.schemas import PersonView
from app.places.models import Organisation, Site
from app.places.rules import require_whole_house
from app.procedures.models import ProcedurePart
from app.resources.models import CostLine, PartUsage, TimeEntry
from app.resources.rules import Costs, labour
from app.resources.schemas import CostsView, RatesView, RateView
from app.workorders.models import WorkOrder, WorkOrderPerson
from app.workorders.queries.orders import colleagues, get_plain_order
from app.workorders.queries.procedures import version_ids_of


def times_of(session: Session, order_id: int) -> Sequence[TimeEntry]:
    found = select(TimeEntry).where(TimeEntry.order_id == order_id).options(joinedload(TimeEntry.person))
    return session.scalars(found.order_by(TimeEntry.worked_on, TimeEntry.id)).all()


def running_on(session: Session, order_id: int, *, person_id: int | None = None) -> Sequence[TimeEntry]:
    found = select(TimeEntry).where(TimeEntry.order_id == order_id, TimeEntry.minutes.is_(None))
    return session.scalars(found if person_id is None else found.where(TimeEntry.person_id == person_id)).all()


def minutes_on(session: Session, order_id: int) -> int:
    """Of everybody, timers that run left out."""
    return session.scalar(select(func.sum(TimeEntry.minutes)).where(TimeEntry.order_id == order_id)) or 0


def entry_row(session: Session, order_id: int, entry_id: int) -> TimeEntry:
    entry = session.get(TimeEntry, entry_id)
    if entry is None or entry.order_id != order_id:
        raise _no_such_line()
    return entry


def usages_of(session: Session, order_id: int) -> Sequence[PartUsage]:
    found = select(PartUsage).where(PartUsage.order_id == order_id).options(joinedload(PartUsage.part))
    return session.scalars(found.order_by(PartUsage.id)).all()


def usage_row(session: Session, order_id: int, usage_id: int) -> PartUsage:
    usage = session.get(PartUsage, usage_id)
    if usage is None or usage.order_id != order_id:
        raise _no_such_line()
    return usage


def planned_parts(session: Session, order: WorkOrder) -> Sequence[Any]:
    """What the order's procedures say to take along, with what lies on the shelf."""
    versions = version_ids_of(session, order)
    if not versions:
        return []
    columns = (Part.id, Part.reference, Part.name, Part.unit, Part.stock, ProcedurePart.quantity)
    found = select(*columns).join(ProcedurePart, ProcedurePart.part_id == Part.id)
    wanted = found.where(ProcedurePart.procedure_version_id.in_(versions), Part.archived_at.is_(None))
    return session.execute(wanted.order_by(Part.sort_name, Part.id)).all()


def cost_lines_of(session: Session, order_id: int) -> Sequence[CostLine]:
    found = select(CostLine).where(CostLine.order_id == order_id).options(joinedload(CostLine.supplier))
    return session.scalars(found.order_by(CostLine.id)).all()


def cost_line_row(session: Session, order_id: int, line_id: int) -> CostLine:
    line = session.get(CostLine, line_id)
    if line is None or line.order_id != order_id:
        raise _no_such_line()
    return line


def _no_such_line() -> NotFound:
    return NotFound("not_found", N_("This line does not exist on this order."))


def helpers_of(session: Session, order_id: int) -> Sequence[WorkOrderPerson]:
    """Who works on it beside the assignee."""
    found = select(WorkOrderPerson).where(WorkOrderPerson.order_id == order_id)
    return session.scalars(
        found.options(joinedload(WorkOrderPerson.person)).order_by(WorkOrderPerson.added_at, WorkOrderPerson.person_id)
    ).all()


def house_currency(session: Session) -> str:
    return session.scalar(select(Organisation.currency)) or "EUR"


def costs_of(session: Session, order_ids: Collection[int]) -> dict[int, Costs]:
    """Of many orders, in four statements; no entry for what cost nothing."""
    own = house_currency(session)
    times: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    sums: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    others: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    ids = list(order_ids)
    for row in session.execute(_times().where(among(session, TimeEntry.order_id, ids))):
        times[row.order_id].append((row.minutes, row.rate_minor))
    parts, lines = (among(session, table.order_id, ids) for table in (PartUsage, CostLine))
    for statement in (_parts().where(parts), _lines().where(lines)):
        for row in session.execute(statement):
            kind, found = (row.kind, sums) if row.currency == own else (row.currency, others)
            found[row.order_id][kind] += int(row.amount)
    found_for = {*times, *sums, *others}
    return {key: _put_together(times[key], sums[key], others[key]) for key in found_for}


def _times() -> Any:
    """Minutes of one rate are added up before the cost is rounded."""
    spent = func.sum(TimeEntry.minutes).label("minutes")
    ended = select(TimeEntry.order_id, TimeEntry.rate_minor, spent).where(TimeEntry.minutes.is_not(None))
    return ended.group_by(TimeEntry.order_id, TimeEntry.rate_minor)


def _parts() -> Any:
    amount = func.sum((PartUsage.quantity - PartUsage.returned) * PartUsage.unit_cost_minor).label("amount")
    kind = literal("parts").label("kind")
    used = select(PartUsage.order_id, PartUsage.currency, kind, amount)
    known = used.where(PartUsage.unit_cost_minor.is_not(None))
    return known.group_by(PartUsage.order_id, PartUsage.currency).order_by(PartUsage.currency)


def _lines() -> Any:
    amount = func.sum(CostLine.amount_minor).label("amount")
    paid = select(CostLine.order_id, CostLine.currency, CostLine.kind, amount)
    return paid.group_by(CostLine.order_id, CostLine.currency, CostLine.kind).order_by(CostLine.currency)


def _put_together(times: list[tuple[int, int | None]], sums: dict[str, int], others: dict[str, int]) -> Costs:
    minutes, unrated, cost = labour(times)
    paid = {currency: amount for currency, amount in others.items() if amount}
    return Costs(minutes, unrated, cost, sums["parts"], sums["outside"], sums["other"], paid)


def costs_view(session: Session, order_id: int) -> CostsView:
    costs = costs_of(session, [order_id]).get(order_id, Costs())
    shown = {name: getattr(costs, name) for name in CostsView.model_fields if name != "currency"}
    return CostsView(currency=house_currency(session), **shown)


def get_times(session: Session, order_id: int, *, by: Actor) -> Sequence[TimeEntry]:
    return times_of(session, get_plain_order(session, order_id, by=by).id)


def get_usages(session: Session, order_id: int, *, by: Actor) -> Sequence[PartUsage]:
    return usages_of(session, get_plain_order(session, order_id, by=by).id)


def get_cost_lines(session: Session, order_id: int, *, by: Actor) -> Sequence[CostLine]:
    return cost_lines_of(session, get_plain_order(session, order_id, by=by).id)


def get_costs(session: Session, order_id: int, *, by: Actor) -> CostsView:
    return costs_view(session, get_plain_order(session, order_id, by=by).id)


def get_helpers(session: Session, order_id: int, *, by: Actor) -> list[PersonView]:
    rows = helpers_of(session, get_plain_order(session, order_id, by=by).id)
    return [PersonView.model_validate(row.person) for row in rows]


def hourly_rates(session: Session, *, by: Actor) -> RatesView:
    """Of all sites, and of the people who can be given orders."""
    require_whole_house(by, Permission.PLAN)
    sites = select(Site.id, Site.name, Site.hourly_rate_minor).where(Site.archived_at.is_(None))
    ids = [row.id for row in colleagues(session, by=by)]
    persons = select(Person.id, Person.name, Person.hourly_rate_minor).where(Person.id.in_(ids))
    by_name = persons.order_by(Person.sort_name, Person.id)
    return RatesView(
        currency=house_currency(session),
        sites=[RateView.model_validate(row) for row in session.execute(sites.order_by(Site.sort_name, Site.id))],
        persons=[RateView.model_validate(row) for row in session.execute(by_name)],
    )
