"""Lists of orders: one question, narrowed to what the actor may see, paged by key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, Integer, and_, bindparam, false, func, or_, select, text, true
from sqlalchemy.orm import Session

from app.core.db import beyond
from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment
from app.people.models import Person
from app.places.models import Location, Site
from app.workorders.models import OrderText, WorkOrder
from app.workorders.queries.searching import found_by
from app.workorders.rules.states import order_number
from app.workorders.schemas import WorkOrderRow

Sort = Literal["due_on", "-due_on", "id", "-id", "due_on,id", "-due_on,id", "due_on,-id", "-due_on,-id"]

COLUMNS = (
    WorkOrder.id,
    WorkOrder.title,
    WorkOrder.kind,
    WorkOrder.type,
    WorkOrder.state,
    WorkOrder.priority,
    WorkOrder.due_on,
    WorkOrder.window_last_on,
    WorkOrder.equipment_id,
    WorkOrder.location_id,
    Equipment.tag,
    Equipment.name.label("item"),
    WorkOrder.site_id,
    Site.name.label("site"),
    Location.path.label("place"),
    WorkOrder.assignee_id,
    Person.name.label("assignee"),
    WorkOrder.estimate_minutes,
    WorkOrder.escalation_level,
    WorkOrder.version,
)


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What a list is narrowed to; None asks for nothing."""

    q: str | None = None
    status: str | None = None
    is_open: bool | None = None
    kind: str | None = None
    type: str | None = None
    priority: str | None = None
    equipment_id: int | None = None
    location_id: int | None = None
    site_id: int | None = None
    plan_id: int | None = None
    assignee_id: int | None = None
    team_id: int | None = None
    escalation_level: int | None = None
    due_before: date | None = None
    due_after: date | None = None

    def sites(self, by: Actor) -> frozenset[int] | None:
        """Those that are asked for and seen; None: all."""
        if self.site_id is None:
            return by.site_ids
        return frozenset({self.site_id}) & (by.site_ids if by.site_ids is not None else {self.site_id})


# What each question narrows a list by; its value comes when it is asked. "open" and "ended" have none, so that the
# indexes of what is open are used.
SAME = ("kind", "type", "priority", "equipment_id", "location_id", "plan_id", "assignee_id", "team_id")
NARROWED: dict[str, ColumnElement[bool]] = {
    **{name: getattr(WorkOrder, name) == bindparam(name) for name in SAME},
    "status": WorkOrder.state == bindparam("status"),
    "due_before": WorkOrder.due_on < bindparam("due_before"),
    "due_after": WorkOrder.due_on > bindparam("due_after"),
    # The index of those that went up is used where the question says what the index says.
    "escalation_level": text("work_orders.escalation_level > 0")
    & (WorkOrder.escalation_level == bindparam("escalation_level")),
    "open": WorkOrder.is_open == true(),
    "ended": WorkOrder.is_open == false(),
    "site": WorkOrder.site_id == bindparam("site"),
    "sites": (WorkOrder.site_id + 0).in_(bindparam("sites", expanding=True)),
}
VALUED = (*SAME, "escalation_level", "status", "due_before", "due_after")


@cache
def rows_statement() -> Any:
    """An order's line: a place shows itself, a piece shows where it stands. Put together once: it is asked often."""
    place = func.coalesce(WorkOrder.location_id, Equipment.location_id)
    return (
        select(*COLUMNS)
        .join(Site, Site.id == WorkOrder.site_id)
        .outerjoin(Equipment, Equipment.id == WorkOrder.equipment_id)
        .outerjoin(Location, Location.id == place)
        .outerjoin(Person, Person.id == WorkOrder.assignee_id)
    )


def narrowing(wanted: OrderFilter, by: Actor) -> dict[str, Any]:
    """What is asked and seen, as names of `NARROWED` with their values."""
    found = {name: value for name in VALUED if (value := getattr(wanted, name)) is not None}
    if wanted.is_open is not None:
        found["open" if wanted.is_open else "ended"] = None
    return found | sites_seen(wanted, by)


def sites_seen(wanted: OrderFilter, by: Actor) -> dict[str, Any]:
    """One site has an index that is already in the order of due dates. Several have none: orders are then walked in
    that order and the sites looked at on the way (`+ 0` says so to both planners), or a page would sort all history.
    What is open is walked in any case: it is little.
    """
    sites = wanted.sites(by)
    if sites is None:
        return {}
    if len(sites) == 1 and not wanted.is_open:
        return {"site": next(iter(sites))}
    return {"sites": sorted(sites)}


@lru_cache(maxsize=128)
def page_statement(asked: frozenset[str], sort: Sort) -> Any:
    """Put together once for all that is asked alike: to do so each time costs half of what running it does."""
    return (
        rows_statement()
        .where(*(NARROWED[name] for name in sorted(asked)))
        .order_by(*(column.desc() if descending else column for column, descending in sort_keys(sort)))
        .limit(bindparam("most", type_=Integer))
    )


def order_rows(
    session: Session,
    wanted: OrderFilter,
    *,
    by: Actor,
    limit: int,
    sort: Sort = "due_on",
    after: Sequence[Any] | None = None,
) -> Sequence[Any]:
    """A page of orders, one row more than `limit` where there is more."""
    require(by, Permission.READ)
    asked = narrowing(wanted, by)
    statement = page_statement(frozenset(asked), sort)
    if wanted.q:
        with_words = statement.outerjoin(OrderText, OrderText.order_id == WorkOrder.id)
        statement = with_words.where(found_by(session, wanted.q, wanted.sites(by)))
    if after is not None:
        statement = statement.where(rows_after(after, sort_keys(sort)))
    return session.execute(statement, asked | {"most": limit + 1}).all()


def place_of(row: Any, sort: Sort) -> tuple[Any, ...]:
    """Where a row stands in a list of that order."""
    return (row.due_on, row.id) if "due_on" in sort else (row.id,)


def lines_of(rows: Sequence[Any]) -> list[WorkOrderRow]:
    """As REST tells them. They come from the database's own columns: nothing is checked a second time."""
    names = [*rows_statement().selected_columns.keys(), "number"]
    lines = [dict(zip(names, (*row, order_number(row.id)), strict=True)) for row in rows]
    return cast("list[WorkOrderRow]", lines)


def sort_keys(sort: Sort) -> list[tuple[Any, bool]]:
    """Columns and whether they fall. The id goes the way of the day where nothing is said of it."""
    first, _, second = sort.partition(",")
    if "due_on" not in first:
        return [(WorkOrder.id, first.startswith("-"))]
    return [(WorkOrder.due_on, first.startswith("-")), (WorkOrder.id, (second or first).startswith("-"))]


def rows_after(after: Sequence[Any], keys: Sequence[tuple[Any, bool]]) -> ColumnElement[bool]:
    columns, directions = [column for column, _ in keys], {descending for _, descending in keys}
    if len(directions) == 1:
        return beyond(after, *columns, descending=True in directions)
    (day, falls), (row_id, id_falls) = keys
    later = beyond(after[:1], day, descending=falls)
    same_day = and_(~later, ~beyond(after[:1], day, descending=not falls))
    return or_(later, and_(same_day, beyond(after[1:], row_id, descending=id_falls)))
