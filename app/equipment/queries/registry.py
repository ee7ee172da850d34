"""Reads of the registry. Lists are Core rows, keyset-paged; a piece of a foreign site is not found."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, CompoundSelect, Select, func, or_, select, union_all
from sqlalchemy.orm import Session, joinedload

from app.core.db import beyond
from app.core.errors import NotFound
from app.core.i18n import N_, Language, current_language
from app.core.i18n.folding import fold, like_patterns
from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment, EquipmentCategory, EquipmentIdentity, EquipmentModel
from app.equipment.schemas import EquipmentView
from app.people.models import Person
from app.places.models import Location, Site

Sort = Literal["tag", "-tag", "updated_at", "-updated_at"]


_EXTERNAL = EquipmentIdentity.source != "position"  # a position is Ronde's own guess, not another system's number


@dataclass(frozen=True, slots=True)
class EquipmentFilter:
    """What a list is narrowed to; None asks for nothing. A category includes those below it."""

    q: str | None = None
    status: str | None = None
    category_id: int | None = None
    model_id: int | None = None
    site_id: int | None = None
    location_id: int | None = None
    person_id: int | None = None
    external_id: str | None = None
    is_archived: bool = False


def category_name(language: Language | None = None) -> ColumnElement[str]:
    """A category's name in a language, the reader's where none is given."""
    french = EquipmentCategory.name_fr if (language or current_language()) == "fr" else None
    return func.coalesce(french, EquipmentCategory.name)


def found_by(query: str) -> list[ColumnElement[bool]]:
    """Every word stands somewhere in the piece's own text, its model, category, place or person."""
    return [has_word(pattern) for pattern in like_patterns(query)]


def pieces_with(pattern: str) -> CompoundSelect[Any]:
    """Pieces with this word, kind by kind, each from an index of its own."""
    return union_all(*(select(Equipment.id).where(found) for found in _ways_to(pattern)))


def has_word(pattern: str) -> ColumnElement[bool]:
    return or_(*_ways_to(pattern))


def _ways_to(pattern: str) -> list[ColumnElement[bool]]:
    """A site or person lends its name alone: an address would find all that stands behind it."""

    def ids(table: Any, text: str = "search_text") -> Select[Any]:
        return select(table.id).where(getattr(table, text).like(pattern, escape="\\"))

    return [
        Equipment.search_text.like(pattern, escape="\\"),
        Equipment.model_id.in_(ids(EquipmentModel)),
        Equipment.category_id.in_(ids(EquipmentCategory)),
        Equipment.site_id.in_(ids(Site, "sort_name")),
        Equipment.location_id.in_(ids(Location)),
        Equipment.person_id.in_(ids(Person, "sort_name")),
    ]


def category_and_below(category_id: int) -> Select[Any]:
    """The ids of a category and all those under it."""
    tree = select(EquipmentCategory.id).where(EquipmentCategory.id == category_id).cte("tree", recursive=True)
    tree = tree.union(select(EquipmentCategory.id).join(tree, EquipmentCategory.parent_id == tree.c.id))
    return select(tree.c.id)


def location_and_below(location_id: int) -> Select[Any]:
    tree = select(Location.id).where(Location.id == location_id).cte("places", recursive=True)
    tree = tree.union(select(Location.id).join(tree, Location.parent_id == tree.c.id))
    return select(tree.c.id)


def conditions(wanted: EquipmentFilter, by: Actor) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        Equipment.archived_at.is_not(None) if wanted.is_archived else Equipment.archived_at.is_(None)
    ]
    if by.site_ids is not None:
        found.append(Equipment.site_id.in_(by.site_ids))
    if wanted.q:
        found += found_by(wanted.q)
    if wanted.category_id is not None:
        found.append(Equipment.category_id.in_(category_and_below(wanted.category_id)))
    if wanted.location_id is not None:
        found.append(Equipment.location_id.in_(location_and_below(wanted.location_id)))
    if wanted.external_id is not None:
        named = _EXTERNAL & (EquipmentIdentity.value == wanted.external_id)
        found.append(Equipment.id.in_(select(EquipmentIdentity.equipment_id).where(named)))
    for name in ("status", "model_id", "site_id", "person_id"):
        if (value := getattr(wanted, name)) is not None:
            found.append(getattr(Equipment, name) == value)
    return found


@cache
def rows_statement(language: Language) -> Any:
    """A line of the registry, with its category in that language. Put together once: it is asked often."""
    return (
        select(
            Equipment.id,
            Equipment.tag,
            Equipment.name,
            Equipment.serial,
            Equipment.status,
            Equipment.criticality,
            Equipment.category_id,
            category_name(language).label("category"),
            EquipmentModel.manufacturer,
            EquipmentModel.reference.label("model"),
            Equipment.site_id,
            Site.name.label("site"),
            Location.path.label("location"),
            Equipment.rack,
            Equipment.updated_at,
        )
        .join(EquipmentCategory, EquipmentCategory.id == Equipment.category_id)
        .join(Site, Site.id == Equipment.site_id)
        .outerjoin(EquipmentModel, EquipmentModel.id == Equipment.model_id)
        .outerjoin(Location, Location.id == Equipment.location_id)
    )


def equipment_rows(
    session: Session,
    wanted: EquipmentFilter,
    *,
    by: Actor,
    limit: int,
    sort: Sort = "tag",
    after: Sequence[Any] | None = None,
) -> Sequence[Any]:
    """A page of the registry, one row more than `limit` where there is more; `place_of` a row is its cursor."""
    require(by, Permission.READ)
    descending = sort.startswith("-")
    keys = (Equipment.updated_at, Equipment.id) if sort.endswith("updated_at") else (Equipment.tag,)
    statement = (
        rows_statement(current_language())
        .where(*conditions(wanted, by), beyond(after, *keys, descending=descending))
        .order_by(*(key.desc() if descending else key for key in keys))
        .limit(limit + 1)
    )
    return session.execute(statement).all()


