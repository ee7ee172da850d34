"""Orders that are late go up to levels 1 to 3: rules, and what happened to an order."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from app.api.assignment_rules import RuleQuery
from app.api.patching import Patch, merge_patch, merged
from app.assignments.actions import assigning, escalating, ruling
from app.assignments.queries import escalations, rules
from app.assignments.schemas import (
    DecisionView,
    EscalationInput,
    EscalationRuleInput,
    EscalationRuleView,
    EscalationView,
)
from app.http import CurrentActor, IfMatch, Listing, Now, Page, RondeRoute

router = APIRouter(tags=["assignments"], route_class=RondeRoute)


@router.get("/escalation-rules")
def list_escalation_rules(
    query: Annotated[RuleQuery, Query()], session: Session, by: CurrentActor
) -> Page[EscalationRuleView]:
    """By level."""
    fetch = partial(rules.escalation_rules, by=by, archived=query.archived)
    return Listing(fetch, rules.ORDERS["level"].place).page(session, limit=query.limit, cursor=query.cursor)


@router.post("/escalation-rules", status_code=201)
def create_escalation_rule(
    data: EscalationRuleInput, session: Session, by: CurrentActor, now: Now
) -> EscalationRuleView:
    return EscalationRuleView.model_validate(ruling.create_escalation_rule(session, data, by=by, now=now))


@router.get("/escalation-rules/{escalation_rule_id}")
def get_escalation_rule(escalation_rule_id: int, session: Session, by: CurrentActor) -> EscalationRuleView:
    return EscalationRuleView.model_validate(rules.escalation_rule_row(session, escalation_rule_id, by=by))


@router.patch("/escalation-rules/{escalation_rule_id}", openapi_extra=merge_patch(EscalationRuleInput))
def edit_escalation_rule(
    escalation_rule_id: int, patch: Patch, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> EscalationRuleView:
    before = EscalationRuleView.model_validate(rules.escalation_rule_row(session, escalation_rule_id, by=by))
    data = merged(EscalationRuleInput, before, patch)
    rule = ruling.edit_escalation_rule(session, escalation_rule_id, data, version=version, by=by, now=now)
    return EscalationRuleView.model_validate(rule)


@router.post("/escalation-rules/{escalation_rule_id}/archive")
def archive_escalation_rule(
    escalation_rule_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> EscalationRuleView:
    rule = ruling.archive_escalation_rule(session, escalation_rule_id, version=version, by=by, now=now)
    return EscalationRuleView.model_validate(rule)


@router.post("/escalation-rules/{escalation_rule_id}/restore")
def restore_escalation_rule(
    escalation_rule_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> EscalationRuleView:
    rule = ruling.archive_escalation_rule(
        session, escalation_rule_id, is_archived=False, version=version, by=by, now=now
    )
    return EscalationRuleView.model_validate(rule)


@router.post("/work-orders/{order_id}/assign")
def assign_work_order(order_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> DecisionView:
    """Give it to somebody by rule, at once, and say why; whoever has it keeps it."""
    return assigning.assign_work_order(session, order_id, version=version, by=by, now=now)


@router.get("/work-orders/{order_id}/escalations")
def list_escalations(order_id: int, session: Session, by: CurrentActor) -> list[EscalationView]:
    """The levels that it has reached."""
    return list(escalations.escalations_of(session, order_id, by=by))


@router.post("/work-orders/{order_id}/escalate", status_code=201)
def escalate_work_order(
    order_id: int, data: EscalationInput, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> list[EscalationView]:
    """Up to a level by hand; whoever is named gets the order."""
    escalating.escalate_work_order(session, order_id, data, version=version, by=by, now=now)
    return list(escalations.escalations_of(session, order_id, by=by))


@router.post("/work-orders/{order_id}/acknowledge")
def acknowledge_escalations(order_id: int, session: Session, by: CurrentActor, now: Now) -> list[EscalationView]:
    """I have seen it."""
    escalating.acknowledge_escalations(session, order_id, by=by, now=now)
    return list(escalations.escalations_of(session, order_id, by=by))
