"""The clock enters orders by their words: new ones, and those whose words are stale (decision 0012)."""

from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from app.cases.actions.filing import BATCH
from app.core.db import table_of
from app.core.db.bulk import among, insert_rows, update_rows
from app.core.i18n.folding import runs
from app.equipment.models import Equipment, EquipmentCategory, EquipmentModel
from app.people.models import Person
from app.places.models import Location, Site
from app.plans.models import PlanVersion
from app.workorders.models import OrderTerm, OrderText, WorkOrder
from app.workorders.rules.words import site_mark

LATE = 10_000  # an order may be committed after others with higher ids; by so much at most


def enter_orders(session: Session) -> int:
    """The next orders that are not entered, as stale ones: only what is committed hears of what changes."""
    last = select(func.coalesce(func.max(OrderText.order_id), 0)).scalar_subquery()
    is_entered = exists().where(OrderText.order_id == WorkOrder.id)
    missing = select(WorkOrder.id).where(WorkOrder.id > last - LATE, ~is_entered).order_by(WorkOrder.id).limit(BATCH)
    rows = [(order_id, "", True) for order_id in session.scalars(missing)]
    insert_rows(session, table_of(OrderText), ("order_id", "words", "is_stale"), rows)
    return len(rows)


def write_words(session: Session) -> int:
    """Of the next stale orders."""
    stale = select(OrderText.order_id).where(OrderText.is_stale).order_by(OrderText.order_id).limit(BATCH)
    ids = session.scalars(stale.with_for_update(skip_locked=True)).all()
    rows = [(_words(row), False, row.id) for row in _named(session, ids)]
    terms = {term for words, *_ in rows for term in words.split() if not term.startswith("_")}
    insert_rows(session, table_of(OrderTerm), ("term",), [(term,) for term in sorted(terms)])
    update_rows(session, table_of(OrderText), sets=("words", "is_stale"), where=("order_id",), rows=rows)
    return len(ids)


def _words(row: Any) -> str:
    _id, site_id, *texts = row
    said = (word for text in texts if text for word in runs(text))
    return " ".join(dict.fromkeys((site_mark(site_id), *said)))


def _named(session: Session, ids: Any) -> Any:
    """What orders are found by, as `workorders/queries/searching.py` has it."""
    place, site = aliased(Location), aliased(Site)
    title = func.coalesce(WorkOrder.search_text, PlanVersion.search_text)
    texts = (each.search_text for each in (Equipment, EquipmentModel, EquipmentCategory, Location, place))
    names = (each.sort_name for each in (Site, site, Person))
    return session.execute(
        select(WorkOrder.id, WorkOrder.site_id, title, *texts, *names)
        .join(site, site.id == WorkOrder.site_id)
        .outerjoin(PlanVersion, PlanVersion.id == WorkOrder.plan_version_id)
        .outerjoin(Equipment, Equipment.id == WorkOrder.equipment_id)
        .outerjoin(EquipmentModel, EquipmentModel.id == Equipment.model_id)
        .outerjoin(EquipmentCategory, EquipmentCategory.id == Equipment.category_id)
        .outerjoin(Location, Location.id == Equipment.location_id)
        .outerjoin(Site, Site.id == Equipment.site_id)
        .outerjoin(place, place.id == WorkOrder.location_id)
        .outerjoin(Person, Person.id == Equipment.person_id)
        .where(among(session, WorkOrder.id, ids))
    ).all()
