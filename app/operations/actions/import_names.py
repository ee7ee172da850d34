"""Customers, sites, categories, models, places and people that a file names and the house does not know yet."""

from collections.abc import Container, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core.i18n.folding import fold
from app.core.security import Actor
from app.equipment.actions.catalogue import create_category, create_model
from app.equipment.rules.importing import ImportRow
from app.equipment.schemas import CategoryInput, ModelInput
from app.operations.actions.import_places import location_key, make_locations
from app.operations.queries.registry import Names
from app.operations.rules.import_sites import KnownSite
from app.operations.schemas import Created
from app.people.actions.persons import create_person
from app.people.schemas import PersonInput
from app.places.actions.customers import create_customer
from app.places.actions.sites import create_site
from app.places.rules import BETWEEN
from app.places.schemas import CustomerInput, SiteInput

CODE_LENGTH = 20
NAMING = ("site", "category", "manufacturer", "model", "location", "person")  # fields that name what is known or made


def missing_names(rows: Sequence[ImportRow], names: Names) -> dict[Created, list[str]]:
    """What `make_names` would make, each once, as the file writes it."""
    found: dict[Created, dict[Any, str]] = {
        "customers": {}, "sites": {}, "categories": {}, "models": {}, "locations": {}, "persons": {},
    }  # fmt: skip
    for row in rows:
        said = row.values
        for kind, column, known in (
            ("sites", "site", names.sites),
            ("categories", "category", names.categories),
            ("persons", "person", names.persons),
        ):
            if column in said and fold(said[column]) not in known:
                found[kind].setdefault(fold(said[column]), said[column])  # type: ignore[index]
        if "model" in said and model_key(row) not in names.models:
            found["models"].setdefault(model_key(row), f"{said.get('manufacturer', '')} {said['model']}".strip())
        if "location" in said and "site" in said and location_key(row) not in names.locations:
            found["locations"].setdefault(location_key(row), f"{said['site']}{BETWEEN}{said['location']}")
    owners = [names.owners[site] for site in found["sites"] if site in names.owners]
    found["customers"] = {fold(owner): owner for owner in owners if fold(owner) not in names.customers}
    return {kind: list(labels.values()) for kind, labels in found.items()}


def model_key(row: ImportRow) -> tuple[str, str]:
    return fold(row.values.get("manufacturer", "")), fold(row.values["model"])


def make_names(session: Session, rows: Sequence[ImportRow], names: Names, *, by: Actor, now: datetime) -> None:
    """By the same actions as people use, so that each leaves its audit row; `names` knows them afterwards.

    Places are many, and go in by levels.
    """
    for row in rows:
        said = row.values
        if (site := said.get("site")) and fold(site) not in names.sites:
            _make_site(session, site, names.owners.get(fold(site)), names, by=by, now=now)
        if (category := said.get("category")) and fold(category) not in names.categories:
            code = free_code(category, names.categories)
            made = create_category(session, CategoryInput(code=code, name=category), by=by, now=now)
            names.categories |= {fold(code): (made.id, category), fold(category): (made.id, category)}
        if "model" in said and model_key(row) not in names.models:
            category_id = names.categories[fold(category)][0] if category else None
            data = ModelInput(
                manufacturer=said.get("manufacturer", ""), reference=said["model"], category_id=category_id
            )
            names.models[model_key(row)] = (create_model(session, data, by=by, now=now).id, said["model"])
        if (person := said.get("person")) and fold(person) not in names.persons:
            names.persons[fold(person)] = (create_person(session, PersonInput(name=person), by=by, now=now).id, person)
    make_locations(session, rows, names, by=by, now=now)


def _make_site(session: Session, name: str, customer: str | None, names: Names, *, by: Actor, now: datetime) -> None:
    customer_id = None
    if customer:
        if fold(customer) not in names.customers:
            code = free_code(customer, names.customers)
            made = create_customer(session, CustomerInput(code=code, name=customer), by=by, now=now)
            names.customers |= {fold(code): (made.id, customer), fold(customer): (made.id, customer)}
        customer_id = names.customers[fold(customer)][0]
    code = free_code(name, names.site_words)
    site = create_site(session, SiteInput(code=code, name=name, customer_id=customer_id), by=by, now=now)
    names.site_words[fold(code)] = [KnownSite(site.id, code, name)]
    names.sites[fold(name)] = (site.id, name)
    names.site_ids[site.id] = name


def free_code(name: str, known: Container[str]) -> str:
    """A short code from a name, as people would choose it; numbered where it is taken."""
    letters = "".join(char if char.isascii() and char.isalnum() else "-" for char in fold(name).upper())
    stem = "-".join(part for part in letters.split("-") if part)[:CODE_LENGTH] or "X"
    code, number = stem, 2
    while fold(code) in known:
        code, number = f"{stem}-{number}", number + 1
    return code
