"""Procedures: drafted, published, compared; what technicians suggest and what becomes of it."""

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, PreconditionFailed
from app.core.security import Actor, Role
from app.journal.models import AuditEntry
from app.procedures import actions
from app.procedures.models import ProcedureVersion
from app.procedures.queries.procedures import get_procedure, list_procedures, procedure_choices, procedure_view
from app.procedures.queries.steps import sections_of
from app.procedures.queries.suggestions import list_suggestions, suggestion_view
from app.procedures.queries.versions import compare_versions, get_version, list_versions
from app.procedures.schemas import Answer, DraftInput, ProcedureInput, ProcedurePatch, SuggestionInput
from tests.factories.parts import make_part
from tests.factories.plans import ALICE, BOB
from tests.factories.procedures import STEPS, make_procedure, publish_next, version_of

EVE = Actor("Eve", Role.MANAGER, site_ids=frozenset({1}))
BOB_HIMSELF = Actor("Bob", Role.TECHNICIAN, user_id=7)
TICK = {"title": "Close the rack"}


def view_of(session, procedure):
    return procedure_view(session, get_procedure(session, procedure.id, by=BOB))


def test_a_procedure_is_drafted_published_and_drafted_again(session, now):
    part = make_part(session, name="Filter")
    data = ProcedureInput.model_validate(
        {"title": "Clean a switch", "steps": STEPS, "tools": "Brush", "parts": [{"part_id": part.id, "quantity": 2}]}
    )
    made = actions.create_procedure(session, data, by=ALICE, now=now)
    view = view_of(session, made)
    assert (view.code, view.current, view.draft.number) == (f"G-{made.id:03}", None, 1)
    actions.publish_draft(session, made.id, version=1, by=ALICE, now=now)
    view = view_of(session, made)
    assert (view.current_number, view.current.state, view.draft) == (1, "published", None)
    assert view.current.published_by_name == "Alice"
    actions.start_draft(session, made.id, by=ALICE, now=now)
    view = view_of(session, made)
    assert view.draft.steps[1].model_dump(exclude={"id"}) == view.current.steps[1].model_dump(exclude={"id"})
    assert (view.draft.tools, view.draft.note) == ("Brush", None)
    assert [(part.name, part.quantity) for part in view.draft.parts] == [("Filter", 2)]
    actions.save_draft(session, made.id, DraftInput.model_validate({"steps": [TICK]}), by=ALICE, now=now)
    actions.publish_draft(session, made.id, by=ALICE, now=now)
    states = [(row.number, row.state) for row in list_versions(session, made)]
    assert states == [(2, "published"), (1, "retired")]
    assert [step.title for step in get_version(session, made, 1).steps] == [step["title"] for step in STEPS]
    told = session.scalars(select(AuditEntry.action).where(AuditEntry.entity == "procedure").order_by(AuditEntry.id))
    assert list(told) == ["created", "published", "drafted", "draft_saved", "published"]


