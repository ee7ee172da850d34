"""Tags that Ronde gives, and the notice that a plan's scope may have changed."""

from collections.abc import Container, Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from app.core.db import table_of
from app.core.db.bulk import insert_rows, instant
from app.core.i18n.folding import fold
from app.equipment.models import Equipment, EquipmentChange, TagCounter
from app.equipment.rules.registry import tag_of


def give_tags(session: Session, prefix: str, count: int, *, spoken_for: Container[str] = ()) -> list[str]:
    """The next free tags of a prefix, never the same twice; one that a person has used is passed over in any case.

    `spoken_for`: folded tags that are about to be used.
    """
    dialect_insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    session.execute(dialect_insert(TagCounter).values(prefix=prefix, last_number=0).on_conflict_do_nothing())
    tags: list[str] = []
    while len(tags) < count:
        missing = count - len(tags)
        last = session.scalars(
            update(TagCounter)
            .where(TagCounter.prefix == prefix)
            .values(last_number=TagCounter.last_number + missing)
            .returning(TagCounter.last_number)
        ).one()
        candidates = [tag_of(prefix, number) for number in range(last - missing + 1, last + 1)]
        either_case = [spelling for tag in candidates for spelling in (tag, tag.lower())]
        used = {fold(tag) for tag in session.scalars(select(Equipment.tag).where(Equipment.tag.in_(either_case)))}
        tags += [tag for tag in candidates if fold(tag) not in used and fold(tag) not in spoken_for]
    return tags


def scope_may_change(session: Session, equipment_ids: Iterable[int], *, now: datetime) -> None:
    """Leave a row for each piece, which the next tick reconciles with the plans (S39)."""
    moment = instant(session, now)
    rows = [(equipment_id, moment) for equipment_id in equipment_ids]
    insert_rows(session, table_of(EquipmentChange), ("equipment_id", "changed_at"), rows)
