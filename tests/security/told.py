"""What was reported in the world: on the order that is done, for a person with an address."""

from datetime import date

from sqlalchemy.orm import Session

from app.equipment.actions import add_failure_code, add_supplier
from app.equipment.models import Equipment
from app.equipment.schemas import FailureCodeInput, SupplierInput
from app.workorders.models import Resolution
from tests.factories.people import make_person
from tests.factories.plans import ALICE
from tests.factories.workorders import NOON


def told(session: Session, piece: Equipment, word: str, order_id: object) -> None:
    piece.person_id = make_person(session, f"Person {order_id}", email=f"person{order_id}@example.org").id  # of no site
    said = {"kind": "repaired", "finding": "none", "method": "procedure", "explanation": f"{word} mended"}
    report = Resolution(order_id=order_id, number=1, done_on=date(2026, 11, 23), recorded_at=NOON, **said)
    session.add(report)
    session.flush()


def catalogued(session: Session) -> dict[str, object]:
    """What all sites share."""
    supplier = add_supplier(session, SupplierInput(name="Electro"), by=ALICE, now=NOON)
    code = add_failure_code(session, FailureCodeInput(kind="mode", code="hums", name="Hums"), by=ALICE, now=NOON)
    return {"supplier_id": supplier.id, "code_id": code.id}
