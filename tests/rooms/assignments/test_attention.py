"""Urgent orders of nobody, and levels that nobody has seen, want attention."""

from app.assignments.actions.escalating import acknowledge_escalations, escalate_work_order
from app.assignments.schemas import EscalationInput
from app.core.security import Actor, Role
from app.equipment.models import Supplier
from app.reports.queries.attention import attention
from app.resources.actions import hand_over
from app.resources.schemas import HandOverInput
from tests.factories.equipment import make_category, make_piece
from tests.factories.people import make_person
from tests.factories.places import make_site
from tests.factories.workorders import make_order

ALICE = Actor("Alice", Role.MANAGER, user_id=1)


def test_they_are_told_until_somebody_has_them_and_has_seen_them(session, now):
    piece = make_piece(session, make_site(session), make_category(session), "UPS-1")
    urgent, outside = (make_order(session, piece, priority="urgent") for _ in range(2))
    session.add(Supplier(id=1, name="Eaton", created_at=now))
    hand_over(session, outside.id, HandOverInput(supplier_id=1, note="x"), by=ALICE, now=now)
    sent = make_order(session, piece, "Mend")
    up = EscalationInput(level=2, to_person_id=make_person(session, "Dan").id, note="x")
    escalate_work_order(session, sent.id, up, by=ALICE, now=now)

    def told(kind, by=ALICE):
        return [(entry.work_order_id, entry.page) for entry in attention(session, by=by, now=now, kind=kind)]

    assert told("unassigned_urgent") == [(urgent.id, f"/work-orders/{urgent.id}")]
    assert told("escalated") == [(sent.id, f"/work-orders/{sent.id}")]
    assert told("escalated", Actor("Eve", Role.MANAGER, site_ids=frozenset())) == []
    acknowledge_escalations(session, sent.id, by=ALICE, now=now)
    urgent.assignee_id = sent.assignee_id
    session.flush()
    assert told("unassigned_urgent") == told("escalated") == []
