"""Skills on one page, and those of a person."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.http import CurrentActor, Now, RondeRoute
from app.people.actions import skills as actions
from app.people.queries import directory
from app.people.queries import skills as queries
from app.people.schemas import HeldSkillsInput, SkillInput
from app.web.forms import Form, checked, parse, parse_edit, values_of, version_of
from app.web.pages import page, see_other
from app.web.stale import REFUSED, Refusal, refused, status_of, wrong

router = APIRouter(route_class=RondeRoute, prefix="/people")
PAGE = "/people/skills"
PEOPLE_MAX = 1000
WITHOUT_LEVEL = "0"


@router.get("/skills")
def skills_page(request: Request, session: Session, by: CurrentActor) -> Response:
    return shown(request, session, by=by)


def shown(
    request: Request,
    session: Session,
    *,
    by: Actor,
    edited_id: int | None = None,
    errors: Refusal | None = None,
) -> Response:
    """`errors` are of the skill `edited_id`, or of a new one."""
    rows = queries.skills(session, by=by, archived=True)
    return page(
        request,
        "people/skills.html",
        by=by,
        status=status_of(errors),
        skills=rows,
        holders=queries.holders(session, [row.id for row in rows]),
        names={person.id: person.name for person in directory.persons(session, by=by, limit=PEOPLE_MAX)},
        v=errors.typed if errors is not None else {},
        edited_id=edited_id,
        errors=errors or {},
        may_edit=by.has(Permission.PLAN),
        may_administer=by.has(Permission.ADMINISTER),
    )


@router.post("/skills")
def create_skill(request: Request, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        actions.create_skill(session, parse(SkillInput, form), by=by, now=now)
    except InvalidInput as error:
        return shown(request, session, by=by, errors=wrong(error, values_of(form)))
    return see_other(PAGE, message=N_("Saved."))


@router.post("/skills/{skill_id:int}")
def edit_skill(request: Request, skill_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        data, version = parse_edit(SkillInput, form)
        actions.edit_skill(session, skill_id, data, version=version, by=by, now=now)
    except REFUSED as error:
        saved = queries.get_skill(session, skill_id, by=by).model_dump()
        errors = refused(error, dict(form), saved, SkillInput.model_fields, PAGE)
        return shown(request, session, by=by, edited_id=skill_id, errors=errors)
    return see_other(PAGE, message=N_("Saved."))


@router.post("/skills/{skill_id:int}/archive")
def archive_skill(skill_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_skill(session, skill_id, by=by, now=now)
    return see_other(PAGE, message=N_("Archived."))


@router.post("/skills/{skill_id:int}/restore")
def restore_skill(skill_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_skill(session, skill_id, is_archived=False, by=by, now=now)
    return see_other(PAGE, message=N_("Restored."))


@router.post("/{person_id:int}/skills")
def set_person_skills(person_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    """One answer for each skill: none, or a level, 0 standing for one that nobody has said."""
    require(by, Permission.PLAN)
    given = {skill.id: form.get(f"skill-{skill.id}") for skill in queries.skills(session, by=by)}
    kept = [held for held in queries.skills_of(session, person_id, by=by) if held.skill_id not in given]
    said = [
        {"skill_id": key, "level": None if level == WITHOUT_LEVEL else level} for key, level in given.items() if level
    ]
    data = checked(HeldSkillsInput, {"skills": [*kept, *said]})
    actions.set_skills(session, person_id, data, version=version_of(form), by=by, now=now)
    return see_other(f"/people/{person_id}", message=N_("Saved."))
