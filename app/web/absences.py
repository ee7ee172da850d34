"""Who is away: everybody's days for who plans, one's own for the others."""

from datetime import date
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import AppError, Conflict, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.http import CurrentActor, Listing, Now, RondeRoute, slow
from app.http.downloads import FileKind, list_file
from app.operations.rules import columns
from app.people.actions import away as actions
from app.people.queries import away as queries
from app.people.queries import directory, skills
from app.people.schemas import AbsenceEdit, AbsenceInput, AbsenceView, Id
from app.web.forms import Form, messages, parse, parse_edit, told, values_of, version_of
from app.web.lists import ListQuery
from app.web.pages import page, see_other, words_of
from app.web.stale import REFUSED, Refusal, refused, status_of

router = APIRouter(route_class=RondeRoute, prefix="/people/absences")
PAGE = "/people/absences"
PEOPLE_MAX = 1000
ON_A_PERSON = 5
REFUSALS = (*REFUSED, Conflict)


class AbsencesQuery(ListQuery):
    PATH: ClassVar = PAGE
    person_id: Id | None = None
    past: bool = False

    def listing(self, by: Actor, on: date) -> Listing[AbsenceView]:
        """Those that last until today or longer, the next one first; or those that have begun, the last one first."""
        which = {"last_on": on} if self.past else {"first_on": on}
        sort: queries.DaySort = "-first_on" if self.past else "first_on"
        asked = {"by": by, "person_id": self.person_id, **which}
        return Listing.sorted_by(sort, queries.ABSENCE_ORDERS, queries.absences, **asked)


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
    may_plan = by.has(Permission.PLAN)
    return page(
        request,
        "people/absences.html",
        by=by,
        status=error.status if error else 200,
        today=on,
        people=directory.persons(session, by=by, limit=PEOPLE_MAX) if may_plan else [],
        v={"person_id": asked.person_id or by.person_id} | (said or {}),
        errors=messages(error) or {"first_on": told(error)} if error else {},
        may_plan=may_plan,
        **asked.shown(session, asked.listing(by, on)),
        may_administer=by.has(Permission.ADMINISTER),
    )


@router.get("/export.{kind}")
@slow
def export_absences(
    request: Request,
    kind: FileKind,
    asked: Annotated[AbsencesQuery, Query()],
    session: Session,
    by: CurrentActor,
    now: Now,
) -> Response:
    listing = asked.listing(by, today(now, by.time_zone))
    words = {"kind": words_of("people/_parts.html", "absence_words")}
    return list_file(request, session, "absences", kind, listing, columns.ABSENCES, words)


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


def one(request: Request, session: Session, absence_id: int, *, by: Actor, errors: Refusal | None = None) -> Response:
    absence = queries.get_absence(session, absence_id, by=by)
    return page(
        request,
        "people/absence.html",
        by=by,
        status=status_of(errors),
        absence=absence,
        v=absence.model_dump() | (errors.typed if errors is not None else {}),
        errors=errors or {},
    )


@router.post("/{absence_id:int}")
def edit_absence(
    request: Request, absence_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    try:
        data, version = parse_edit(AbsenceEdit, form)
        actions.edit_absence(session, absence_id, data, version=version, by=by, now=now)
    except REFUSALS as error:
        saved = queries.get_absence(session, absence_id, by=by).model_dump()
        errors = refused(error, dict(form), saved, AbsenceEdit.model_fields, f"{PAGE}/{absence_id}")
        return one(request, session, absence_id, by=by, errors=errors)
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
