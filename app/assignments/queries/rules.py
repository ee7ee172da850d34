"""Rules, as they are kept and as they are asked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.assignments.models import AssignmentRule, EscalationRule
from app.assignments.rules.deciding import Match, Rule
from app.assignments.rules.escalating import Step
from app.assignments.schemas import AssignmentRuleView, EscalationRuleView
from app.core.db import Order, one_page
from app.core.security import Actor, Permission, require
from app.people.queries import not_found

MOST = 500
ORDERS = {
    "position": Order((AssignmentRule.position, AssignmentRule.id), lambda row: (row.position, row.id)),
    "level": Order((EscalationRule.level, EscalationRule.id), lambda row: (row.level, row.id)),
}


def rule_row(session: Session, rule_id: int, *, by: Actor) -> AssignmentRule:
    require(by, Permission.PLAN)
    rule = session.get(AssignmentRule, rule_id)
    if rule is None or not by.sees_site(rule.site_id):
        raise not_found()
    return rule


def assignment_rules(
    session: Session, *, by: Actor, archived: bool = False, limit: int = MOST, after: Sequence[Any] | None = None
) -> Sequence[AssignmentRuleView]:
    """In the order in which they are asked; one more than `limit` where there is more."""
    rows = _page(session, AssignmentRule, "position", by=by, archived=archived, limit=limit, after=after)
    return [AssignmentRuleView.model_validate(rule) for rule in rows]


def _page(
    session: Session,
    table: type[AssignmentRule | EscalationRule],
    sort: str,
    *,
    by: Actor,
    archived: bool,
    limit: int,
    after: Sequence[Any] | None,
) -> Sequence[Any]:
    require(by, Permission.PLAN)
    statement = select(table)
    if not archived:
        statement = statement.where(table.archived_at.is_(None))
    if by.site_ids is not None:
        statement = statement.where(or_(table.site_id.is_(None), table.site_id.in_(by.site_ids)))
    return session.scalars(one_page(statement, ORDERS, sort, after=after, limit=limit)).all()


def rules_in_force(session: Session) -> list[Rule]:
    statement = select(AssignmentRule).where(AssignmentRule.archived_at.is_(None))
    return [
        Rule(
            rule.id,
            rule.name,
            Match(rule.kind, rule.category_id, rule.site_id, rule.priority, rule.origin),
            rule.strategy,
            rule.team_id,
            rule.person_id,
            rule.skill_id,
            rule.reassigns_absent,
        )
        for rule in session.scalars(statement.order_by(AssignmentRule.position, AssignmentRule.id))
    ]


def has_new_rule(session: Session, since: datetime) -> bool:
    return session.scalar(select(AssignmentRule.id).where(AssignmentRule.created_at >= since).limit(1)) is not None


def escalation_rule_row(session: Session, rule_id: int, *, by: Actor) -> EscalationRule:
    require(by, Permission.PLAN)
    rule = session.get(EscalationRule, rule_id)
    if rule is None or not by.sees_site(rule.site_id):
        raise not_found()
    return rule


def escalation_rules(
    session: Session, *, by: Actor, archived: bool = False, limit: int = MOST, after: Sequence[Any] | None = None
) -> Sequence[EscalationRuleView]:
    """By level; one more than `limit` where there is more."""
    rows = _page(session, EscalationRule, "level", by=by, archived=archived, limit=limit, after=after)
    return [EscalationRuleView.model_validate(rule) for rule in rows]


def steps_in_force(session: Session) -> dict[int, tuple[Step, EscalationRule]]:
    rows = session.scalars(select(EscalationRule).where(EscalationRule.archived_at.is_(None)))
    return {
        row.id: (
            Step(
                row.id,
                row.level,
                row.cause,
                timedelta(minutes=row.after_minutes),
                row.priority,
                row.team_id,
                row.site_id,
            ),
            row,
        )
        for row in rows
    }
