"""Orders of one team, site and day become a visit by themselves, where the team wants it so."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.security import Actor, Permission, require
from app.journal import actions as journal
from app.people.queries import team_row
from app.places.models import Site
from app.visits.actions.making import set_stops
from app.visits.models import BundledTeam, Visit
from app.visits.queries.visits import bundled_teams, in_open_visit, places_of, stops_of
from app.visits.rules import walking_order
from app.visits.schemas import MOST_ORDERS
from app.workorders.models import WorkOrder

AHEAD = timedelta(days=1)
LEAST = 2
BATCH = 1000


def set_bundling(session: Session, team_id: int, *, is_bundled: bool, by: Actor, now: datetime) -> None:
    require(by, Permission.PLAN)
    team_row(session, team_id)
    was = session.get(BundledTeam, team_id) is not None
    if was == is_bundled:
        return
    if is_bundled:
        session.add(BundledTeam(team_id=team_id))
    else:
        session.execute(delete(BundledTeam).where(BundledTeam.team_id == team_id))
    session.flush()
    changes = {"bundled": [was, is_bundled]}
    journal.record_change(session, "changed", "team", team_id, changes, by=by, now=now)


def set_bundled_teams(session: Session, team_ids: Collection[int], *, by: Actor, now: datetime) -> None:
    """These teams and no others."""
    require(by, Permission.PLAN)
    for team_id in sorted({*team_ids, *bundled_teams(session, by=by)}):
        set_bundling(session, team_id, is_bundled=team_id in team_ids, by=by, now=now)


def bundle_orders(session: Session, *, now: datetime) -> int:
    """Planned work of today and tomorrow that is in no visit yet; answers how many visits were made or grew.

    What comes later for the same team, site and day joins the visit as long as nobody has begun it.
    """
    groups: defaultdict[tuple[int, int, object], list[int]] = defaultdict(list)
    statement = (
        select(WorkOrder.id, WorkOrder.team_id, WorkOrder.site_id, WorkOrder.due_on, Site.name, Site.time_zone)
        .join(Site, Site.id == WorkOrder.site_id)
        .join(BundledTeam, BundledTeam.team_id == WorkOrder.team_id)
        .where(
            WorkOrder.is_open,
            WorkOrder.state.in_(("planned", "ready")),
            WorkOrder.type == "preventive",
            WorkOrder.due_on >= today(now, "UTC") - AHEAD,
            WorkOrder.due_on <= today(now, "UTC") + 2 * AHEAD,
            ~in_open_visit(),
        )
        .order_by(WorkOrder.id)
        .limit(BATCH)
    )
    names: dict[int, str] = {}
    rows = session.execute(statement.with_for_update(of=WorkOrder, skip_locked=True)).all()
    still_free = select(WorkOrder.id).where(WorkOrder.id.in_([row.id for row in rows]), ~in_open_visit())
    free = set(session.scalars(still_free)) if rows else set()  # now that nobody else takes them
    for row in rows:
        on = today(now, row.time_zone)
        if row.id in free and row.team_id is not None and on <= row.due_on <= on + AHEAD:
            names[row.site_id] = row.name
            groups[row.team_id, row.site_id, row.due_on].append(row.id)
    return sum(_bundle(session, key, order_ids, names, now=now) for key, order_ids in groups.items())


def _bundle(
    session: Session, key: tuple[int, int, object], order_ids: list[int], names: dict[int, str], *, now: datetime
) -> bool:
    team_id, site_id, day_on = key
    same = (Visit.team_id == team_id, Visit.site_id == site_id, Visit.day_on == day_on)
    known = select(Visit).where(*same, Visit.state == "planned", Visit.origin == "bundled").limit(1)
    visit = session.scalar(known.with_for_update(skip_locked=True))
    if visit is None and session.scalar(known) is not None:
        return False  # somebody is changing it: at the next turn
    if visit is None and len(order_ids) < LEAST:
        return False
    if visit is None:
        said = {"team_id": team_id, "site_id": site_id, "day_on": day_on}
        visit = Visit(**said, title=names[site_id], origin="bundled", created_at=now)
        session.add(visit)
        session.flush()
    before = [stop.order_id for stop in stops_of(session, visit.id)]
    after = [*before, *walking_order(places_of(session, order_ids))][:MOST_ORDERS]
    if after == before:
        return False
    set_stops(session, visit, after)
    visit.version += bool(before)
    session.flush()
    changes = {"order_ids": [before, after]}
    action = "changed" if before else "created"
    journal.record_change(session, action, "visit", visit.id, changes, by=Actor.system(), now=now, site_id=site_id)
    return True
