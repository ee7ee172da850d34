"""Rules of assignment and of escalation, and visits, of one site."""

from sqlalchemy.orm import Session

from app.assignments.actions.ruling import create_assignment_rule, create_escalation_rule
from app.assignments.schemas import AssignmentRuleInput, EscalationRuleInput
from app.places.models import Site
from app.visits.actions.making import make_visit
from app.visits.actions.walking import start_visit
from app.visits.schemas import VisitInput
from tests.factories.people import make_team
from tests.factories.plans import ALICE
from tests.factories.workorders import NOON


def rules(session: Session, site: Site, word: str) -> dict[str, object]:
    given = AssignmentRuleInput(name=f"{word} field", site_id=site.id)
    rule = create_assignment_rule(session, given, by=ALICE, now=NOON)
    team = make_team(session, f"Team {site.code}")
    late = EscalationRuleInput(level=1, cause="overdue", after_minutes=60, site_id=site.id, to_team_id=team.id)
    step = create_escalation_rule(session, late, by=ALICE, now=NOON)
    return {"assignment_rule_id": rule.id, "escalation_rule_id": step.id}


def visits(session: Session, order_id: object, started_order_id: object) -> dict[str, object]:
    """One that is planned, and one that has begun."""
    made = {}
    for name, key in (("visit_id", order_id), ("started_visit_id", started_order_id)):
        data = VisitInput.model_validate({"day_on": NOON.date(), "order_ids": [key]})
        made[name] = make_visit(session, data, by=ALICE, now=NOON).id
    start_visit(session, made["started_visit_id"], by=ALICE, now=NOON)
    return dict(made)
