"""Lists as the files that people take away."""

from sqlalchemy.orm import Session

from app.core.security import Actor
from app.equipment.queries import EquipmentFilter
from app.equipment.rules.columns import FIELDS
from app.operations.actions.exports import equipment_rows, table_csv


def registry_csv(session: Session, *, by: Actor) -> str:
    return b"".join(table_csv(FIELDS, equipment_rows(session, wanted=EquipmentFilter(), by=by))).decode()
