"""Golden questions: accents, case, plurals and language don't count, alike on both databases."""

from datetime import date

import pytest

from app.cases.queries import cases_with
from app.core.security import Actor, Role
from tests.factories.cases import file_all, make_case
from tests.factories.equipment import make_category, make_equipment, make_model
from tests.factories.places import make_site

DAN = Actor(name="Dan", role=Role.TECHNICIAN, user_id=4, person_id=4)
TODAY = date(2026, 11, 23)


@pytest.fixture
def filed(session):
    lyon, printers = make_site(session, "LYO"), make_category(session, "Printer")
    model = make_model(session, "LaserJet M507", manufacturer="HP", category_id=printers.id)
    printer = make_equipment(session, "IMP-0007", lyon, printers, model_id=model.id)
    ups = make_equipment(session, "OND-0001", lyon, make_category(session, "UPS"))
    make_case(session, printer, "Bourrages papier à répétition", observed="Rouleaux d’entraînement usés")
    make_case(session, printer, "Printer jams", observed="Paper dust on the rollers", failure_mode="degraded_output")
    make_case(session, ups, "Batterie gonflée", explanation="Batteries de l’onduleur remplacées, testé à 80 %.")
    make_case(session, ups, "Surchauffe de l’onduleur", method_note="Grilles dépoussiérées, ventilateur changé")
    make_case(session, ups, "Écran « E-03 » : œil magique éteint", failure_mode="display_fault")
    file_all(session)


GOLDEN = [
    ("batterie", ["Batterie gonflée"]),
    ("BATTERIES", ["Batterie gonflée"]),
    ("battery", ["Batterie gonflée"]),  # the same word, as the other language writes it
    ("ups batteries", ["Batterie gonflée"]),
    ("jam", ["Printer jams", "Bourrages papier à répétition"]),
    ("bourrage", ["Printer jams", "Bourrages papier à répétition"]),
    ("bourrages de papier", ["Printer jams", "Bourrages papier à répétition"]),
    ("rouleau", ["Printer jams", "Bourrages papier à répétition"]),
    ("entrainement ROULEAU", ["Bourrages papier à répétition"]),
    ("repetition", ["Bourrages papier à répétition"]),
    ("RÉPÉTITIONS", ["Bourrages papier à répétition"]),
    ("l'onduleur surchauffe", ["Surchauffe de l’onduleur"]),
    ("overheating", ["Surchauffe de l’onduleur"]),
    ("fan", ["Surchauffe de l’onduleur"]),
    ("dust", ["Surchauffe de l’onduleur", "Printer jams"]),
    ("oeil", ["Écran « E-03 » : œil magique éteint"]),
    ("œil", ["Écran « E-03 » : œil magique éteint"]),
    ("screen", ["Écran « E-03 » : œil magique éteint"]),
    ("e-03", ["Écran « E-03 » : œil magique éteint"]),
    ("display", ["Écran « E-03 » : œil magique éteint"]),  # the failure mode's own words too
    ("imp-0007", ["Printer jams", "Bourrages papier à répétition"]),
    ("laserjet m507", ["Printer jams", "Bourrages papier à répétition"]),
    ("batterie imprimante", []),  # each word has to be there
    ("the", []),  # says nothing
    ("' OR \" * ( AND", []),  # signs of a query language mean nothing
    ("_s1", []),
]


def test_questions_find_the_same_on_both_databases(session, filed):
    answers = [(q, [case.title for case in cases_with(session, q, by=DAN, on=TODAY)]) for q, _ in GOLDEN]
    assert answers == GOLDEN


def test_without_words_the_latest_come_first(session, filed):
    assert [case.number for case in cases_with(session, by=DAN, on=TODAY)] == [
        "OT-000005",
        "OT-000004",
        "OT-000003",
        "OT-000002",
        "OT-000001",
    ]


def test_a_failure_mode_is_asked_for_by_itself(session, filed):
    found = cases_with(session, failure_mode="degraded_output", by=DAN, on=TODAY)
    assert [case.title for case in found] == ["Printer jams"]


def test_a_very_long_word_is_taken(session):
    piece = make_equipment(session)
    make_case(session, piece, "Odd", observed="x" * 5000)
    file_all(session)
    assert [case.title for case in cases_with(session, "x" * 200, by=DAN, on=TODAY)] == ["Odd"]
