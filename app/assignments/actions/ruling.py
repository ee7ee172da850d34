"""Rules of assignment are made, changed, put in order and archived."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.assignments.models import AssignmentRule, EscalationRule
from app.assignments.queries.rules import escalation_rule_row, rule_row
from app.assignments.schemas import AssignmentRuleInput, EscalationRuleInput
from app.core.db import Base
from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment.models import EquipmentCategory
from app.journal import actions as journal
from app.people.models import Person, Skill, Team
from app.places.models import Site
from app.places.rules import require_whole_house

NAMED: dict[str, type[Base]] = {
    "category_id": EquipmentCategory,
    "site_id": Site,
    "team_id": Team,
    "person_id": Person,
    "skill_id": Skill,
    "to_team_id": Team,
    "to_person_id": Person,
}
Data = AssignmentRuleInput | EscalationRuleInput
Ruled = AssignmentRule | EscalationRule


def create_assignment_rule(session: Session, data: AssignmentRuleInput, *, by: Actor, now: datetime) -> AssignmentRule:
    """The last to be asked."""
    _check(session, data, by)
    last = session.scalar(select(func.max(AssignmentRule.position))) or 0
    rule = AssignmentRule(**data.model_dump(), position=last + 1, created_at=now)
    session.add(rule)
    session.flush()
    changes = {"name": [None, rule.name], "strategy": [None, rule.strategy]}
    journal.record_change(session, "created", "assignment_rule", rule.id, changes, by=by, now=now, site_id=rule.site_id)
    return rule


def edit_assignment_rule(
    session: Session, rule_id: int, data: AssignmentRuleInput, *, version: int | None = None, by: Actor, now: datetime
) -> AssignmentRule:
    """What it has decided before stays."""
    rule = rule_row(session, rule_id, by=by)
    _require_over(by, rule.site_id)
    _check(session, data, by)
    _edit(session, rule, data.model_dump(), "assignment_rule", version=version, by=by, now=now)
    return rule


def move_assignment_rule(session: Session, rule_id: int, direction: str, *, by: Actor, now: datetime) -> AssignmentRule:
    """One place up or down; the order concerns every rule."""
    require_whole_house(by, Permission.PLAN)
    rule = rule_row(session, rule_id, by=by)
    statement = select(AssignmentRule).where(AssignmentRule.archived_at.is_(None)).with_for_update()
    rows = list(session.scalars(statement.order_by(AssignmentRule.position, AssignmentRule.id)))
    at = rows.index(rule) if rule in rows else -1
    other = at - 1 if direction == "up" else at + 1
    if at < 0 or not 0 <= other < len(rows):
        return rule
    rows[at], rows[other] = rows[other], rows[at]
    before = rule.position
    for place, row in enumerate(rows, start=1):
        row.position = place
    rule.version += 1
    session.flush()
    changes = {"position": [before, rule.position]}
    journal.record_change(session, "moved", "assignment_rule", rule.id, changes, by=by, now=now, site_id=rule.site_id)
    return rule


def archive_assignment_rule(
    session: Session, rule_id: int, *, is_archived: bool = True, version: int | None = None, by: Actor, now: datetime
) -> AssignmentRule:
    rule = rule_row(session, rule_id, by=by)
    _archive(session, rule, "assignment_rule", is_archived=is_archived, version=version, by=by, now=now)
    return rule


def create_escalation_rule(session: Session, data: EscalationRuleInput, *, by: Actor, now: datetime) -> EscalationRule:
    _check(session, data, by)
    rule = EscalationRule(**data.model_dump(), created_at=now)
    session.add(rule)
    session.flush()
    changes = {"level": [None, rule.level], "cause": [None, rule.cause], "after_minutes": [None, rule.after_minutes]}
    journal.record_change(session, "created", "escalation_rule", rule.id, changes, by=by, now=now, site_id=rule.site_id)
    return rule


def edit_escalation_rule(
    session: Session, rule_id: int, data: EscalationRuleInput, *, version: int | None = None, by: Actor, now: datetime
) -> EscalationRule:
    rule = escalation_rule_row(session, rule_id, by=by)
    _require_over(by, rule.site_id)
    _check(session, data, by)
    _edit(session, rule, data.model_dump(), "escalation_rule", version=version, by=by, now=now)
    return rule


def archive_escalation_rule(
    session: Session, rule_id: int, *, is_archived: bool = True, version: int | None = None, by: Actor, now: datetime
) -> EscalationRule:
    rule = escalation_rule_row(session, rule_id, by=by)
    _archive(session, rule, "escalation_rule", is_archived=is_archived, version=version, by=by, now=now)
    return rule


def _edit(
    session: Session, rule: Ruled, values: dict[str, Any], entity: str, *, version: int | None, by: Actor, now: datetime
) -> None:
    site_id = rule.site_id
    journal.edit_row(session, rule, values, entity=entity, by=by, now=now, version=version, site_id=site_id)


def _archive(
    session: Session,
    rule: Ruled,
    entity: str,
    *,
    is_archived: bool,
    version: int | None,
    by: Actor,
    now: datetime,
) -> None:
    _require_over(by, rule.site_id)
    if is_archived == (rule.archived_at is None):
        values = {"archived_at": now if is_archived else None}
        _edit(session, rule, values, entity, version=version, by=by, now=now)


def _require_over(by: Actor, site_id: int | None) -> None:
    """A rule of a site is for who sees it; one of all sites is for who sees all of them."""
    if site_id is None:
        require_whole_house(by, Permission.PLAN)
    else:
        require(by, Permission.PLAN, site_id=site_id)


def _check(session: Session, data: Data, by: Actor) -> None:
    _require_over(by, data.site_id)
    for name, table in NAMED.items():
        key = getattr(data, name, None)
        if key is not None and session.get(table, key) is None:
            raise InvalidInput.at(name, "unknown", N_("This does not exist, or you have no access to it."))
