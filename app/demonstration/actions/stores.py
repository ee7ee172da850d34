"""Parts, who sells them, what an hour costs; and what calls use up through the year."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.security import Actor
from app.demonstration.actions.firm import SYSTEM, Firm
from app.demonstration.rules.stores import DELIVERED, PARTS, RATE_MINOR, SPECIALIST, SPECIALIST_MINOR
from app.parts.actions import create_part, receive_part
from app.parts.models import Part
from app.parts.schemas import PartInput, ReceiptInput
from app.resources.actions.parts import use_part
from app.resources.actions.rates import set_person_rate, set_site_rate
from app.resources.schemas import PartUseInput, RateInput
from app.workorders.models import WorkOrder

ARRIVED = "Livraison"


def stock_up(session: Session, firm: Firm, *, now: datetime) -> None:
    for spec in PARTS:
        data = PartInput(
            reference=spec.reference, name=spec.name, unit_cost_minor=spec.cents, threshold=spec.threshold,
            shelf=spec.shelf,
        )  # fmt: skip
        part = create_part(session, data, by=SYSTEM, now=now)
        if spec.mends is not None:
            firm.parts[spec.mends] = part.id
        if spec.stock:
            receive_part(session, part.id, ReceiptInput(quantity=spec.stock), by=SYSTEM, now=now)
    for site_id in firm.sites.values():
        set_site_rate(session, site_id, RateInput(hourly_rate_minor=RATE_MINOR), by=SYSTEM, now=now)
    rate = RateInput(hourly_rate_minor=SPECIALIST_MINOR)
    set_person_rate(session, firm.persons[SPECIALIST], rate, by=SYSTEM, now=now)


def take_part_for(session: Session, firm: Firm, order: WorkOrder, *, by: Actor, now: datetime) -> None:
    """What a call of this title uses up; what runs short has been delivered before."""
    part_id = firm.parts.get(order.title)
    if part_id is None:
        return
    part = session.get_one(Part, part_id)
    if part.stock <= (part.threshold or 0) + 1:
        receive_part(session, part_id, ReceiptInput(quantity=DELIVERED, note=ARRIVED), by=by, now=now)
    use_part(session, order.id, PartUseInput(part_id=part_id), by=by, now=now)
