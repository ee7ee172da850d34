"""What an import compares a file with: names that are known, and the pieces that its rows may speak of."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.core.i18n.folding import fold
from app.core.security import Actor
from app.equipment.models import Equipment, EquipmentCategory, EquipmentIdentity, EquipmentModel
from app.equipment.rules.identity import Basis, Known, Registry
from app.equipment.rules.importing import ImportRow
from app.people.models import Person
from app.places.models import Customer, Location, Site

CHUNK = 900  # values in one IN list
EXTERNAL, POSITION = "external", "position"
BASIS: dict[str, Basis] = {EXTERNAL: "external_id", POSITION: "position"}


@dataclass(slots=True)
class Names:
    """Names in use, folded, each with its row's id and the name as it is written.

    A model is known by maker and reference, a place by its site and path; a category by its code or either name.
    """

    customers: dict[str, tuple[int, str]] = field(default_factory=dict)
    sites: dict[str, tuple[int, str]] = field(default_factory=dict)
    categories: dict[str, tuple[int, str]] = field(default_factory=dict)
    models: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    locations: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    persons: dict[str, tuple[int, str]] = field(default_factory=dict)
    site_ids: dict[int, str] = field(default_factory=dict)


def known_names(session: Session, rows: Sequence[ImportRow], *, by: Actor) -> Names:
    """Sites and what stands on them only where the actor sees them."""
    names = Names()
    for row_id, code, name in session.execute(select(Customer.id, Customer.code, Customer.name)):
        names.customers |= {fold(code): (row_id, name), fold(name): (row_id, name)}
    for row_id, code, name in session.execute(select(Site.id, Site.code, Site.name)):
        if by.sees_site(row_id):
            names.sites |= {fold(code): (row_id, name), fold(name): (row_id, name)}
            names.site_ids[row_id] = name
    columns = (EquipmentCategory.id, EquipmentCategory.code, EquipmentCategory.name, EquipmentCategory.name_fr)
    for row_id, code, name, name_fr in session.execute(select(*columns)):
        names.categories |= {fold(text): (row_id, name) for text in (code, name_fr, name) if text}
    models = select(EquipmentModel.id, EquipmentModel.manufacturer, EquipmentModel.reference)
    names.models = {(fold(maker), fold(ref)): (row_id, ref) for row_id, maker, ref in session.execute(models)}
    for row_id, site_id, path in session.execute(select(Location.id, Location.site_id, Location.path)):
        if site_id in names.site_ids:
            names.locations[fold(names.site_ids[site_id]), fold(path)] = (row_id, path)
    wanted = {fold(row.values["person"]) for row in rows if "person" in row.values}
    for chunk in chunks(sorted(wanted)):
        found = select(Person.id, Person.name, Person.search_text).where(Person.search_text.in_(chunk))
        names.persons |= {text: (row_id, name) for row_id, name, text in session.execute(found)}
    return names


def as_known(row: ImportRow, names: Names) -> ImportRow:
    """The row with the names of the house for those that it writes otherwise (a code, another case)."""
    values = dict(row.values)
    for field_name, known in (("site", names.sites), ("customer", names.customers), ("category", names.categories)):
        if field_name in values and (found := known.get(fold(values[field_name]))):
            values[field_name] = found[1]
    if fold(values.get("site", "")) in names.sites:
        values.pop("customer", None)  # whose a site is, is said when it is made; a file of pieces does not move it
    return replace(row, values=values)


def registry_of(session: Session, rows: Sequence[ImportRow], *, positions: Iterable[str], by: Actor) -> Registry:
    """The pieces that any row may speak of, found by each of the ways in a few questions."""
    said = {name: [row.values[name] for row in rows if name in row.values] for name in ("tag", "serial", "external_id")}
    names = {row.values["name"] for row in rows if "name" in row.values}
    pieces: dict[int, Known] = {}
    for column, values in ((Equipment.tag, said["tag"]), (Equipment.serial, said["serial"]), (Equipment.name, names)):
        for chunk in chunks(sorted(set(values))):
            pieces |= _pieces(session, column.in_(chunk), by)
    identities: dict[tuple[str, str], int] = {}
    for source, values in ((EXTERNAL, said["external_id"]), (POSITION, list(positions))):
        for chunk in chunks(sorted(set(values))):
            found = select(EquipmentIdentity.value, EquipmentIdentity.equipment_id).where(
                EquipmentIdentity.source == source, EquipmentIdentity.value.in_(chunk)
            )
            identities |= {(source, value): row_id for value, row_id in session.execute(found)}
    for chunk in chunks(sorted(set(identities.values()) - pieces.keys())):
        pieces |= _pieces(session, Equipment.id.in_(chunk), by)
    external = {row_id: value for (source, value), row_id in identities.items() if source == EXTERNAL}
    for row_id, value in external.items():
        if row_id in pieces:
            pieces[row_id] = Known(row_id, {**pieces[row_id].values, "external_id": value})
    hidden: set[tuple[Basis, str]] = {
        (BASIS[source], value) for (source, value), row_id in identities.items() if row_id not in pieces
    }
    seen = {known.values["tag"] for known in pieces.values()}
    for chunk in chunks(sorted(set(said["tag"]) - seen)):
        hidden |= {("tag", tag) for tag in session.scalars(select(Equipment.tag).where(Equipment.tag.in_(chunk)))}
    return replace(_by_each_way(pieces, identities), hidden=hidden)


def _by_each_way(pieces: dict[int, Known], identities: dict[tuple[str, str], int]) -> Registry:
    by_serial: defaultdict[str, list[Known]] = defaultdict(list)
    by_name: defaultdict[tuple[str, str], list[Known]] = defaultdict(list)
    for known in pieces.values():
        if known.values["serial"]:
            by_serial[fold(known.values["serial"])].append(known)
        if known.values["name"]:
            by_name[fold(known.values["site"]), fold(known.values["name"])].append(known)
    named = {key: pieces[row_id] for key, row_id in identities.items() if row_id in pieces}
    return Registry(
        by_external_id={value: known for (source, value), known in named.items() if source == EXTERNAL},
        by_tag={fold(known.values["tag"]): known for known in pieces.values()},
        by_serial=by_serial,
        by_name=by_name,
        by_position={value: known for (source, value), known in named.items() if source == POSITION},
    )


PIECE_COLUMNS = (
    Equipment.tag,
    Equipment.name,
    Equipment.serial,
    EquipmentCategory.name.label("category"),
    EquipmentModel.manufacturer,
    EquipmentModel.reference.label("model"),
    Customer.name.label("customer"),
    Site.name.label("site"),
    Location.path.label("location"),
    Equipment.rack,
    Equipment.status,
    Equipment.criticality,
    Equipment.commissioned_on,
    Equipment.warranty_until,
    Equipment.purchase_cost_minor.label("purchase_cost"),
    Equipment.currency,
    Person.name.label("person"),
    Equipment.remote_host,
    Equipment.remote_url,
    Equipment.notes,
)


def _pieces(session: Session, condition: ColumnElement[bool], by: Actor) -> dict[int, Known]:
    return {row[0]: Known(row[0], row._asdict()) for row in session.execute(pieces_statement(by).where(condition))}


def pieces_statement(by: Actor) -> Any:
    """Pieces as a file says them, in the order of tags; of the actor's sites only."""
    statement = (
        select(Equipment.id, *PIECE_COLUMNS)
        .join(EquipmentCategory, EquipmentCategory.id == Equipment.category_id)
        .join(Site, Site.id == Equipment.site_id)
        .outerjoin(Customer, Customer.id == Site.customer_id)
        .outerjoin(EquipmentModel, EquipmentModel.id == Equipment.model_id)
        .outerjoin(Location, Location.id == Equipment.location_id)
        .outerjoin(Person, Person.id == Equipment.person_id)
        .where(Equipment.archived_at.is_(None))
        .order_by(Equipment.tag)
    )
    return statement if by.site_ids is None else statement.where(Equipment.site_id.in_(by.site_ids))


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