def place_of(row: Any, sort: Sort) -> tuple[Any, ...]:
    """Where a row stands in a list of that order."""
    return (row.updated_at, row.id) if sort.endswith("updated_at") else (row.tag,)


def get_equipment(session: Session, equipment_id: int, *, by: Actor) -> Equipment:
    """A piece with what its page shows beside it."""
    equipment = session.scalar(
        select(Equipment)
        .where(Equipment.id == equipment_id)
        .options(
            joinedload(Equipment.category),
            joinedload(Equipment.model),
            joinedload(Equipment.site),
            joinedload(Equipment.location),
            joinedload(Equipment.person),
            joinedload(Equipment.supplier),
        )
    )
    require(by, Permission.READ)
    if equipment is None or not by.sees_site(equipment.site_id):
        raise NotFound("not_found", N_("This piece of equipment does not exist, or you have no access to it."))
    return equipment


def external_ids(session: Session, equipment_id: int) -> Sequence[str]:
    """How other systems name a piece that the reader was shown."""
    statement = select(EquipmentIdentity.value).where(EquipmentIdentity.equipment_id == equipment_id, _EXTERNAL)
    return session.scalars(statement.order_by(EquipmentIdentity.id)).all()


def equipment_view(session: Session, piece: Equipment) -> EquipmentView:
    """A piece as programs see it."""
    view = EquipmentView.model_validate(piece)
    before = predecessor(session, piece.id)
    said = {"external_ids": external_ids(session, piece.id), "replaces_id": before.id if before else None}
    return view.model_copy(update=said)


def find_parent(session: Session, piece: Equipment, *, by: Actor) -> Equipment | None:
    """What it is a part of; None also where that stands at a site that the actor does not see."""
    parent = session.get(Equipment, piece.parent_id) if piece.parent_id is not None else None
    return parent if parent is not None and by.sees_site(parent.site_id) else None


def successor(session: Session, piece: Equipment) -> Equipment | None:
    return session.get(Equipment, piece.replaced_by_id) if piece.replaced_by_id is not None else None


def predecessor(session: Session, equipment_id: int) -> Equipment | None:
    """The piece whose place this one took (S42); the latest, should there be several."""
    replaced = select(Equipment).where(Equipment.replaced_by_id == equipment_id)
    return session.scalars(
        replaced.order_by(Equipment.retired_on.desc().nulls_last(), Equipment.id.desc()).limit(1)
    ).first()


def find_equipment_id(
    session: Session, *, by: Actor, tag: str | None = None, qr_token: str | None = None
) -> int | None:
    """The piece that bears this tag, or the code on this label; None also where the actor may not see it."""
    require(by, Permission.READ)
    named = Equipment.tag == tag if tag is not None else Equipment.qr_token == qr_token
    found = session.execute(select(Equipment.id, Equipment.site_id).where(named)).one_or_none()
    return found.id if found is not None and by.sees_site(found.site_id) else None


def get_category(session: Session, category_id: int, *, by: Actor) -> EquipmentCategory:
    require(by, Permission.READ)
    category = session.get(EquipmentCategory, category_id)
    if category is None:
        raise NotFound("not_found", N_("This category does not exist."))
    return category


def get_model(session: Session, model_id: int, *, by: Actor) -> EquipmentModel:
    require(by, Permission.READ)
    model = session.get(EquipmentModel, model_id)
    if model is None:
        raise NotFound("not_found", N_("This model does not exist."))
    return model


def category_choices(session: Session, *, by: Actor) -> list[tuple[int, str]]:
    """For pickers: by name, in the reader's language."""
    require(by, Permission.READ)
    rows = session.execute(choices_statement(current_language()))
    return sorted(((row_id, text) for row_id, text in rows), key=lambda choice: fold(choice[1]))


@cache
def choices_statement(language: Language) -> Any:
    return select(EquipmentCategory.id, category_name(language)).where(EquipmentCategory.archived_at.is_(None))


def categories(
    session: Session,
    *,
    by: Actor,
    q: str | None = None,
    archived: bool = False,
    limit: int | None = None,
    after: Any = None,
) -> Sequence[EquipmentCategory]:
    """In the order of codes; `archived` ones too where asked for."""
    require(by, Permission.READ)
    statement = select(EquipmentCategory).where(beyond(after, EquipmentCategory.code))
    if not archived:
        statement = statement.where(EquipmentCategory.archived_at.is_(None))
    for pattern in like_patterns(q or ""):
        statement = statement.where(EquipmentCategory.search_text.like(pattern, escape="\\"))
    statement = statement.order_by(EquipmentCategory.code)
    return session.scalars(statement if limit is None else statement.limit(limit + 1)).all()


def models(
    session: Session,
    *,
    by: Actor,
    q: str | None = None,
    archived: bool = False,
    limit: int | None = None,
    after: Any = None,
) -> Sequence[EquipmentModel]:
    """By maker and reference; `archived` ones too where asked for."""
    require(by, Permission.READ)
    key = (EquipmentModel.manufacturer, EquipmentModel.reference)
    statement = select(EquipmentModel).where(beyond(after, *key))
    if not archived:
        statement = statement.where(EquipmentModel.archived_at.is_(None))
    for pattern in like_patterns(q or ""):
        statement = statement.where(EquipmentModel.search_text.like(pattern, escape="\\"))
    statement = statement.order_by(*key)
    return session.scalars(statement if limit is None else statement.limit(limit + 1)).all()
