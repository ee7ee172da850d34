"""What the rules ask about pieces, read for many at once."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.equipment.models import Equipment, EquipmentCategory, EquipmentModel
from app.places.models import Site
from app.proposals.queries.reports import Told, reports_of
from app.proposals.queries.rules import RuleBook
from app.proposals.rules.ladder import Rule
from app.proposals.rules.measuring import Measure, Piece, measure
from app.proposals.rules.reliability import replacement_value


@dataclass(frozen=True, slots=True)
class Known:
    """A piece with what is known of it. `is_gone`: retired or archived, and asked nothing any more."""

    id: int
    tag: str
    name: str | None
    site_id: int
    is_gone: bool
    piece: Piece
    rules: list[Rule]
    told: dict[int, Told]

    def measures(self) -> Iterator[Measure]:
        if not self.is_gone:
            yield from (measure(rule, self.piece) for rule in self.rules if rule.is_active)


def pieces_known(session: Session, equipment_ids: Collection[int], book: RuleBook, *, now: datetime) -> list[Known]:
    rows = session.execute(
        select(
            Equipment.id,
            Equipment.tag,
            Equipment.name,
            Equipment.site_id,
            Equipment.category_id,
            Equipment.status,
            Equipment.archived_at,
            Equipment.commissioned_on,
            Equipment.purchase_cost_minor,
            Equipment.currency.label("own_currency"),
            EquipmentCategory.expected_life_months,
            EquipmentModel.end_of_support_on,
            EquipmentModel.replacement_cost_minor,
            EquipmentModel.currency.label("model_currency"),
            Site.time_zone,
        )
        .join(EquipmentCategory, EquipmentCategory.id == Equipment.category_id)
        .join(Site, Site.id == Equipment.site_id)
        .outerjoin(EquipmentModel, EquipmentModel.id == Equipment.model_id)
        .where(Equipment.id.in_(equipment_ids))
        .order_by(Equipment.id)
    ).all()
    reported = reports_of(session, {row.id: row.time_zone for row in rows})
    found = []
    for row in rows:
        value, currency = replacement_value(
            row.replacement_cost_minor, row.model_currency, row.purchase_cost_minor, row.own_currency
        )
        piece = Piece(
            today=today(now, row.time_zone),
            reports=[told.as_report(currency) for told in reported[row.id]],
            commissioned_on=row.commissioned_on,
            expected_life_months=row.expected_life_months,
            support_ends_on=row.end_of_support_on,
            replacement_value_minor=value,
            currency=currency,
        )
        is_gone = row.status == "retired" or row.archived_at is not None
        told_of = {told.order_id: told for told in reported[row.id]}
        rules = book.rules(row.category_id)
        found.append(Known(row.id, row.tag, row.name, row.site_id, is_gone, piece, rules, told_of))
    return found
