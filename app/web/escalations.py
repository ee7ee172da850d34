"""Rules of escalation, and what they did with an order."""

from typing import Any, get_args

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.assignments.actions import assigning, escalating, ruling
from app.assignments.queries import escalations, rules
from app.assignments.queries.telling import find_reasons
from app.assignments.schemas import EscalationInput, EscalationRuleInput, EscalationRuleView
from app.core.errors import AppError, Conflict, InvalidInput, PreconditionFailed
from app.core.i18n import N_, gettext
from app.core.security import Actor, Permission, require
from app.http import CurrentActor, Now, RondeRoute
from app.web.assignments import names_of
from app.web.forms import Form, parse, parse_edit, values_of, version_of
from app.web.pages import page, see_other
from app.web.stale import REFUSED, Refusal, refused, status_of, wrong
from app.workorders.queries import get_order
from app.workorders.rules.states import OPEN, State
from app.workorders.schemas import Priority

router = APIRouter(route_class=RondeRoute)
PAGE = "/assignments/escalations"


@router.get(PAGE)
def rules_page(request: Request, session: Session, by: CurrentActor) -> Response:
    every = rules.escalation_rules(session, by=by, archived=True)
    return page(request, "assignments/escalations.html", by=by, rules=every, **names_of(session, by=by))


def form_page(
    request: Request,
    session: Session,
    *,
    by: Actor,
    rule: EscalationRuleView | None,
    values: Any,
    errors: Refusal | None = None,
) -> Response:
    require(by, Permission.PLAN)
    return page(
        request,
        "assignments/escalation.html",
        by=by,
        status=status_of(errors),
        rule=rule,
        v=values,
        errors=errors or {},
        priorities=get_args(Priority),
        **names_of(session, by=by),
    )


@router.get(PAGE + "/new")
def new_rule(request: Request, session: Session, by: CurrentActor) -> Response:
    return form_page(request, session, by=by, rule=None, values={"level": 1, "cause": "overdue"})


@router.post(PAGE)
def create_rule(request: Request, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        ruling.create_escalation_rule(session, parse(EscalationRuleInput, form), by=by, now=now)
    except InvalidInput as error:
        errors = wrong(error, values_of(form))
        return form_page(request, session, by=by, rule=None, values=errors.typed, errors=errors)
    return see_other(PAGE, message=N_("Saved."))


@router.get(PAGE + "/{escalation_rule_id:int}")
def show_rule(request: Request, escalation_rule_id: int, session: Session, by: CurrentActor) -> Response:
    rule = EscalationRuleView.model_validate(rules.escalation_rule_row(session, escalation_rule_id, by=by))
    return form_page(request, session, by=by, rule=rule, values=rule.model_dump())


@router.post(PAGE + "/{escalation_rule_id:int}")
def edit_rule(
    request: Request, escalation_rule_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    try:
        data, version = parse_edit(EscalationRuleInput, form)
        ruling.edit_escalation_rule(session, escalation_rule_id, data, version=version, by=by, now=now)
    except REFUSED as error:
        rule = EscalationRuleView.model_validate(rules.escalation_rule_row(session, escalation_rule_id, by=by))
        fields, saved_url = EscalationRuleInput.model_fields, f"{PAGE}/{escalation_rule_id}"
        errors = refused(error, dict(form), rule.model_dump(), fields, saved_url)
        return form_page(request, session, by=by, rule=rule, values=errors.typed, errors=errors)
    return see_other(PAGE, message=N_("Saved."))


@router.post(PAGE + "/{escalation_rule_id:int}/archive")
def archive_rule(escalation_rule_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    ruling.archive_escalation_rule(session, escalation_rule_id, by=by, now=now)
    return see_other(PAGE, message=N_("Archived."))


@router.post(PAGE + "/{escalation_rule_id:int}/restore")
def restore_rule(escalation_rule_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    ruling.archive_escalation_rule(session, escalation_rule_id, is_archived=False, by=by, now=now)
    return see_other(PAGE, message=N_("Restored."))


@router.get("/work-orders/{order_id:int}/handling")
def show_handling(request: Request, order_id: int, session: Session, by: CurrentActor) -> Response:
    return handling(request, session, order_id, by=by)


def handling(
    request: Request,
    session: Session,
    order_id: int,
    *,
    by: Actor,
    said: dict[str, Any] | None = None,
    error: AppError | None = None,
) -> Response:
    """Why this person has the order, and the levels that it has reached; a part of its page, or a page alone."""
    order = get_order(session, order_id, by=by)
    levels = escalations.escalations_of(session, order_id, by=by)
    is_part = request.headers.get("hx-request") == "true"
    return page(
        request,
        "assignments/_handling.html" if is_part else "assignments/handling.html",
        by=by,
        status=error.status if error else 200,
        order=order,
        is_open=State(order.state) in OPEN and by.has(Permission.WORK),
        reasons=find_reasons(session, order_id, order.assignee_id),
        levels=levels,
        level=max((each.level for each in levels), default=0),
        is_seen=all(each.acknowledged_at for each in levels),
        v=said or {},
        errors=wrong(error, {}) if error else {},
        **names_of(session, by=by),
    )


@router.post("/work-orders/{order_id:int}/assign")
def assign_order(order_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    told = assigning.assign_work_order(session, order_id, version=version_of(form), by=by, now=now)
    if told.rule_id is None:
        why = ", ".join(told.explanation)
        return see_other(f"/work-orders/{order_id}", message=N_("Nobody was found: %(why)s"), tone="warn", why=why)
    who = told.person or gettext("its team")
    return see_other(f"/work-orders/{order_id}", message=N_("Given by rule to %(name)s."), name=who)


@router.post("/work-orders/{order_id:int}/escalate")
def escalate_order(
    request: Request, order_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    try:
        data, version = parse_edit(EscalationInput, form)
        escalating.escalate_work_order(session, order_id, data, version=version, by=by, now=now)
    except (InvalidInput, Conflict, PreconditionFailed) as error:
        return handling(request, session, order_id, by=by, said=values_of(form), error=error)
    return see_other(f"/work-orders/{order_id}", message=N_("Sent up to level %(level)s."), level=data.level)


@router.post("/work-orders/{order_id:int}/acknowledge")
def acknowledge(order_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    escalating.acknowledge_escalations(session, order_id, by=by, now=now)
    return see_other(f"/work-orders/{order_id}", message=N_("Noted: you have seen it."))
