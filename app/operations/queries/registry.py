"""What an import compares a file with: names that are known, and the pieces that its rows may speak of."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.core.db.bulk import among
from app.core.errors import FieldError
from app.core.i18n.folding import fold
from app.core.security import Actor
from app.equipment.models import Equipment, EquipmentCategory, EquipmentIdentity, EquipmentModel
from app.equipment.rules.importing import ImportRow
from app.equipment.rules.known import Basis, Known, Registry, by_each_way
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
        found = select(Person.id, Person.name, Person.sort_name).where(among(session, Person.sort_name, chunk))
        names.persons |= {text: (row_id, name) for row_id, name, text in session.execute(found)}
    return names


def known_sites(session: Session, *, by: Actor) -> list[KnownSite]:
    statement = select(Site.id, Site.code, Site.name, Customer.code, Customer.name).outerjoin(Site.customer)
    return [
        KnownSite(row_id, code, name, tuple(fold(word) for word in customer if word))
        for row_id, code, name, *customer in session.execute(statement.order_by(Site.id))
        if by.sees_site(row_id)
    ]


def as_known(rows: Sequence[ImportRow], names: Names) -> list[ImportRow]:
    """Rows with the names of the house for those that they write otherwise (a code, another case)."""
    makers = _makers(rows, names)
    sites: dict[tuple[str, str | None], str | FieldError] = {}
    said = []
    for row in rows:
        values, errors = dict(row.values), row.errors
        customer = values.pop("customer", None)
        if site := values.get("site"):
            if (site, customer) not in sites:
                sites[site, customer] = _site(site, customer, names)
            if isinstance(known := sites[site, customer], str):
                values["site"] = known
            else:
                errors = (*errors, known)
        if "category" in values and (category := names.categories.get(fold(values["category"]))):
            values["category"] = category[1]
        if "model" in values and "manufacturer" not in values and len(makers.get(fold(values["model"]), ())) == 1:
            values["manufacturer"] = next(iter(makers[fold(values["model"])].values()))
        said.append(
            row if values == row.values and errors is row.errors else replace(row, values=values, errors=errors)
        )
    return said


def _makers(rows: Iterable[ImportRow], names: Names) -> dict[str, dict[str, str]]:
    """Who makes a model, folded and as written, by the house and by the file, which would else read otherwise again."""
    makers = {model: {fold(maker): maker for maker in known} for model, known in names.makers.items()}
    stated = {(row.values.get("manufacturer"), row.values.get("model")): None for row in rows}
    for maker, model in stated:
        if maker and model:
            makers.setdefault(fold(model), {}).setdefault(fold(maker), maker)
    return makers


def _site(site: str, customer: str | None, names: Names) -> str | FieldError:
    """Whose a site is, is said when it is made; a file of pieces does not give it to someone else."""
    try:
        known = site_meant(site, customer, names.site_words)
    except SiteUnclear as unclear:
        return unclear.error
    if known:
        return names.site_ids[known.id]
    if customer and fold(names.owners.setdefault(fold(site), customer)) != fold(customer):
        return other_customer()
    return site


def registry_of(
    session: Session, rows: Sequence[ImportRow], names: Names, *, positions: Iterable[str], by: Actor
) -> Registry:
    """The pieces that any row may speak of, found by each of the ways in a few questions."""
    said = {name: [row.values[name] for row in rows if name in row.values] for name in ("tag", "serial", "external_id")}
    pieces: dict[int, Known] = {}
    for column, values in ((Equipment.tag, spellings(said["tag"])), (Equipment.serial, spellings(said["serial"]))):
        for chunk in chunks(values):
            pieces |= _pieces(session, among(session, column, chunk), names, by)
    tags = {fold(known.values["tag"]) for known in pieces.values()}
    unknown = [row for row in rows if fold(row.values.get("tag", "")) not in tags]
    for chunk in chunks(sorted(_named_alike(session, unknown, names) - pieces.keys())):
        pieces |= _pieces(session, among(session, Equipment.id, chunk), names, by)
    identities: dict[tuple[str, str], int] = {}
    for source, values in ((EXTERNAL, said["external_id"]), (POSITION, list(positions))):
        for chunk in chunks(sorted(set(values))):
            found = select(EquipmentIdentity.value, EquipmentIdentity.equipment_id).where(
                EquipmentIdentity.source == source, among(session, EquipmentIdentity.value, chunk)
            )
            identities |= {(source, value): row_id for value, row_id in session.execute(found)}
    for chunk in chunks(sorted(set(identities.values()) - pieces.keys())):
        pieces |= _pieces(session, among(session, Equipment.id, chunk), names, by)
    for chunk in chunks(sorted(pieces) if said["external_id"] else ()):
        kept = select(EquipmentIdentity.equipment_id, EquipmentIdentity.value).where(
            EquipmentIdentity.source == EXTERNAL, among(session, EquipmentIdentity.equipment_id, chunk)
        )
        for row_id, value in session.execute(kept):
            pieces[row_id] = replace(pieces[row_id], values={**pieces[row_id].values, "external_id": value})
    hidden: set[tuple[Basis, str]] = {
        (BASIS[source], value) for (source, value), row_id in identities.items() if row_id not in pieces
    }
    for chunk in chunks(spellings(tag for tag in said["tag"] if fold(tag) not in tags)):
        used = session.scalars(select(Equipment.tag).where(among(session, Equipment.tag, chunk)))
        hidden |= {("tag", fold(tag)) for tag in used}
    named = {key: pieces[row_id] for key, row_id in identities.items() if row_id in pieces}
    external = {value: known for (source, value), known in named.items() if source == EXTERNAL}
    standing = {value: known for (source, value), known in named.items() if source == POSITION}
    return by_each_way(pieces.values(), external, standing, hidden)


def _named_alike(session: Session, rows: Iterable[ImportRow], names: Names) -> set[int]:
    """Pieces that stand on a site of the file under a name of the file, whatever its case and accents."""
    wanted: defaultdict[int, set[str]] = defaultdict(set)
    for row in rows:
        if "name" in row.values and (site := names.sites.get(fold(row.values.get("site", "")))):
            wanted[site[0]].add(fold(row.values["name"]))
    found: set[int] = set()
    for site_id, words in wanted.items():
        for chunk in chunks(sorted(words)):
            named = among(session, Equipment.sort_name, chunk), Equipment.site_id == site_id
            found |= set(session.scalars(select(Equipment.id).where(*named, Equipment.archived_at.is_(None))))
    return found


def spellings(words: Iterable[str]) -> list[str]:
    """A word as it is written and in one case: indexes of both databases know no other likeness."""
    return sorted({spelling for word in words for spelling in (word, word.upper(), word.lower())})


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
    for row in session.execute(pieces_statement(by).order_by(None).where(condition, Equipment.archived_at.is_(None))):
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
        .order_by(Equipment.tag)
    )
    return statement if by.site_ids is None else statement.where(Equipment.site_id.in_(by.site_ids))


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
