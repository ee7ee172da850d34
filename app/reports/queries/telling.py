"""What a change would do, put together from one target of each group of alike ones."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.equipment.models import Equipment
from app.places.models import Location, Site
from app.plans.models import MaintenancePlan, PlanTarget
from app.plans.rules.errors import RuleError
from app.plans.rules.schedule import Cycle
from app.reports.queries.alike import Alike, Found
from app.reports.rules.comparing import Difference, compare
from app.reports.schemas import ChangePreview, ItemsChange, MadeUp, MovedDate

HORIZON = 365  # days
CYCLES_MOST = 10_000  # computed for one answer: less than a second
SHOWN = 8  # groups, and dates of each


@dataclass(frozen=True, slots=True)
class Futures:
    """The dates of one target with and without the change."""

    before: list[Cycle]
    after: list[Cycle]
    missed: int = 0
    made_up: date | None = None  # the day whose order is made at once where that is asked for (S38)


@dataclass(slots=True)
class Told:
    """An answer while it is put together."""

    session: Session
    first_on: date
    cycles: int = 0
    looked_at: int = 0
    missed: int = 0
    made_up: Counter[date] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    found: list[tuple[int, int, Difference]] = field(default_factory=list)  # target, items, what differs

    @property
    def last_on(self) -> date:
        return self.first_on + timedelta(days=HORIZON)

    def look_at(self, groups: Iterable[Alike], futures: Callable[[Alike, date], Futures]) -> list[Alike]:
        """The groups that there was time for; a rule that cannot be followed gives no dates."""
        looked = []
        for group in groups:
            if self.cycles > CYCLES_MOST:
                break
            try:
                found = futures(group, group.today + timedelta(days=HORIZON))
            except RuleError:
                found = Futures([], [])
            looked.append(group)
            self.looked_at += group.items
            self.add(group.state.id, group.items, found)
        return looked

    def add(self, target_id: int, items: int, found: Futures) -> None:
        self.cycles += len(found.before) + len(found.after) + 1
        self.missed += found.missed * items
        if found.made_up is not None:
            self.made_up[found.made_up] += items
        difference = compare(found.before, found.after, self.last_on)
        for kind in ("appear", "disappear", "moves"):
            self.total[kind] += len(getattr(difference, kind)) * items
        if not difference.is_nothing:
            self.found.append((target_id, items, difference))

    def enter(self, items: int, cycles: Sequence[Cycle]) -> None:
        """Items that are no targets yet."""
        self.cycles += len(cycles)
        self.total["appear"] += sum(cycle.comes_on <= self.last_on for cycle in cycles) * items

    def view(self, items: int, **more: Any) -> ChangePreview:
        return ChangePreview(
            first_on=self.first_on,
            last_on=self.last_on,
            items=items,
            looked_at=self.looked_at,
            appear=self.total["appear"],
            disappear=self.total["disappear"],
            moved=self.total["moves"],
            missed=self.missed,
            made_up=[MadeUp(due_on=due_on, orders=orders) for due_on, orders in sorted(self.made_up.items())],
            changes=_changes(self.session, self.found[:SHOWN]),
            **more,
        )


def tell(session: Session, found: Found, futures: Callable[[Alike, date], Futures], *, now: datetime) -> ChangePreview:
    """For a change that concerns dates alone."""
    first_on = min((group.today for group in found.groups), default=today(now, "UTC"))
    told = Told(session, first_on)
    told.look_at(found.groups, futures)
    return told.view(found.items)


def _changes(session: Session, found: Sequence[tuple[int, int, Difference]]) -> list[ItemsChange]:
    names = names_of(session, [target_id for target_id, _, _ in found])
    return [
        ItemsChange(
            target_id=target_id,
            **names[target_id],
            items=items,
            appear=list(difference.appear[:SHOWN]),
            disappear=list(difference.disappear[:SHOWN]),
            moves=[MovedDate(was=was, becomes=becomes, items=items) for was, becomes in difference.moves[:SHOWN]],
            appear_count=len(difference.appear),
            disappear_count=len(difference.disappear),
            move_count=len(difference.moves),
        )
        for target_id, items, difference in found
    ]


def names_of(session: Session, target_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Of targets: the plan, what people call the item, and where that is."""
    name = func.coalesce(Equipment.name, Equipment.tag, Location.path)
    rows = session.execute(
        select(PlanTarget.id, PlanTarget.plan_id, MaintenancePlan.title, name, Site.name)
        .join(MaintenancePlan, MaintenancePlan.id == PlanTarget.plan_id)
        .join(Site, Site.id == PlanTarget.site_id)
        .outerjoin(Equipment, Equipment.id == PlanTarget.equipment_id)
        .outerjoin(Location, Location.id == PlanTarget.location_id)
        .where(PlanTarget.id.in_(target_ids))
    )
    return {row[0]: dict(zip(("plan_id", "plan_title", "name", "site"), row[1:], strict=True)) for row in rows}
