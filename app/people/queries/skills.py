"""What people are able to do."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import Order, one_page
from app.core.i18n.folding import fold
from app.core.security import Actor, Permission, require
from app.people.models import Person, PersonSkill, Skill
from app.people.queries.directory import not_found, person_row
from app.people.schemas import HeldSkill, HeldSkillsView, SkillView

MOST = 500
ORDERS = {"name": Order((Skill.sort_name, Skill.id), lambda row: (fold(row.name), row.id))}


def skill_row(session: Session, skill_id: int) -> Skill:
    skill = session.get(Skill, skill_id)
    if skill is None:
        raise not_found()
    return skill


def get_skill(session: Session, skill_id: int, *, by: Actor) -> SkillView:
    require(by, Permission.READ)
    return SkillView.model_validate(skill_row(session, skill_id))


def skills(
    session: Session, *, by: Actor, archived: bool = False, limit: int = MOST, after: Sequence[Any] | None = None
) -> Sequence[SkillView]:
    """By name, one more than `limit` where there is more: a house has some dozens."""
    require(by, Permission.READ)
    statement = select(Skill) if archived else select(Skill).where(Skill.archived_at.is_(None))
    rows = session.scalars(one_page(statement, ORDERS, "name", after=after, limit=limit))
    return [SkillView.model_validate(skill) for skill in rows]


def skills_of(session: Session, person_id: int, *, by: Actor) -> list[HeldSkill]:
    require(by, Permission.READ)
    person_row(session, person_id)
    statement = select(PersonSkill.skill_id, PersonSkill.level).where(PersonSkill.person_id == person_id)
    return [HeldSkill.model_validate(row) for row in session.execute(statement.order_by(PersonSkill.skill_id))]


def held_skills(session: Session, person_id: int, *, by: Actor) -> HeldSkillsView:
    held = skills_of(session, person_id, by=by)
    return HeldSkillsView(person_id=person_id, skills=held, version=person_row(session, person_id).version)


def holders(session: Session, skill_ids: Iterable[int]) -> dict[int, list[int]]:
    """Skill -> the persons who have it, archived ones left out."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    statement = (
        select(PersonSkill.skill_id, PersonSkill.person_id)
        .join(Person, Person.id == PersonSkill.person_id)
        .where(PersonSkill.skill_id.in_(set(skill_ids)), Person.archived_at.is_(None))
        .order_by(Person.sort_name, Person.id)
    )
    for skill_id, person_id in session.execute(statement):
        found[skill_id].append(person_id)
    return found