def test_what_is_published_is_never_changed(session, now):
    made = make_procedure(session)
    with pytest.raises(NotFound):
        actions.save_draft(session, made.id, DraftInput(), by=ALICE, now=now)
    actions.start_draft(session, made.id, by=ALICE, now=now)
    with pytest.raises(Conflict):
        actions.start_draft(session, made.id, by=ALICE, now=now)
    session.add(
        ProcedureVersion(procedure_id=made.id, number=9, state="draft", created_at=now, created_by_name="Alice")
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_draft_may_be_empty_and_a_published_version_may_not(session, now):
    made = make_procedure(session, steps=[], is_published=False)
    with pytest.raises(InvalidInput):
        actions.publish_draft(session, made.id, by=ALICE, now=now)


def test_a_draft_that_is_given_up_is_never_in_force(session, now):
    made = make_procedure(session)
    actions.start_draft(session, made.id, by=ALICE, now=now)
    actions.discard_draft(session, made.id, by=ALICE, now=now)
    view = view_of(session, made)
    assert (view.current.number, view.draft) == (1, None)
    assert [(row.number, row.state, row.published_at is None) for row in list_versions(session, made)] == [
        (2, "retired", True),
        (1, "published", False),
    ]


def test_it_refuses_what_cannot_be_and_says_where():
    with pytest.raises(ValidationError) as refused:
        DraftInput.model_validate({"steps": [TICK, {"title": "x", "kind": "reading"}]})
    assert "Name the meter" in str(refused.value)
    for step in ({"title": ""}, {"title": "a\x00b"}, TICK | {"minimum": "1e99"}, TICK | {"kind": "sing"}):
        with pytest.raises(ValidationError):
            DraftInput.model_validate({"steps": [step]})
    with pytest.raises(ValidationError):
        DraftInput.model_validate({"steps": [TICK] * 201})


def test_it_refuses_parts_that_are_not_there_or_named_twice(session, now):
    made, part = make_procedure(session, is_published=False), make_part(session)
    for parts in ([{"part_id": 99}], [{"part_id": part.id}, {"part_id": part.id}]):
        with pytest.raises(InvalidInput):
            actions.save_draft(session, made.id, DraftInput.model_validate({"parts": parts}), by=ALICE, now=now)


def test_those_of_the_whole_house_write_procedures(session, now):
    made = make_procedure(session, is_published=False)
    data = ProcedureInput.model_validate({"title": "Mine"})
    for by in (BOB, EVE):
        for refused in (
            lambda by=by: actions.create_procedure(session, data, by=by, now=now),
            lambda by=by: actions.publish_draft(session, made.id, by=by, now=now),
            lambda by=by: actions.edit_procedure(session, made.id, ProcedurePatch(title="Mine"), by=by, now=now),
            lambda by=by: actions.archive_procedure(session, made.id, by=by, now=now),
        ):
            with pytest.raises(NotAllowed):
                refused()
    assert view_of(session, made).draft.number == 1


def test_who_was_slower_is_told(session, now):
    made = make_procedure(session, is_published=False)
    actions.save_draft(session, made.id, DraftInput.model_validate({"steps": [TICK]}), version=1, by=ALICE, now=now)
    with pytest.raises(PreconditionFailed):
        actions.save_draft(session, made.id, DraftInput(), version=1, by=ALICE, now=now)


def test_an_archived_procedure_is_in_no_picker_and_has_no_next_version(session, now):
    made = make_procedure(session)
    assert procedure_choices(session, by=BOB) == [(made.id, "Clean a switch")]
    actions.archive_procedure(session, made.id, by=ALICE, now=now)
    assert procedure_choices(session, by=BOB) == []
    with pytest.raises(Conflict):
        actions.start_draft(session, made.id, by=ALICE, now=now)
    actions.archive_procedure(session, made.id, is_archived=False, by=ALICE, now=now)
    assert len(procedure_choices(session, by=BOB)) == 1


def test_a_code_belongs_to_one_procedure(session, now):
    first, second = make_procedure(session, code="SW"), make_procedure(session, "Other")
    with pytest.raises(InvalidInput):
        actions.edit_procedure(session, second.id, ProcedurePatch(code="SW"), by=ALICE, now=now)
    actions.edit_procedure(session, first.id, ProcedurePatch(code="SW", title="Switches"), by=ALICE, now=now)
    assert [row.title for row in list_procedures(session, by=BOB, q="switches")] == ["Switches"]


def test_the_list_says_what_waits(session, now):
    made = make_procedure(session, kind="cleaning")
    make_procedure(session, "Another", kind="inspection", is_published=False)
    actions.suggest(session, version_of(session, made), "Say which brush", by=BOB, now=now)
    [row] = list_procedures(session, by=BOB, kind="cleaning")
    assert (row.step_count, row.open_suggestions, row.has_draft) == (3, 1, False)
    assert [(row.title, row.has_draft, row.current_number) for row in list_procedures(session, by=BOB)] == [
        ("Another", True, None),
        ("Clean a switch", False, 1),
    ]


def test_two_versions_are_compared(session):
    made = make_procedure(session, tools="Brush")
    publish_next(session, made, [STEPS[0], STEPS[1] | {"maximum": 27}, TICK], tools="Vacuum")
    told = compare_versions(session, made, 1, 2)
    assert told.changes == {"tools": ["Brush", "Vacuum"]}
    assert [(step.what, step.title) for step in told.steps] == [
        ("same", "Fans turn freely"),
        ("changed", "Temperature"),
        ("removed", "Photo of the dust"),
        ("added", "Close the rack"),
    ]
    assert told.steps[1].changes == {"maximum": [24.0, 27.0]}
    with pytest.raises(NotFound):
        compare_versions(session, made, 1, 3)


def test_steps_are_read_in_sections(session):
    first = make_procedure(session)
    second = make_procedure(session, "Look", steps=[{"title": "temperature", "kind": "text"}, STEPS[0]])
    sections = sections_of(session, [version_of(session, first), version_of(session, second)])
    assert [(each.procedure_title, each.name, [step.step.title for step in each.steps]) for each in sections] == [
        ("Clean a switch", "Cooling", ["Fans turn freely"]),
        ("Clean a switch", None, ["Temperature", "Photo of the dust"]),
        ("Look", None, ["temperature"]),
    ]
    assert [step.number for each in sections for step in each.steps] == [1, 2, 3, 4]


def test_a_suggestion_is_taken_into_the_next_version_and_its_author_sees_it(session, now):
    made = make_procedure(session)
    step = view_of(session, made).current.steps[0]
    said = SuggestionInput(text="Say which fan", step_id=step.id)
    suggestion = actions.suggest_on_procedure(session, made.id, said, by=BOB_HIMSELF, now=now)
    actions.take_suggestion(session, suggestion.id, "Good", version=1, by=ALICE, now=now)
    view = suggestion_view(session, suggestion)
    assert (view.state, view.taken_in, view.is_in_force, view.step_title) == ("taken", 2, False, "Fans turn freely")
    assert view_of(session, made).draft.number == 2
    actions.publish_draft(session, made.id, by=ALICE, now=now)
    [mine] = list_suggestions(session, by=BOB_HIMSELF, is_mine=True)
    assert (mine.is_in_force, mine.answer, mine.decided_by_name) == (True, "Good", "Alice")
    assert list_suggestions(session, by=ALICE, is_mine=True) == []
    with pytest.raises(Conflict):
        actions.refuse_suggestion(session, suggestion.id, "Late", by=ALICE, now=now)


def test_a_suggestion_is_refused_with_a_word(session, now):
    made = make_procedure(session)
    suggestion = actions.suggest(session, version_of(session, made), "Skip it", by=BOB, now=now)
    with pytest.raises(InvalidInput):
        actions.refuse_suggestion(session, suggestion.id, Answer().answer, by=ALICE, now=now)
    for by in (BOB, EVE):
        with pytest.raises(NotAllowed):
            actions.refuse_suggestion(session, suggestion.id, "No", by=by, now=now)
    actions.refuse_suggestion(session, suggestion.id, "It is needed by law", by=ALICE, now=now)
    assert suggestion_view(session, suggestion).answer == "It is needed by law"


def test_what_a_draft_had_taken_is_open_again_when_it_is_given_up(session, now):
    made = make_procedure(session)
    suggestion = actions.suggest(session, version_of(session, made), "Say which brush", by=BOB, now=now)
    actions.take_suggestion(session, suggestion.id, by=ALICE, now=now)
    actions.discard_draft(session, made.id, by=ALICE, now=now)
    [view] = list_suggestions(session, by=ALICE, state="open")
    assert (view.state, view.taken_in, view.decided_by_name) == ("open", None, None)


def test_nobody_suggests_on_a_draft_or_on_a_step_of_another_version(session, now):
    made, other = make_procedure(session, is_published=False), make_procedure(session, "Other")
    with pytest.raises(Conflict):
        actions.suggest_on_procedure(session, made.id, SuggestionInput(text="x"), by=BOB, now=now)
    foreign = view_of(session, other).current.steps[0].id
    actions.publish_draft(session, made.id, by=ALICE, now=now)
    said = SuggestionInput(text="x", step_id=foreign)
    with pytest.raises(InvalidInput):
        actions.suggest_on_procedure(session, made.id, said, by=BOB, now=now)
