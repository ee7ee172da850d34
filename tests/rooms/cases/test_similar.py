"""Cases like an order: what they have in common decides their order; what cured them is judged by what came after."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, func, select

from app.cases.actions import file_cases, follow_pieces
from app.cases.models import CaseText
from app.cases.queries import cases_with, similar_cases, similar_to_order
from app.core.errors import NotFound
from app.core.i18n import in_language
from app.core.security import Actor, Role
from app.equipment.actions import add_failure_code, archive_failure_code
from app.equipment.schemas import FailureCodeInput
from app.interventions.actions import complete_work_order
from app.interventions.schemas import CompletionInput
from app.resources.actions.parts import use_part
from app.resources.schemas import PartUseInput
from app.workorders.actions import comment_on, edit_work_order, reopen_work_order
from app.workorders.schemas import CommentInput
from tests.factories.cases import file_all, make_case
from tests.factories.equipment import make_category, make_equipment, make_model
from tests.factories.parts import make_part
from tests.factories.places import make_site
from tests.factories.workorders import make_order

DAN = Actor(name="Dan", role=Role.TECHNICIAN, user_id=4, person_id=4)
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def house(session):
    class House:
        lyon, nantes = make_site(session, "LYO"), make_site(session, "NTE")
        printers, servers = make_category(session, "Printer"), make_category(session, "Server")
        hp = make_model(session, "M507", manufacturer="HP")
        xerox = make_model(session, "C405", manufacturer="Xerox")

        def piece(self, tag, category=None, model=None, site=None):
            more = {"model_id": model.id} if model else {}
            return make_equipment(session, tag, site or self.lyon, category or self.printers, **more)

    return House()


def found(session, piece, *words, mode=None, by=DAN):
    like = {"equipment_id": piece.id, "words": words, "failure_mode": mode}
    return similar_cases(session, **like, by=by, on=TODAY, limit=10)


def test_the_same_model_and_mode_come_first_then_the_category_then_words(session, house):
    mine = house.piece("P-1", model=house.hp)
    make_case(session, house.piece("S-1", house.servers), "Grinding noise at start")
    make_case(session, house.piece("P-4"), "Grinding noise")
    make_case(session, house.piece("P-3", model=house.hp), "Noise when it prints")
    make_case(session, house.piece("P-5", model=house.xerox), "Rattles", failure_mode="noise_or_vibration")
    make_case(session, house.piece("P-2", model=house.hp), "Hums", failure_mode="noise_or_vibration")
    make_case(session, house.piece("S-2", house.servers), "Disk full")
    make_case(session, house.piece("P-6", model=house.hp), "Toner empty")
    file_all(session)
    cases = found(session, mine, "grinding noises", mode="noise_or_vibration")
    assert [(case.title, case.near) for case in cases] == [
        ("Hums", "model_and_mode"),
        ("Rattles", "category_and_mode"),
        ("Noise when it prints", "model"),
        ("Grinding noise", "category"),
        ("Grinding noise at start", "words"),
    ]


def test_of_those_alike_more_of_the_rare_words_come_first(session, house):
    mine = house.piece("P-1")
    make_case(session, house.piece("P-2"), "Streaks, noise")
    for number in range(3, 9):
        make_case(session, house.piece(f"P-{number}"), "Noise")
    file_all(session)
    assert found(session, mine, "Noise and streaks")[0].title == "Streaks, noise"


def test_an_order_finds_cases_by_what_it_says_and_never_itself(session, house):
    piece = house.piece("P-1")
    old = make_case(session, piece, "Paper jam in tray 2", observed="Worn roller")
    order = make_case(session, piece, "Bourrage papier", "2026-11-20")
    file_all(session)
    assert [case.order_id for case in similar_to_order(session, order.id, by=DAN, on=TODAY)] == [old.id]
    fresh = make_order(session, piece, "Something else")
    assert similar_to_order(session, fresh.id, by=DAN, on=TODAY) == []


def test_long_instructions_do_not_hide_what_the_name_says(session, house):
    make_case(session, house.piece("S-1", house.servers), "Server room too hot")
    file_all(session)
    order = make_order(session, house.piece("P-1"), "Server room hot", instructions="Check alpha beta gamma " * 20)
    assert [case.title for case in similar_to_order(session, order.id, by=DAN, on=TODAY)] == ["Server room too hot"]


def test_parts_that_were_used_are_told(session, house):
    case = make_case(session, house.piece("P-1"), "Paper jam")
    fuser, roller = make_part(session, "F-1", 5, name="Fuser"), make_part(session, "R-1", 5, name="Roller")
    for part, returned in ((fuser, 0), (roller, 1)):
        taken = use_part(session, case.id, PartUseInput(part_id=part.id), by=Actor.system(), now=NOW)
        taken.returned = returned
    session.flush()
    file_all(session)
    assert [case.parts for case in cases_with(session, by=DAN, on=TODAY)] == [["1 × Fuser"]]


def test_nothing_is_told_of_a_site_that_the_reader_does_not_see(session, house):
    mine = house.piece("P-1", model=house.hp)
    there = house.piece("P-2", model=house.hp, site=house.nantes)
    make_case(session, there, "Paper jam", failure_mode="degraded_output")
    file_all(session)
    eve = replace(DAN, site_ids=frozenset({house.nantes.id}))
    dan = replace(DAN, site_ids=frozenset({house.lyon.id}))
    nobody = replace(DAN, site_ids=frozenset())
    assert len(found(session, mine, "paper jam", mode="degraded_output", by=eve)) == 1
    for by in (dan, nobody):
        assert found(session, mine, "paper jam", mode="degraded_output", by=by) == []
        assert cases_with(session, "paper jam", by=by, on=TODAY) == []
        assert cases_with(session, by=by, on=TODAY) == []
    with pytest.raises(NotFound):
        cases_with(session, equipment_id=there.id, by=dan, on=TODAY)


def test_how_often_a_cure_held_counts_cures_that_are_old_enough(session, house):
    first, second, third = (house.piece(f"P-{n}") for n in (1, 2, 3))
    mode = {"failure_mode": "overheats"}
    make_case(session, first, "Hot", "2026-01-05", **mode)  # again after 20 days
    make_case(session, first, "Hot", "2026-01-25", **mode)  # held
    make_case(session, second, "Hot", "2026-03-01", **mode)  # again after 61 days
    make_case(session, second, "Hot", "2026-05-01", **mode)  # held
    make_case(session, second, "Jam", "2026-05-20", failure_mode="degraded_output")  # another mode
    make_case(session, third, "Hot", "2026-10-10", **mode)  # 44 days old: too young for 90
    make_case(session, third, "Hot", "2026-03-02", kind="cleaned", **mode)  # another cure
    file_all(session)
    case = next(case for case in found(session, first, mode="overheats") if case.kind == "repaired")
    assert [(each.days, each.count, each.held) for each in case.held] == [(30, 5, 4), (90, 4, 2)]
    again = {case.done_on: case.failed_again_on for case in found(session, first, mode="overheats")}
    assert again[date(2026, 1, 5)] == date(2026, 1, 25)
    assert again[date(2026, 1, 25)] is None


def test_the_lasting_fix_of_a_temporary_one_is_no_repeat(session, house):
    piece = house.piece("P-1")
    report = {"failure_mode": "overheats", "restoration": "palliative", "curative_due_on": date(2026, 6, 20)}
    make_case(session, piece, "Hot", "2026-06-01", **report)
    follow_up = session.scalars(select(func.max(CaseText.order_id))).one()  # nothing is filed yet
    assert follow_up is None
    file_all(session)
    from app.workorders.models import WorkOrder

    curative = session.scalars(select(WorkOrder).where(WorkOrder.origin == "follow_up")).one()
    done = CompletionInput(kind="component_replaced", finding="minor")
    complete_work_order(session, curative.id, done, by=Actor.system(), now=NOW)
    file_all(session)
    assert [case.failed_again_on for case in cases_with(session, by=DAN, on=TODAY)] == [None, None]


def test_a_failure_after_a_routine_visit_is_no_repeat(session, house):
    piece, visit = house.piece("P-1"), {"type": "preventive", "kind": "cleaning"}
    make_case(session, piece, "Clean", "2026-06-01", order=visit, kind="cleaned", finding="minor", observed="Dust")
    make_case(session, piece, "Jam", "2026-06-10")
    make_case(session, piece, "Jam", "2026-06-20")
    file_all(session)
    again = [case.failed_again_on for case in cases_with(session, by=DAN, on=TODAY)]
    assert again == [None, date(2026, 6, 20), None]


def test_a_routine_visit_that_found_nothing_is_no_case(session, house):
    visit = {"type": "preventive", "kind": "cleaning"}
    make_case(session, house.piece("P-1"), "Clean", order=visit, kind="cleaned", finding="none")
    make_case(session, house.piece("P-2"), "Clean", order=visit, kind="cleaned", finding="minor", observed="Dust")
    make_case(session, house.piece("P-3"), "Repair", kind="not_done", not_done_reason="Nobody there")
    file_all(session)
    assert [case.observed for case in cases_with(session, by=DAN, on=TODAY)] == ["Dust"]


def test_a_reopened_order_leaves_and_its_new_report_comes_in(session, house):
    case = make_case(session, house.piece("P-1"), "Jam", observed="Roller")
    file_all(session)
    reopen_work_order(session, case.id, "Jams again", by=Actor.system(), now=NOW)
    assert cases_with(session, "roller", by=DAN, on=TODAY) == []
    file_all(session)
    complete_work_order(
        session, case.id, CompletionInput(finding="failed", observed="Fuser"), by=Actor.system(), now=NOW
    )
    file_all(session)
    assert cases_with(session, "roller", by=DAN, on=TODAY) == []
    assert [case.observed for case in cases_with(session, "fuser", by=DAN, on=TODAY)] == ["Fuser"]
    assert file_cases(session) == 0


def test_what_is_commented_later_and_a_new_title_are_found(session, house):
    case = make_case(session, house.piece("P-1"), "Jam", observed="Roller")
    file_all(session)
    comment_on(session, case.id, CommentInput(text="It was the solenoid after all"), by=Actor.system(), now=NOW)
    file_all(session)
    assert [found.title for found in cases_with(session, "solenoids", by=DAN, on=TODAY)] == ["Jam"]
    reopen_work_order(session, case.id, "Again", by=Actor.system(), now=NOW)
    edit_work_order(session, case.id, {"title": "Clutch"}, by=Actor.system(), now=NOW)
    complete_work_order(session, case.id, CompletionInput(finding="failed"), by=Actor.system(), now=NOW)
    file_all(session)
    assert [found.title for found in cases_with(session, "clutch solenoid", by=DAN, on=TODAY)] == ["Clutch"]
    assert cases_with(session, "jam", by=DAN, on=TODAY) == []


def test_a_failure_mode_of_the_house_is_named_and_found_in_both_languages(session, house):
    said = {"kind": "mode", "code": "sheet_folds", "name": "Sheet folds", "name_fr": "Feuille froissée"}
    code = add_failure_code(session, FailureCodeInput(**said), by=Actor.system(), now=NOW)
    make_case(session, house.piece("P-1"), "Stops", failure_mode="sheet_folds")
    archive_failure_code(session, code.id, by=Actor.system(), now=NOW)
    file_all(session)
    with in_language("fr"):
        [case] = cases_with(session, "froissées", by=DAN, on=TODAY)
    assert (case.failure_mode, case.failure_mode_name) == ("sheet_folds", "Feuille froissée")
    assert [case.failure_mode_name for case in cases_with(session, by=DAN, on=TODAY)] == ["Sheet folds"]


def test_a_piece_whose_model_is_set_right_is_found_by_it(session, house):
    piece = house.piece("P-1")
    make_case(session, piece, "Jam", failure_mode="degraded_output")
    file_all(session)
    piece.model_id = house.hp.id
    session.flush()
    assert follow_pieces(session) == 1
    file_all(session)
    assert follow_pieces(session) == 0
    (case,) = found(session, house.piece("P-2", model=house.hp), mode="degraded_output")
    assert (case.near, case.model) == ("model_and_mode", "HP M507")


def test_one_question_asks_the_database_a_bounded_number_of_times(session, house):
    mine = house.piece("P-0", model=house.hp)
    for number in range(1, 12):
        make_case(session, house.piece(f"P-{number}", model=house.hp), "Paper jam", failure_mode="degraded_output")
    file_all(session)
    statements = []
    event.listen(session.connection(), "before_cursor_execute", lambda *said: statements.append(said[2]))
    assert len(found(session, mine, "paper jam", mode="degraded_output")) == 10
    assert len(statements) == 7
