"""A team's rota, and swaps in it."""

from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.journal import actions as journal
from app.people.models import OnCallRota, OnCallSwap, OnCallTurn, Person, Team
from app.people.queries.directory import not_found
from app.people.queries.on_call import rotas
from app.people.schemas import OnCallInput, SwapInput

ENTITY = "on_call"


def set_on_call(
    session: Session, team_id: int, data: OnCallInput, *, version: int | None = None, by: Actor, now: datetime
) -> OnCallRota:
    """The whole rota as it shall be from now on; swaps stay."""
    require(by, Permission.PLAN)
    _lock_team(session, team_id)
    if data.time_zone not in available_timezones():
        unknown = N_("There is no time zone of this name; an example is Europe/Paris.")
        raise InvalidInput.at("time_zone", "unknown_zone", unknown)
    if data.closes < data.opens:
        raise InvalidInput.at("closes", "closes_before_it_opens", N_("The team’s hours end before they begin."))
    _refuse_unknown(session, "person_ids", data.person_ids)
    before = _told(session, team_id)
    rota = session.get(OnCallRota, team_id)
    journal.refuse_stale(rota, version)
    if rota is None:
        rota = OnCallRota(team_id=team_id, version=0)
        session.add(rota)
    rota.time_zone, rota.starts_on, rota.handover_minutes = data.time_zone, data.starts_on, data.handover
    rota.opens_minutes, rota.closes_minutes = data.opens, data.closes
    session.flush()
    session.execute(delete(OnCallTurn).where(OnCallTurn.team_id == team_id))
    session.add_all([OnCallTurn(team_id=team_id, position=n, person_id=key) for n, key in enumerate(data.person_ids)])
    session.flush()
    after = _told(session, team_id)
    changes = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
    if changes:
        rota.version += 1
        session.flush()
        journal.record_change(session, "changed", ENTITY, team_id, changes, by=by, now=now)
    return rota


def end_on_call(session: Session, team_id: int, *, version: int | None = None, by: Actor, now: datetime) -> None:
    """From now on the team has no rota; its swaps go with it."""
    require(by, Permission.PLAN)
    _lock_team(session, team_id)
    before = _told(session, team_id)
    if not before:
        raise not_found()
    journal.refuse_stale(session.get(OnCallRota, team_id), version)
    for table in (OnCallSwap, OnCallTurn, OnCallRota):
        session.execute(delete(table).where(table.team_id == team_id))
    changes = {name: [value, None] for name, value in before.items()}
    journal.record_change(session, "ended", ENTITY, team_id, changes, by=by, now=now)


def swap_on_call(session: Session, team_id: int, data: SwapInput, *, by: Actor, now: datetime) -> OnCallSwap:
    """Somebody stands in on single days of duty; of two swaps of a day the newer counts."""
    require(by, Permission.PLAN)
    _lock_team(session, team_id)
    if session.get(OnCallRota, team_id) is None:
        raise not_found()
    _refuse_unknown(session, "person_id", [data.person_id])
    swap = OnCallSwap(team_id=team_id, **data.model_dump(), created_at=now)
    session.add(swap)
    session.flush()
    changes = {"swap": [None, data.model_dump(mode="json")]}
    journal.record_change(session, "swapped", ENTITY, team_id, changes, by=by, now=now)
    return swap


def undo_swap(session: Session, team_id: int, swap_id: int, *, by: Actor, now: datetime) -> None:
    require(by, Permission.PLAN)
    swap = session.scalar(select(OnCallSwap).where(OnCallSwap.id == swap_id, OnCallSwap.team_id == team_id))
    if swap is None:
        raise not_found()
    said = {"person_id": swap.person_id, "first_on": str(swap.first_on), "last_on": str(swap.last_on)}
    session.delete(swap)
    session.flush()
    journal.record_change(session, "swap_undone", ENTITY, team_id, {"swap": [said, None]}, by=by, now=now)


def _lock_team(session: Session, team_id: int) -> None:
    if session.scalar(select(Team.id).where(Team.id == team_id).with_for_update()) is None:
        raise not_found()


def _refuse_unknown(session: Session, field: str, person_ids: list[int]) -> None:
    known = set(session.scalars(select(Person.id).where(Person.id.in_(person_ids))))
    if set(person_ids) - known:
        raise InvalidInput.at(field, "unknown_person", N_("This person does not exist."))


def _told(session: Session, team_id: int) -> dict[str, Any]:
    known = rotas(session, [team_id]).get(team_id)
    if known is None:
        return {}
    row, rota = known
    return {
        "time_zone": row.time_zone,
        "starts_on": str(row.starts_on),
        "handover": row.handover_minutes,
        "opens": row.opens_minutes,
        "closes": row.closes_minutes,
        "person_ids": list(rota.person_ids),
    }
