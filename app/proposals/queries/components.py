"""Which components were replaced on orders."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db.bulk import among
from app.parts.models import Part
from app.resources.models import PartUsage


def components_of(session: Session, order_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The parts that each order took and kept, by their references."""
    rows = session.execute(
        select(PartUsage.order_id, Part.reference)
        .join(Part, Part.id == PartUsage.part_id)
        .where(among(session, PartUsage.order_id, list(order_ids)), PartUsage.quantity > PartUsage.returned)
        .distinct()
        .order_by(PartUsage.order_id, Part.reference)
    )
    found: dict[int, tuple[str, ...]] = {}
    for order_id, reference in rows:
        found[order_id] = (*found.get(order_id, ()), f"part:{reference}")
    return found
