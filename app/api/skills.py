"""Skills: what people are able to do, and an order may ask for."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from app.api.patching import Patch, merge_patch, merged
from app.http import CurrentActor, IfMatch, Listing, Now, Page, PageQuery, RondeRoute
from app.people.actions import skills as actions
from app.people.queries import skills as queries
from app.people.schemas import HeldSkillsInput, HeldSkillsView, SkillInput, SkillView

router = APIRouter(tags=["skills"], route_class=RondeRoute)


class SkillQuery(PageQuery):
    archived: bool = False


@router.get("/skills")
def list_skills(query: Annotated[SkillQuery, Query()], session: Session, by: CurrentActor) -> Page[SkillView]:
    """By name."""
    fetch = partial(queries.skills, by=by, archived=query.archived)
    return Listing(fetch, queries.ORDERS["name"].place).page(session, limit=query.limit, cursor=query.cursor)


@router.post("/skills", status_code=201)
def create_skill(data: SkillInput, session: Session, by: CurrentActor, now: Now) -> SkillView:
    return SkillView.model_validate(actions.create_skill(session, data, by=by, now=now))


@router.get("/skills/{skill_id}")
def get_skill(skill_id: int, session: Session, by: CurrentActor) -> SkillView:
    return queries.get_skill(session, skill_id, by=by)


@router.patch("/skills/{skill_id}", openapi_extra=merge_patch(SkillInput))
def edit_skill(
    skill_id: int, patch: Patch, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> SkillView:
    data = merged(SkillInput, queries.get_skill(session, skill_id, by=by), patch)
    return SkillView.model_validate(actions.edit_skill(session, skill_id, data, version=version, by=by, now=now))


@router.post("/skills/{skill_id}/archive")
def archive_skill(skill_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> SkillView:
    """Hidden from pickers; whoever has it keeps it."""
    return SkillView.model_validate(actions.archive_skill(session, skill_id, version=version, by=by, now=now))


@router.post("/skills/{skill_id}/restore")
def restore_skill(skill_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> SkillView:
    skill = actions.archive_skill(session, skill_id, is_archived=False, version=version, by=by, now=now)
    return SkillView.model_validate(skill)


@router.get("/persons/{person_id}/skills")
def list_person_skills(person_id: int, session: Session, by: CurrentActor) -> HeldSkillsView:
    return queries.held_skills(session, person_id, by=by)


@router.put("/persons/{person_id}/skills")
def set_person_skills(
    person_id: int, data: HeldSkillsInput, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> HeldSkillsView:
    """All that this person is able to do: what is not named is taken away."""
    return actions.set_skills(session, person_id, data, version=version, by=by, now=now)
