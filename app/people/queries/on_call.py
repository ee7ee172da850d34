"""Who is on call."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.security import Actor, Permission, require
from app.people.models import OnCallRota, OnCallSwap, OnCallTurn, Person, Team
from app.people.queries.directory import not_found, team_row
from app.people.rules.on_call import Rota, Swap, duties
from app.people.schemas import DutyView, OnCallView, SwapView

SHOWN_DAYS = 84


@dataclass(frozen=True, slots=True)
class OwnDuty:
    team_id: int
    team: str
    until_at: datetime


def rotas(session: Session, team_ids: Iterable[int] | None = None) -> dict[int, tuple[OnCallRota, Rota]]:
    """Team -> its rota as kept, and as the rule takes it; of all teams where none are named."""
    statement = select(OnCallRota)
    if team_ids is not None:
        statement = statement.where(OnCallRota.team_id.in_(set(team_ids)))
    rows = {row.team_id: row for row in session.scalars(statement)}
    turns: dict[int, list[int]] = {team_id: [] for team_id in rows}
    swaps: dict[int, list[Swap]] = {team_id: [] for team_id in rows}
    of = OnCallTurn.team_id.in_(rows)
    for turn in session.scalars(select(OnCallTurn).where(of).order_by(OnCallTurn.position)):
        turns[turn.team_id].append(turn.person_id)
    for swap in session.scalars(select(OnCallSwap).where(OnCallSwap.team_id.in_(rows)).order_by(OnCallSwap.id)):
        swaps[swap.team_id].append(Swap(swap.first_on, swap.last_on, swap.person_id))
    return {
        team_id: (row, Rota(row.time_zone, row.starts_on, row.handover_minutes, turns[team_id], swaps[team_id]))
        for team_id, row in rows.items()
    }


def on_call_at(session: Session, at: datetime, team_ids: Iterable[int] | None = None) -> dict[int, int]:
    """Team -> the person who is on call at that moment."""
    found = {team_id: rota.person_at(at) for team_id, (_, rota) in rotas(session, team_ids).items()}
    return {team_id: person_id for team_id, person_id in found.items() if person_id is not None}


def find_on_call(session: Session, team_id: int, *, at: datetime, by: Actor) -> OnCallView | None:
    require(by, Permission.READ)
    team_row(session, team_id)
    known = rotas(session, [team_id]).get(team_id)
    if known is None:
        return None
    row, rota = known
    swaps = session.scalars(select(OnCallSwap).where(OnCallSwap.team_id == team_id).order_by(OnCallSwap.first_on))
    coming = list(duties(rota, at, days=SHOWN_DAYS))
    named = select(Person.id, Person.name).where(Person.id.in_({duty.person_id for duty in coming}))
    names = {row.id: row.name for row in session.execute(named)}
    return OnCallView(
        team_id=team_id,
        time_zone=row.time_zone,
        starts_on=row.starts_on,
        handover=row.handover_minutes,
        opens=row.opens_minutes,
        closes=row.closes_minutes,
        person_ids=list(rota.person_ids),
        swaps=[SwapView.model_validate(swap) for swap in swaps],
        at=at,
        person_id=rota.person_at(at),
        duties=[
            DutyView(
                person_id=duty.person_id, person=names[duty.person_id], from_at=duty.from_at, until_at=duty.until_at
            )
            for duty in coming
        ],
        version=row.version,
    )


def get_on_call(session: Session, team_id: int, *, at: datetime, by: Actor) -> OnCallView:
    found = find_on_call(session, team_id, at=at, by=by)
    if found is None:
        raise not_found()
    return found


def duties_of(session: Session, person_id: int | None, *, at: datetime) -> list[OwnDuty]:
    """The teams for which this person is on call at that moment; one statement for most people, who never are."""
    turns = select(OnCallTurn.team_id).where(OnCallTurn.person_id == person_id)
    swaps = select(OnCallSwap.team_id).where(OnCallSwap.person_id == person_id)
    team_ids = set(session.scalars(turns.union(swaps)))
    if not team_ids:
        return []
    known = rotas(session, team_ids)
    mine = {team_id: rota for team_id, (_, rota) in known.items() if rota.person_at(at) == person_id}
    named = select(Team.id, Team.name).where(Team.id.in_(mine)).order_by(Team.name)
    return [
        OwnDuty(row.id, row.name, next(duties(mine[row.id], at, days=SHOWN_DAYS)).until_at)
        for row in session.execute(named)
    ]
