"""Steps of a procedure: what a version refuses, which apply, what differs and what is asked once."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.procedures.rules.comparing import compared
from app.procedures.rules.conditions import applying, unanswered
from app.procedures.rules.merging import merged
from app.procedures.rules.steps import OnFailure, Step, StepKind, is_failed, outcome_of, problems_of

FANS = Step(StepKind.PASS_FAIL, "Fans turn")
WARM = Step(StepKind.NUMBER, "Temperature", minimum=Decimal(18), maximum=Decimal(24), unit="°C")
LEDS = Step(StepKind.CHOICE, "LEDs", choices=("green", "orange", "off"))
TICK = Step(StepKind.CHECK, "Close the rack")


def after(step: Step, position: int, answer: str) -> Step:
    return Step(step.kind, step.title, choices=step.choices, only_if_position=position, only_if_answer=answer)


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ([FANS, WARM, LEDS, TICK], []),
        ([Step(StepKind.CHOICE, "LEDs", choices=("on",))], [("steps/0/choices", "too_few")]),
        ([Step(StepKind.CHOICE, "LEDs", choices=("on", "On"))], [("steps/0/choices", "too_few")]),
        ([Step(StepKind.CHECK, "Look", choices=("a", "b"))], [("steps/0/choices", "not_a_choice")]),
        ([Step(StepKind.CHECK, "Look", maximum=Decimal(1))], [("steps/0/minimum", "not_a_number")]),
        (
            [Step(StepKind.NUMBER, "Heat", minimum=Decimal(3), maximum=Decimal(2))],
            [("steps/0/maximum", "below_minimum")],
        ),
        ([Step(StepKind.READING, "Pages")], [("steps/0/meter", "required")]),
        ([Step(StepKind.NUMBER, "Pages", meter="Pages")], [("steps/0/meter", "not_a_reading")]),
        ([Step(StepKind.TEXT, "Note", on_failure=OnFailure.FLAG)], [("steps/0/on_failure", "cannot_fail")]),
        ([Step(StepKind.NUMBER, "Heat", on_failure=OnFailure.FLAG)], [("steps/0/on_failure", "cannot_fail")]),
        ([TICK, after(FANS, 2, "done")], [("steps/1/only_if_position", "not_earlier")]),
        ([TICK, after(FANS, 1, "failed")], [("steps/1/only_if_answer", "impossible")]),
        ([LEDS, after(FANS, 1, "blue")], [("steps/1/only_if_answer", "impossible")]),
        ([LEDS, after(FANS, 1, "orange")], []),
        ([WARM, after(TICK, 1, "failed")], []),
        ([Step(StepKind.CHECK, "Look", only_if_answer="done")], [("steps/0/only_if_position", "required")]),
    ],
)
def test_a_version_says_what_is_wrong_and_where(steps, found):
    assert [(problem.pointer, problem.code) for problem in problems_of(steps)] == found


@pytest.mark.parametrize(
    ("step", "answer", "failed", "outcome"),
    [
        (WARM, Decimal("17.9"), True, "failed"),
        (WARM, Decimal(18), False, "passed"),
        (WARM, Decimal(24), False, "passed"),
        (WARM, Decimal("24.1"), True, "failed"),
        (Step(StepKind.NUMBER, "Load"), Decimal(99), False, "done"),
        (FANS, "failed", True, "failed"),
        (FANS, "passed", False, "passed"),
        (LEDS, "failed", False, "failed"),
        (TICK, "done", False, "done"),
    ],
)
def test_an_answer_is_in_or_out_of_limits(step, answer, failed, outcome):
    assert (is_failed(step, answer), outcome_of(step, answer)) == (failed, outcome)


def test_what_hangs_on_a_step_that_does_not_apply_does_not_apply_either():
    steps = [FANS, after(LEDS, 1, "failed"), after(TICK, 2, "off")]
    assert applying(steps, {}) == {1}
    assert applying(steps, {1: "failed"}) == {1, 2}
    assert applying(steps, {1: "failed", 2: "off"}) == {1, 2, 3}
    assert applying(steps, {1: "passed", 2: "off"}) == {1}
    assert unanswered(steps, {1: "failed"}) == [2]
    assert unanswered(steps, {1: "passed"}) == []


def test_two_procedures_on_one_order_ask_the_same_thing_once():
    monthly = [FANS, Step(StepKind.CHECK, "Filters", section="Dust", is_mandatory=False)]
    yearly = [Step(StepKind.CHECK, "filters ", is_mandatory=True), WARM, after(LEDS, 1, "done")]
    placed = merged([monthly, yearly])
    assert [(each.step.title, each.procedure, each.position) for each in placed] == [
        ("Fans turn", 0, 1),
        ("Filters", 0, 2),
        ("Temperature", 1, 2),
        ("LEDs", 1, 3),
    ]
    assert placed[1].step.is_mandatory
    assert (placed[3].step.only_if_position, placed[3].step.only_if_answer) == (2, "done")


def test_a_step_that_is_asked_less_often_covers_none_that_is_asked_always():
    placed = merged([[FANS, after(TICK, 1, "failed")], [TICK]])
    assert [each.step.title for each in placed] == ["Fans turn", "Close the rack", "Close the rack"]


def test_what_one_procedure_says_twice_stays_twice():
    assert [each.position for each in merged([[TICK, FANS, TICK]])] == [1, 2, 3]
    assert [(each.procedure, each.position) for each in merged([[TICK], [TICK, FANS, TICK]])] == [
        (0, 1),
        (1, 2),
        (1, 3),
    ]


def test_versions_are_compared_step_by_step():
    before = [FANS, WARM, LEDS, TICK]
    hotter = Step(StepKind.NUMBER, "Temperature", minimum=Decimal(18), maximum=Decimal(27), unit="°C")
    told = compared(before, [TICK, FANS, hotter, Step(StepKind.PHOTO, "Front")])
    assert [(each.what, each.before, each.after, each.is_moved) for each in told] == [
        ("same", 4, 1, True),
        ("same", 1, 2, False),
        ("changed", 2, 3, False),
        ("removed", 3, None, False),
        ("added", None, 4, False),
    ]
    assert told[2].changes == {"maximum": (Decimal(24), Decimal(27))}


def test_a_title_written_anew_in_its_place_is_a_change():
    [told] = compared([FANS], [Step(StepKind.PASS_FAIL, "All fans turn")])
    assert (told.what, told.changes) == ("changed", {"title": ("Fans turn", "All fans turn")})


def test_a_condition_that_follows_its_step_has_not_changed():
    told = compared([FANS, after(LEDS, 1, "failed")], [TICK, FANS, after(LEDS, 2, "failed")])
    assert [each.what for each in told] == ["added", "same", "same"]


@st.composite
def procedures(draw):
    """Sound steps over a few titles, so that the same is said often."""
    steps = []
    for place in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from([StepKind.CHECK, StepKind.PASS_FAIL]))
        title = draw(st.sampled_from(["Fans", "LEDs", "Dust"]))
        position = draw(st.none() | st.integers(1, place)) if place else None
        answer = draw(st.sampled_from(steps[position - 1].outcomes())) if position else None
        on_failure = draw(st.sampled_from(list(OnFailure))) if kind is StepKind.PASS_FAIL else OnFailure.NONE
        steps.append(
            Step(
                kind,
                title,
                is_mandatory=draw(st.booleans()),
                on_failure=on_failure,
                only_if_position=position,
                only_if_answer=answer,
            )
        )
    return steps


@given(st.lists(procedures(), max_size=4))
def test_merged_steps_are_sound_and_none_is_lost(many):
    placed = merged(many)
    assert problems_of([each.step for each in placed]) == []
    said = {(step.title, step.kind) for steps in many for step in steps}
    assert {(each.step.title, each.step.kind) for each in placed} == said
    assert len(placed) <= sum(map(len, many))
    assert [each.procedure for each in placed] == sorted(each.procedure for each in placed)


@given(procedures())
def test_one_procedure_is_merged_into_itself(steps):
    assert [each.step for each in merged([steps])] == steps


@given(procedures(), procedures())
def test_whatever_is_asked_by_one_alone_is_asked_when_merged(first, second):
    """With every answer the one that most conditions wait for, nothing that a procedure asks for is left out."""
    for chosen in ("failed", "passed", "done"):
        placed = [each.step for each in merged([first, second])]
        wanted = {
            (step.title, step.kind)
            for steps in (first, second)
            for position, step in enumerate(steps, 1)
            if position in applying(steps, answered(steps, chosen)) and step.is_mandatory
        }
        asked = {
            (placed[position - 1].title, placed[position - 1].kind)
            for position in applying(placed, answered(placed, chosen))
        }
        assert wanted <= asked


def answered(steps, chosen):
    return {
        position: chosen if chosen in step.outcomes() else step.outcomes()[0] for position, step in enumerate(steps, 1)
    }


@given(procedures(), procedures())
def test_a_comparison_accounts_for_every_step_once(before, after):
    told = compared(before, after)
    assert sorted(each.before for each in told if each.before) == list(range(1, len(before) + 1))
    assert [each.after for each in told if each.after] == list(range(1, len(after) + 1))
    assert all((each.what == "changed") == bool(each.changes) for each in told)


@given(procedures())
def test_a_version_does_not_differ_from_itself(steps):
    assert {each.what for each in compared(steps, steps)} <= {"same"}
    assert not any(each.is_moved for each in compared(steps, steps))
