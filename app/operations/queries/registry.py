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
from app.equipment.rules.registry import is_given
from app.operations.rules.import_sites import KnownSite, SiteUnclear, by_word, labels, other_customer, site_meant
from app.people.models import Person
from app.places.models import Customer, Location, Site

CHUNK = 5_000  # values in one IN list
EXTERNAL, POSITION = "external", "position"
BASIS: dict[str, Basis] = {EXTERNAL: "external_id", POSITION: "position"}


@dataclass(slots=True)
class Names:
    """Names in use, folded, each with its row's id and the name as files write it.

    A model is known by maker and reference, a place by its site and path; a category by its code or either name.
    `owners`: the customer of each site that the file adds.
    """

    customers: dict[str, tuple[int, str]] = field(default_factory=dict)
    sites: dict[str, tuple[int, str]] = field(default_factory=dict)
    categories: dict[str, tuple[int, str]] = field(default_factory=dict)
    models: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    makers: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    locations: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    persons: dict[str, tuple[int, str]] = field(default_factory=dict)
    site_ids: dict[int, str] = field(default_factory=dict)
    site_words: dict[str, list[KnownSite]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)


def known_names(session: Session, rows: Sequence[ImportRow], *, by: Actor) -> Names:
    """Sites and what stands on them only where the actor sees them."""
    names = Names()
    for row_id, code, name in session.execute(select(Customer.id, Customer.code, Customer.name)):
        names.customers |= {fold(code): (row_id, name), fold(name): (row_id, name)}
    sites = known_sites(session, by=by)
    names.site_ids, names.site_words = labels(sites), by_word(sites)
    names.sites = {fold(label): (row_id, label) for row_id, label in names.site_ids.items()}
    columns = (EquipmentCategory.id, EquipmentCategory.code, EquipmentCategory.name, EquipmentCategory.name_fr)
    for row_id, code, name, name_fr in session.execute(select(*columns)):
        names.categories |= {fold(text): (row_id, name) for text in (code, name_fr, name) if text}
    models = select(EquipmentModel.id, EquipmentModel.manufacturer, EquipmentModel.reference)
    for row_id, maker, reference in session.execute(models):
        names.models[fold(maker), fold(reference)] = (row_id, reference)
        names.makers[fold(reference)].append(maker)
    for row_id, site_id, path in session.execute(select(Location.id, Location.site_id, Location.path)):
        if site_id in names.site_ids:
            names.locations[fold(names.site_ids[site_id]), fold(path)] = (row_id, path)
    wanted = {fold(row.values["person"]) for row in rows if "person" in row.values}
    for chunk in chunks(sorted(wanted)):
        found = select(Person.id, Person.name, Person.search_text).where(Person.search_text.in_(chunk))
        names.persons |= {text: (row_id, name) for row_id, name, text in session.execute(found)}
    return names


def known_sites(session: Session, *, by: Actor) -> list[KnownSite]:
    statement = select(Site.id, Site.code, Site.name, Customer.code, Customer.name).outerjoin(Site.customer)
    return [
        KnownSite(row_id, code, name, tuple(fold(word) for word in customer if word))
        for row_id, code, name, *customer in session.execute(statement.order_by(Site.id))
        if by.sees_site(row_id)
    ]


def as_known(row: ImportRow, names: Names) -> ImportRow:
    """The row with the names of the house for those that it writes otherwise (a code, another case)."""
    values = dict(row.values)
    customer = values.pop("customer", None)
    errors = row.errors
    if site := values.get("site"):
        try:
            values["site"] = _site(site, customer, names)
        except SiteUnclear as unclear:
            errors = (*errors, unclear.error)
    if "category" in values and (known := names.categories.get(fold(values["category"]))):
        values["category"] = known[1]
    if "model" in values and "manufacturer" not in values and len(names.makers[fold(values["model"])]) == 1:
        values["manufacturer"] = names.makers[fold(values["model"])][0]
    return replace(row, values=values, errors=errors)


