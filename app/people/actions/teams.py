"""Teams: who does work together."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.journal import actions as journal
from app.people.models import Person, Team, TeamMember
from app.people.queries import members_of, team_row, team_view
from app.people.schemas import TeamInput, TeamView


def create_team(session: Session, data: TeamInput, *, by: Actor, now: datetime) -> TeamView:
    require(by, Permission.PLAN)
    refuse_taken_name(session, data.name)
    team = Team(name=data.name)
    session.add(team)
    session.flush()
    set_members(session, team, data.member_ids)
    changes = {"name": [None, team.name], "member_ids": [[], data.member_ids]}
    journal.record_change(session, "created", "team", team.id, changes, by=by, now=now)
    return team_view(team, sorted(set(data.member_ids)))


def edit_team(
    session: Session, team_id: int, data: TeamInput, *, version: int | None = None, by: Actor, now: datetime
) -> TeamView:
    require(by, Permission.PLAN)
    team = team_row(session, team_id)
    journal.look_again(session, team)
    journal.refuse_stale(team, version)
    before, after = members_of(session, [team_id])[team_id], sorted(set(data.member_ids))
    if data.name != team.name:
        refuse_taken_name(session, data.name)
    if (team.name, before) != (data.name, after):
        changes = {"name": [team.name, data.name], "member_ids": [before, after]}
        set_members(session, team, after)
        team.name, team.version = data.name, team.version + 1
        session.flush()
        journal.record_change(session, "changed", "team", team.id, changes, by=by, now=now)
    return team_view(team, after)


def archive_team(
    session: Session, team_id: int, *, is_archived: bool = True, version: int | None = None, by: Actor, now: datetime
) -> TeamView:
    require(by, Permission.PLAN)
    team = team_row(session, team_id)
    if is_archived == (team.archived_at is None):
        values = {"archived_at": now if is_archived else None}
        journal.edit_row(session, team, values, entity="team", by=by, now=now, version=version)
    return team_view(team, members_of(session, [team_id])[team_id])


def refuse_taken_name(session: Session, name: str) -> None:
    if session.scalar(select(Team.id).where(Team.name == name)) is not None:
        raise InvalidInput.at("name", "taken", N_("There is already one of this name."))


def set_members(session: Session, team: Team, person_ids: Sequence[int]) -> None:
    wanted = set(person_ids)
    known = set(session.scalars(select(Person.id).where(Person.id.in_(wanted))))
    if wanted - known:
        raise InvalidInput.at("member_ids", "unknown", N_("This does not exist, or you have no access to it."))
    session.execute(delete(TeamMember).where(TeamMember.team_id == team.id))
    session.add_all([TeamMember(team_id=team.id, person_id=person_id) for person_id in sorted(wanted)])
    session.flush()
