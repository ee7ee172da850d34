"""Orders are found by number, title, piece, place and site, whatever the accents; the same on both databases."""

from datetime import date

import pytest

from app.cases.actions import enter_orders, write_words
from app.core.i18n.folding import fold
from app.core.security import Actor, Role
from app.engine.actions.orders import make_orders
from app.equipment.models import Equipment, EquipmentCategory, EquipmentModel
from app.ledger.models import Occurrence
from app.people.models import Person
from app.places.models import Location, Site
from app.plans.models import PlanVersion
from app.workorders import actions, queries
from app.workorders.models import WorkOrder
from app.workorders.queries import searching
from tests.factories.engine import make_targets
from tests.factories.equipment import make_category, make_equipment, make_model
from tests.factories.people import make_person
from tests.factories.places import make_location, make_site
from tests.factories.plans import make_occurrence
from tests.factories.workorders import NOON, make_order

DAN = Actor(name="Dan", role=Role.TECHNICIAN, user_id=4, person_id=4)


def titles(session, q, by=DAN):
    return [row.title for row in queries.order_rows(session, queries.OrderFilter(q=q), by=by, limit=50)]


def written(session):
    """As the clock leaves it."""
    session.flush()
    while enter_orders(session) or write_words(session):
        pass


@pytest.fixture
def orders(session):
    lyon, nantes = make_site(session, "LYO", name="Siège Lyon"), make_site(session, "NTE", name="Nantes")
    room = make_location(session, lyon, "Salle déportée")
    ups = make_equipment(session, "OND-01", lyon, name="Onduleur", location_id=room.id)
    switch = make_equipment(session, "SWI-77", nantes, name="Cœur de réseau")
    return [
        make_order(session, ups, "Écran noir"),
        make_order(session, ups, "Remplacer la batterie"),
        make_order(session, switch, "Mise à jour 50%"),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ecran", ["Écran noir"]),
        ("NOIR écran", ["Écran noir"]),
        ("batt", ["Remplacer la batterie"]),  # a part of a word
        ("swi-77", ["Mise à jour 50%"]),  # the piece
        ("coeur RESEAU", ["Mise à jour 50%"]),
        ("deportee", ["Écran noir", "Remplacer la batterie"]),  # where the piece stands
        ("batterie lyon", ["Remplacer la batterie"]),  # title and site
        ("mise onduleur", []),  # each word has to be there
        ("0%", ["Mise à jour 50%"]),  # signs of LIKE mean themselves
        ("nothing", []),
    ],
)
@pytest.mark.parametrize("few", [0, 1, 5_000], ids=["many", "some few", "all few"])
def test_each_word_is_found_in_title_piece_place_or_site(session, orders, query, found, few, monkeypatch):
    for most in ("FEW", "RARE", "SPREAD"):
        monkeypatch.setattr(searching, most, few)
    assert titles(session, query) == found
    written(session)
    assert titles(session, query) == found


def test_words_of_foreign_sites_are_not_looked_up(session, orders):
    written(session)
    nantes = Actor(name="Eve", role=Role.TECHNICIAN, user_id=5, person_id=5, site_ids=frozenset({orders[2].site_id}))
    nowhere = Actor(name="Eve", role=Role.TECHNICIAN, user_id=5, person_id=5, site_ids=frozenset())
    assert titles(session, "jour", nantes) == ["Mise à jour 50%"]
    assert titles(session, "ecran", nantes) == []
    assert titles(session, "jour", nowhere) == []


RENAMED = {
    "title": (WorkOrder, "title"),
    "piece": (Equipment, "name"),
    "model": (EquipmentModel, "reference"),
    "category": (EquipmentCategory, "name"),
    "place": (Location, "path"),
    "site": (Site, "name"),
    "person": (Person, "name"),
}


@pytest.mark.parametrize("what", RENAMED)
def test_what_is_renamed_is_found_at_once(session, orders, what):
    piece = session.get_one(Equipment, orders[0].equipment_id)
    piece.category_id = make_category(session, "Secours").id
    piece.model_id = make_model(session, "Ellipse").id
    piece.person_id = make_person(session, "Hélène").id
    written(session)
    before = "helene ellipse secours noir deportee siege onduleur"
    assert titles(session, before) == ["Écran noir"]
    table, name = RENAMED[what]
    [row] = (row for row in session.query(table) if any(word in fold(getattr(row, name)) for word in before.split()))
    setattr(row, name, "Remplaçante")
    session.flush()
    for _ in range(2):
        assert orders[0].title in titles(session, "remplacante")
        assert titles(session, before) == []
        written(session)


def test_an_order_that_goes_over_to_another_piece_is_found_by_that(session, orders):
    written(session)
    orders[0].equipment_id = orders[2].equipment_id
    session.flush()
    assert titles(session, "coeur noir") == ["Écran noir"]
    written(session)
    assert titles(session, "coeur noir") == ["Écran noir"]
    assert titles(session, "onduleur noir") == []


def test_a_number_finds_its_order_and_a_title_that_holds_it(session, orders):
    named = orders[2]
    named.title = f"Comme {orders[0].id:03d}"
    session.flush()
    assert titles(session, f"{orders[0].id:03d}") == ["Écran noir", named.title]
    assert titles(session, f"OT-{orders[0].id:06d}") == ["Écran noir"]


def test_an_order_of_a_plan_is_found_by_its_versions_title_until_it_has_its_own(session):
    [target] = make_targets(session)
    version = session.query(PlanVersion).one()
    session.execute(PlanVersion.__table__.update().values(title="Dépoussiérer", search_text="depoussierer"))
    row = make_occurrence(session, target, version, fate="generated", reason=None, batch="b")
    assert make_orders(session, batch="b", now=NOON) == 1
    order = session.query(WorkOrder).one()
    assert (order.title, order.search_text) == ("Dépoussiérer", None)
    assert titles(session, "DEPOUSSIERER") == ["Dépoussiérer"]
    actions.edit_work_order(session, order.id, {"title": "Soufflerie"}, by=DAN, now=NOON)
    assert titles(session, "depoussierer") == []
    assert titles(session, "soufflerie") == ["Soufflerie"]
    assert session.get_one(Occurrence, row.id).due_on == date(2027, 1, 1)