def _site(site: str, customer: str | None, names: Names) -> str:
    """Whose a site is, is said when it is made; a file of pieces does not give it to someone else."""
    if known := site_meant(site, customer, names.site_words):
        return names.site_ids[known.id]
    if customer and fold(names.owners.setdefault(fold(site), customer)) != fold(customer):
        raise SiteUnclear(other_customer())
    return site


def registry_of(
    session: Session, rows: Sequence[ImportRow], names: Names, *, positions: Iterable[str], by: Actor
) -> Registry:
    """The pieces that any row may speak of, found by each of the ways in a few questions."""
    said = {name: [row.values[name] for row in rows if name in row.values] for name in ("tag", "serial", "external_id")}
    pieces: dict[int, Known] = {}
    for column, values in ((Equipment.tag, spellings(said["tag"])), (Equipment.serial, spellings(said["serial"]))):
        for chunk in chunks(values):
            pieces |= _pieces(session, column.in_(chunk), names, by)
    tags = {fold(known.values["tag"]) for known in pieces.values()}
    unknown = [row for row in rows if fold(row.values.get("tag", "")) not in tags]
    for chunk in chunks(sorted(_named_alike(session, unknown, names) - pieces.keys())):
        pieces |= _pieces(session, Equipment.id.in_(chunk), names, by)
    identities: dict[tuple[str, str], int] = {}
    for source, values in ((EXTERNAL, said["external_id"]), (POSITION, list(positions))):
        for chunk in chunks(sorted(set(values))):
            found = select(EquipmentIdentity.value, EquipmentIdentity.equipment_id).where(
                EquipmentIdentity.source == source, EquipmentIdentity.value.in_(chunk)
            )
            identities |= {(source, value): row_id for value, row_id in session.execute(found)}
    for chunk in chunks(sorted(set(identities.values()) - pieces.keys())):
        pieces |= _pieces(session, Equipment.id.in_(chunk), names, by)
    for chunk in chunks(sorted(pieces) if said["external_id"] else ()):
        kept = select(EquipmentIdentity.equipment_id, EquipmentIdentity.value).where(
            EquipmentIdentity.source == EXTERNAL, EquipmentIdentity.equipment_id.in_(chunk)
        )
        for row_id, value in session.execute(kept):
            pieces[row_id] = replace(pieces[row_id], values={**pieces[row_id].values, "external_id": value})
    hidden: set[tuple[Basis, str]] = {
        (BASIS[source], value) for (source, value), row_id in identities.items() if row_id not in pieces
    }
    for chunk in chunks(spellings(tag for tag in said["tag"] if fold(tag) not in tags)):
        used = session.scalars(select(Equipment.tag).where(Equipment.tag.in_(chunk)))
        hidden |= {("tag", fold(tag)) for tag in used}
    return replace(_by_each_way(pieces, identities), hidden=hidden)


def _named_alike(session: Session, rows: Iterable[ImportRow], names: Names) -> set[int]:
    """Pieces that stand on a site of the file under a name of the file, whatever its case and accents."""
    wanted: defaultdict[int, set[str]] = defaultdict(set)
    for row in rows:
        if "name" in row.values and (site := names.sites.get(fold(row.values.get("site", "")))):
            wanted[site[0]].add(fold(row.values["name"]))
    named = select(Equipment.id, Equipment.site_id, Equipment.name).where(
        Equipment.site_id.in_(wanted), Equipment.name.is_not(None), Equipment.archived_at.is_(None)
    )
    if not wanted:
        return set()
    return {row_id for row_id, site_id, name in session.execute(named) if fold(name) in wanted[site_id]}


def spellings(words: Iterable[str]) -> list[str]:
    """A word as it is written and in one case: indexes of both databases know no other likeness."""
    return sorted({spelling for word in words for spelling in (word, word.upper(), word.lower())})


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
    Equipment.site_id,
    EquipmentCategory.tag_prefix,
)


def _pieces(session: Session, condition: ColumnElement[bool], names: Names, by: Actor) -> dict[int, Known]:
    pieces = {}
    for row in session.execute(pieces_statement(by).where(condition)):
        values = row._asdict()
        values["site"] = names.site_ids[row.site_id]
        pieces[row.id] = Known(row.id, values, is_given(row.tag, row.tag_prefix))
    return pieces


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
