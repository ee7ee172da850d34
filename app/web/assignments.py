"""Rules of assignment: their order, what they would do now, and whose orders are to be given to others."""

from typing import Any, get_args

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.assignments.actions import assigning, ruling
from app.assignments.queries import orders, rules
from app.assignments.schemas import AssignmentRuleInput, AssignmentRuleView, MoveInput, Origin, Strategy
from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment.queries import category_choices
from app.forecasts.queries import choices
from app.http import CurrentActor, Now, RondeRoute
from app.people.queries.skills import skills
from app.web.forms import Form, parse, parse_edit, values_of
from app.web.pages import page, see_other
from app.web.stale import REFUSED, Refusal, refused, status_of, wrong
from app.workorders.queries import colleagues
from app.workorders.schemas import Kind, Priority

router = APIRouter(route_class=RondeRoute, prefix="/assignments")
PAGE = "/assignments"


def names_of(session: Session, *, by: Actor) -> dict[str, Any]:
    """What rules name, as (key, name) pairs."""
    return {
        "sites": choices.site_choices(session, by=by),
        "teams": choices.team_choices(session, by=by),
        "people": [(row.id, row.name) for row in colleagues(session, by=by)],
    }


@router.get("")
def rules_page(request: Request, session: Session, by: CurrentActor) -> Response:
    return page(
        request,
        "assignments/index.html",
        by=by,
        rules=rules.assignment_rules(session, by=by),
        archived=[rule for rule in rules.assignment_rules(session, by=by, archived=True) if rule.archived_at],
        categories=category_choices(session, by=by),
        skills=[(skill.id, skill.name) for skill in skills(session, by=by, archived=True)],
        may_order=by.site_ids is None,
        **names_of(session, by=by),
    )


@router.get("/preview")
def preview_page(request: Request, session: Session, by: CurrentActor, now: Now) -> Response:
    decisions = assigning.preview_assignments(session, by=by, now=now)
    return page(request, "assignments/preview.html", by=by, decisions=decisions)


@router.get("/absent")
def absent_page(request: Request, session: Session, by: CurrentActor, now: Now) -> Response:
    return page(request, "assignments/absent.html", by=by, rows=orders.orders_of_absent(session, by=by, now=now))


def form_page(
    request: Request,
    session: Session,
    *,
    by: Actor,
    rule: AssignmentRuleView | None,
    values: Any,
    errors: Refusal | None = None,
) -> Response:
    require(by, Permission.PLAN)
    return page(
        request,
        "assignments/edit.html",
        by=by,
        status=status_of(errors),
        rule=rule,
        v=values,
        errors=errors or {},
        kinds=get_args(Kind),
        priorities=get_args(Priority),
        origins=get_args(Origin),
        strategies=get_args(Strategy),
        categories=category_choices(session, by=by),
        skills=[(skill.id, skill.name) for skill in skills(session, by=by)],
        **names_of(session, by=by),
    )


@router.get("/new")
def new_rule(request: Request, session: Session, by: CurrentActor) -> Response:
    return form_page(request, session, by=by, rule=None, values={"strategy": "least_loaded"})


@router.post("")
def create_rule(request: Request, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        ruling.create_assignment_rule(session, parse(AssignmentRuleInput, form), by=by, now=now)
    except InvalidInput as error:
        errors = wrong(error, values_of(form))
        return form_page(request, session, by=by, rule=None, values=errors.typed, errors=errors)
    return see_other(PAGE, message=N_("The rule is the last to be asked; move it up where it should come first."))


@router.get("/{assignment_rule_id:int}")
def show_rule(request: Request, assignment_rule_id: int, session: Session, by: CurrentActor) -> Response:
    rule = AssignmentRuleView.model_validate(rules.rule_row(session, assignment_rule_id, by=by))
    return form_page(request, session, by=by, rule=rule, values=rule.model_dump())


@router.post("/{assignment_rule_id:int}")
def edit_rule(
    request: Request, assignment_rule_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    try:
        data, version = parse_edit(AssignmentRuleInput, form)
        ruling.edit_assignment_rule(session, assignment_rule_id, data, version=version, by=by, now=now)
    except REFUSED as error:
        rule = AssignmentRuleView.model_validate(rules.rule_row(session, assignment_rule_id, by=by))
        fields, saved_url = AssignmentRuleInput.model_fields, f"{PAGE}/{assignment_rule_id}"
        errors = refused(error, dict(form), rule.model_dump(), fields, saved_url)
        return form_page(request, session, by=by, rule=rule, values=errors.typed, errors=errors)
    return see_other(PAGE, message=N_("Saved."))


@router.post("/{assignment_rule_id:int}/move")
def move_rule(assignment_rule_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    direction = parse(MoveInput, form).direction
    ruling.move_assignment_rule(session, assignment_rule_id, direction, by=by, now=now)
    return see_other(PAGE)


@router.post("/{assignment_rule_id:int}/archive")
def archive_rule(assignment_rule_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    ruling.archive_assignment_rule(session, assignment_rule_id, by=by, now=now)
    return see_other(PAGE, message=N_("Archived."))


@router.post("/{assignment_rule_id:int}/restore")
def restore_rule(assignment_rule_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    ruling.archive_assignment_rule(session, assignment_rule_id, is_archived=False, by=by, now=now)
    return see_other(PAGE, message=N_("Restored."))
