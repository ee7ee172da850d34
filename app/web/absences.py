"""Who is away: everybody's days for who plans, one's own for the others."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import AppError, Conflict, InvalidInput
from app.core.i18n import N_, gettext
from app.core.security import Actor, Permission
from app.http import CurrentActor, Listing, Now, RondeRoute
from app.people.actions import away as actions
from app.people.queries import away as queries
from app.people.queries import directory, skills
from app.people.schemas import AbsenceEdit, AbsenceInput, Id
from app.web.forms import Form, messages, parse, parse_edit, values_of, version_of
from app.web.lists import ON_A_PAGE
from app.web.pages import page, see_other
from app.web.stale import REFUSED

router = APIRouter(route_class=RondeRoute, prefix="/people/absences")
PAGE = "/people/absences"
PEOPLE_MAX = 1000
ON_A_PERSON = 5
REFUSALS = (*REFUSED, Conflict)


class AbsencesQuery(BaseModel):
    person_id: Id | None = None
    past: bool = False
    cursor: Annotated[str | None, Field(max_length=2000)] = None

    def address(self, **changes: Any) -> str:
        said = self.model_dump(exclude={"cursor"}, exclude_defaults=True) | changes
        kept = {name: "1" if value is True else value for name, value in said.items() if value}
        return f"{PAGE}?{urlencode(kept)}" if kept else PAGE


@router.get("")
def absences_page(
    request: Request, asked: Annotated[AbsencesQuery, Query()], session: Session, by: CurrentActor, now: Now
) -> Response:
    return shown(request, session, asked, by=by, now=now)


def shown(
    request: Request,
    session: Session,
    asked: AbsencesQuery,
    *,
    by: Actor,
    now: Now,
    said: dict[str, Any] | None = None,
    error: AppError | None = None,
) -> Response:
    on = today(now, by.time_zone)
    which = {"last_on": on} if asked.past else {"first_on": on}
    order = {"by": by, "person_id": asked.person_id, **which}
    listing = Listing.sorted_by(
        "-first_on" if asked.past else "first_on", queries.ABSENCE_ORDERS, queries.absences, **order
    )
    found = listing.page(session, limit=ON_A_PAGE, cursor=asked.cursor)
    may_plan = by.has(Permission.PLAN)
    return page(
        request,
        "people/absences.html",
        by=by,
        status=error.status if error else 200,
        rows=found.items,
        next_url=asked.address(cursor=found.next_cursor) if found.next_cursor else None,
        asked=asked,
        today=on,
        people=directory.persons(session, by=by, limit=PEOPLE_MAX) if may_plan else [],
        v={"person_id": asked.person_id or by.person_id} | (said or {}),
        errors=told(error) if error else {},
        may_plan=may_plan,
        may_administer=by.has(Permission.ADMINISTER),
    )


def told(error: AppError) -> dict[str, str]:
    return messages(error) or {"first_on": gettext(error.message) % error.params}


@router.post("")
def enter_absence(request: Request, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        own = {} if by.has(Permission.PLAN) else {"person_id": by.person_id}
        actions.enter_absence(session, parse(AbsenceInput, form, **own), by=by, now=now)
    except (InvalidInput, Conflict) as error:
        return shown(request, session, AbsencesQuery(), by=by, now=now, said=values_of(form), error=error)
    return see_other(PAGE, message=N_("The absence is entered."))


@router.get("/{absence_id:int}")
def show_absence(request: Request, absence_id: int, session: Session, by: CurrentActor) -> Response:
    return one(request, session, absence_id, by=by)


def one(
    request: Request, session: Session, absence_id: int, *, by: Actor, said: Any = None, error: AppError | None = None
) -> Response:
    absence = queries.get_absence(session, absence_id, by=by)
    return page(
        request,
        "people/absence.html",
        by=by,
        status=error.status if error else 200,
        absence=absence,
        v=absence.model_dump() | (said or {}),
        errors=told(error) if error else {},
    )


@router.post("/{absence_id:int}")
def edit_absence(
    request: Request, absence_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    try:
        data, version = parse_edit(AbsenceEdit, form)
        actions.edit_absence(session, absence_id, data, version=version, by=by, now=now)
    except REFUSALS as error:
        said = {name: text for name, text in values_of(form).items() if name != "version"}
        return one(request, session, absence_id, by=by, said=said, error=error)
    return see_other(PAGE, message=N_("Saved."))


@router.post("/{absence_id:int}/withdraw")
def withdraw_absence(absence_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.withdraw_absence(session, absence_id, version=version_of(form), by=by, now=now)
    return see_other(PAGE, message=N_("The absence is withdrawn."))


def duties_of(session: Session, person_id: int, *, by: Actor, now: Now) -> dict[str, Any]:
    """What a person's page shows beside their name."""
    on = today(now, by.time_zone)
    held = {each.skill_id: each.level for each in skills.skills_of(session, person_id, by=by)}
    return {
        "skills": skills.skills(session, by=by),
        "held": held,
        "absences": queries.absences(session, by=by, person_id=person_id, first_on=on, limit=ON_A_PERSON)[:ON_A_PERSON],
    }
