"""Rules of assignment: who gets an order that nobody has. The first that finds somebody decides."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from app.api.patching import Patch, merge_patch, merged
from app.assignments.actions import assigning, ruling
from app.assignments.queries import orders, rules
from app.assignments.schemas import (
    AssignmentRuleInput,
    AssignmentRuleView,
    AwayOrderView,
    DecisionView,
    MoveInput,
)
from app.http import CurrentActor, IfMatch, Listing, Now, Page, PageQuery, RondeRoute

router = APIRouter(prefix="/assignment-rules", tags=["assignments"], route_class=RondeRoute)


class RuleQuery(PageQuery):
    archived: bool = False


@router.get("")
def list_assignment_rules(
    query: Annotated[RuleQuery, Query()], session: Session, by: CurrentActor
) -> Page[AssignmentRuleView]:
    """In the order in which they are asked."""
    fetch = partial(rules.assignment_rules, by=by, archived=query.archived)
    return Listing(fetch, rules.ORDERS["position"].place).page(session, limit=query.limit, cursor=query.cursor)


@router.post("", status_code=201)
def create_assignment_rule(
    data: AssignmentRuleInput, session: Session, by: CurrentActor, now: Now
) -> AssignmentRuleView:
    return AssignmentRuleView.model_validate(ruling.create_assignment_rule(session, data, by=by, now=now))


@router.get("/preview")
def preview_assignments(session: Session, by: CurrentActor, now: Now) -> list[DecisionView]:
    """What the rules would do with the orders that wait for a person; nothing is written."""
    return assigning.preview_assignments(session, by=by, now=now)


@router.get("/of-absent")
def list_orders_of_absent(session: Session, by: CurrentActor, now: Now) -> list[AwayOrderView]:
    """Open orders whose person is away on the day of the work."""
    return orders.orders_of_absent(session, by=by, now=now)


@router.get("/{assignment_rule_id}")
def get_assignment_rule(assignment_rule_id: int, session: Session, by: CurrentActor) -> AssignmentRuleView:
    return AssignmentRuleView.model_validate(rules.rule_row(session, assignment_rule_id, by=by))


@router.patch("/{assignment_rule_id}", openapi_extra=merge_patch(AssignmentRuleInput))
def edit_assignment_rule(
    assignment_rule_id: int, patch: Patch, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> AssignmentRuleView:
    """What it has decided before stays."""
    before = AssignmentRuleView.model_validate(rules.rule_row(session, assignment_rule_id, by=by))
    data = merged(AssignmentRuleInput, before, patch)
    rule = ruling.edit_assignment_rule(session, assignment_rule_id, data, version=version, by=by, now=now)
    return AssignmentRuleView.model_validate(rule)


@router.post("/{assignment_rule_id}/move")
def move_assignment_rule(
    assignment_rule_id: int, data: MoveInput, session: Session, by: CurrentActor, now: Now
) -> AssignmentRuleView:
    """One place up or down."""
    rule = ruling.move_assignment_rule(session, assignment_rule_id, data.direction, by=by, now=now)
    return AssignmentRuleView.model_validate(rule)


@router.post("/{assignment_rule_id}/archive")
def archive_assignment_rule(
    assignment_rule_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> AssignmentRuleView:
    """It is asked no more."""
    rule = ruling.archive_assignment_rule(session, assignment_rule_id, version=version, by=by, now=now)
    return AssignmentRuleView.model_validate(rule)


@router.post("/{assignment_rule_id}/restore")
def restore_assignment_rule(
    assignment_rule_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> AssignmentRuleView:
    rule = ruling.archive_assignment_rule(
        session, assignment_rule_id, is_archived=False, version=version, by=by, now=now
    )
    return AssignmentRuleView.model_validate(rule)
