"""People, teams and places: found whatever the accents, sorted as a dictionary is; the same on both databases."""

import pytest

from app.core.security import Actor, Role
from app.people import queries as people
from app.people.actions.persons import edit_person
from app.people.schemas import PersonInput
from app.places.queries import calendars as houses
from app.places.queries import members
from app.places.queries import sites as places
from tests.factories.people import make_person, make_team, make_user
from tests.factories.places import make_calendar, make_customer, make_location, make_site

ADAM = Actor("Adam", Role.ADMIN)
NAMES = ["David", "Élodie", "eric", "Étienne", "François", "Œuvrard", "Zoé"]


def names(rows):
    return [row.name for row in rows]


def test_people_stand_as_a_dictionary_has_them(session):
    for name in reversed(NAMES):
        make_person(session, name)
    assert names(people.persons(session, by=ADAM)) == NAMES
    assert names(people.persons(session, by=ADAM, sort="-name")) == NAMES[::-1]


def test_pages_follow_one_another_in_that_order(session):
    for name in NAMES:
        make_person(session, name)
    first = people.persons(session, by=ADAM, limit=2)
    after = people.PERSON_ORDERS["name"].place(first[1])
    assert names(people.persons(session, by=ADAM, limit=9, after=after)) == NAMES[2:]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("elodie", ["Élodie Ångström"]),
        ("ÉLODIE angstrom", ["Élodie Ångström"]),
        ("e.angstrom@", ["Élodie Ångström"]),  # the address
        ("50%", ["Remise 50%"]),  # signs of LIKE mean themselves
        ("elodie remise", []),
    ],
)
def test_people_are_found_by_name_and_address(session, query, found):
    make_person(session, "Élodie Ångström", email="E.Angstrom@example.org")
    make_person(session, "Remise 50%")
    assert names(people.persons(session, by=ADAM, q=query)) == found


def test_who_has_another_name_is_found_by_that_one(session):
    person = make_person(session, "Chloé Martin")
    edit_person(session, person.id, PersonInput(name="Chloé Lefèvre"), by=ADAM, now=person.created_at)
    assert names(people.persons(session, by=ADAM, q="lefevre")) == ["Chloé Lefèvre"]
    assert people.persons(session, by=ADAM, q="martin") == []
    assert people.persons_named(session, "chloe LEFEVRE", by=ADAM) == [person.id]


def test_teams_and_accounts_are_found_alike(session):
    make_team(session, "Équipe réseau")
    make_user(session, "chloe", name="Chloé")
    make_user(session, "adam", name="Zoé")
    assert names(people.teams(session, by=ADAM, q="equipe RESEAU")) == ["Équipe réseau"]
    assert names(members.members(session, by=ADAM, q="chloe")) == ["Chloé"]
    assert names(members.members(session, by=ADAM)) == ["Zoé", "Chloé"]  # by login
    assert names(members.members(session, by=ADAM, sort="name")) == ["Chloé", "Zoé"]


def test_places_are_found_and_sorted_alike(session):
    calendar = make_calendar(session, "ALS", name="Alsace-Moselle")
    for code, name in (("Z9", "Écully"), ("A1", "Fréjus"), ("M5", "Dinard")):
        make_site(session, code, calendar, name=name, address=f"1 allée de {name}")
    assert names(places.sites(session, by=ADAM)) == ["Dinard", "Écully", "Fréjus"]
    assert names(places.sites(session, by=ADAM, sort="code")) == ["Fréjus", "Dinard", "Écully"]
    assert names(places.sites(session, by=ADAM, q="allee ecully")) == ["Écully"]
    make_customer(session, "B", name="Électro")
    make_customer(session, "A", name="Faure")
    assert names(houses.customers(session, by=ADAM)) == ["Électro", "Faure"]
    assert names(houses.customers(session, by=ADAM, q="ELECTRO")) == ["Électro"]
    assert names(houses.calendars(session, by=ADAM, q="alsace")) == ["Alsace-Moselle"]


def test_rooms_are_found_alike_and_follow_what_they_lie_in(session):
    site = make_site(session)
    building = make_location(session, site, "Étage")
    make_location(session, site, "Salle déportée", building)
    make_location(session, site, "Dépôt")
    assert names(places.locations(session, by=ADAM)) == ["Dépôt", "Étage", "Salle déportée"]
    assert names(places.locations(session, by=ADAM, q="etage DEPORTEE")) == ["Salle déportée"]
