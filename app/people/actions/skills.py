"""Skills, and who has them."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.i18n.folding import fold
from app.core.security import Actor, Permission, require
from app.journal import actions as journal
from app.people.models import PersonSkill, Skill
from app.people.queries.directory import person_row
from app.people.queries.skills import held_skills, skill_row, skills_of
from app.people.schemas import HeldSkillsInput, HeldSkillsView, SkillInput


def create_skill(session: Session, data: SkillInput, *, by: Actor, now: datetime) -> Skill:
    require(by, Permission.PLAN)
    _refuse_taken_name(session, data.name)
    skill = Skill(name=data.name)
    session.add(skill)
    session.flush()
    journal.record_change(session, "created", "skill", skill.id, {"name": [None, skill.name]}, by=by, now=now)
    return skill


def edit_skill(
    session: Session, skill_id: int, data: SkillInput, *, version: int | None = None, by: Actor, now: datetime
) -> Skill:
    require(by, Permission.PLAN)
    skill = skill_row(session, skill_id)
    if fold(data.name) != skill.sort_name:
        _refuse_taken_name(session, data.name)
    journal.edit_row(session, skill, {"name": data.name}, entity="skill", by=by, now=now, version=version)
    return skill


def archive_skill(
    session: Session, skill_id: int, *, is_archived: bool = True, version: int | None = None, by: Actor, now: datetime
) -> Skill:
    require(by, Permission.PLAN)
    skill = skill_row(session, skill_id)
    if is_archived == (skill.archived_at is None):
        values = {"archived_at": now if is_archived else None}
        journal.edit_row(session, skill, values, entity="skill", by=by, now=now, version=version)
    return skill


def set_skills(
    session: Session, person_id: int, data: HeldSkillsInput, *, version: int | None = None, by: Actor, now: datetime
) -> HeldSkillsView:
    """All that this person is able to do; what is not named is taken away. It is a change of the person."""
    require(by, Permission.PLAN)
    person = person_row(session, person_id)
    journal.look_again(session, person)
    journal.refuse_stale(person, version)
    wanted = {held.skill_id: held.level for held in data.skills}
    known = set(session.scalars(select(Skill.id).where(Skill.id.in_(wanted))))
    if len(wanted) != len(data.skills) or wanted.keys() - known:
        raise InvalidInput.at("skills", "unknown", N_("This does not exist, or you have no access to it."))
    before = {held.skill_id: held.level for held in skills_of(session, person_id, by=by)}
    if before != wanted:
        session.execute(delete(PersonSkill).where(PersonSkill.person_id == person_id))
        session.add_all([PersonSkill(person_id=person_id, skill_id=key, level=wanted[key]) for key in sorted(wanted)])
        person.version += 1
        session.flush()
        changes = {"skills": [_plain(before), _plain(wanted)]}
        journal.record_change(session, "skills_changed", "person", person_id, changes, by=by, now=now)
    return held_skills(session, person_id, by=by)


def _plain(levels: dict[int, int | None]) -> dict[str, int | None]:
    return {str(key): level for key, level in sorted(levels.items())}


def _refuse_taken_name(session: Session, name: str) -> None:
    if session.scalar(select(Skill.id).where(Skill.sort_name == fold(name))) is not None:
        raise InvalidInput.at("name", "taken", N_("There is already one of this name."))
