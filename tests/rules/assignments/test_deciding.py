"""Who gets an order, and why."""

from datetime import date, timedelta

import pytest

from app.assignments.rules.deciding import Decision, House, Job, Match, Rule, Worker, decide, decide_all

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)
WEEK = [MONDAY + timedelta(days=n) for n in range(5)]
FIELD, NIGHT, LYON, NANTES, PRINTERS, UPS = 7, 8, 1, 2, 5, 6
ALICE, BOB, CARL = 1, 2, 3


def worker(key, name, **more):
    usual = {"team_ids": frozenset({FIELD}), "skill_ids": frozenset(), "site_ids": None, "weekly_minutes": 2100}
    return Worker(key, name, **usual | more)


def house(*workers, **more):
    usual = {"load": {}, "on_call": {}, "skills": {PRINTERS: "printers"}, "week": WEEK}
    return House({each.id: each for each in workers}, **usual | more)


def job(**more):
    usual = {"kind": "repair", "categories": frozenset({UPS}), "site_id": LYON, "priority": "normal"}
    return Job(**{"id": 42, "origin": "manual", "on": MONDAY, "minutes": 60} | usual | more)


def rule(strategy="least_loaded", **more):
    return Rule(**{"id": 9, "name": "R", "match": Match(), "strategy": strategy} | more)


def sentences(decision):
    return [text % {**params, "day": params.get("day_on"), "load": params.get("load_minutes"),
                    "most": params.get("most_minutes")} for text, params in decision.why]  # fmt: skip


@pytest.mark.parametrize(
    ("match", "takes"),
    [
        ({}, True),
        ({"kind": "repair", "category_id": UPS, "site_id": LYON, "priority": "normal", "origin": "manual"}, True),
        ({"kind": "cleaning"}, False),
        ({"category_id": 99}, False),
        ({"site_id": NANTES}, False),
        ({"priority": "urgent"}, False),
        ({"origin": "request"}, False),
    ],
)
def test_a_rule_takes_what_it_names(match, takes):
    assert Match(**match).takes(job()) is takes


def test_the_least_loaded_who_is_able_and_there_gets_it_and_is_told_why():
    able = frozenset({PRINTERS})
    people = house(
        worker(ALICE, "Alice", skill_ids=able, away=((MONDAY, FRIDAY),)),
        worker(BOB, "Bob", skill_ids=able),
        worker(CARL, "Carl"),
        load={BOB: 180},
    )
    decision = decide(job(), [rule(skill_id=PRINTERS, team_id=FIELD)], people)
    assert (decision.team_id, decision.person_id) == (FIELD, BOB)
    assert sentences(decision) == [
        "Rule “R”", "given to Bob", "has the skill printers", "180 of 2100 in the coming week",
        "Alice is away until 2026-11-27",
    ]  # fmt: skip


def test_the_load_is_measured_against_the_hours_that_are_left():
    half_week = ((MONDAY, MONDAY + timedelta(days=2)),)
    people = house(worker(ALICE, "Alice", away=half_week), worker(BOB, "Bob"), load={ALICE: 200, BOB: 400})
    late = job(on=FRIDAY)
    assert decide(late, [rule()], people).person_id == BOB  # 400 of 2100 is less than 200 of 840


def test_what_one_order_gives_weighs_for_the_next():
    people = house(worker(ALICE, "Alice"), worker(BOB, "Bob"))
    jobs = [job(id=n, minutes=minutes) for n, minutes in enumerate((120, None, 60, 60))]
    assert [each.person_id for each in decide_all(jobs, [rule()], people)] == [ALICE, BOB, BOB, BOB]


def test_the_first_rule_that_finds_somebody_decides():
    people = house(worker(ALICE, "Alice", away=((MONDAY, MONDAY),)), worker(BOB, "Bob"))
    rules = [rule("person", id=1, person_id=ALICE), rule("person", id=2, person_id=BOB), rule("team", id=3)]
    decision = decide(job(), rules, people)
    assert (decision.rule.id, decision.person_id) == (2, BOB)


def test_a_team_may_get_it_without_a_person_and_keeps_what_is_its_own():
    people = house(worker(ALICE, "Alice"))
    assert decide(job(), [rule("team", team_id=FIELD)], people).team_id == FIELD
    other = decide(job(team_id=NIGHT), [rule("team", team_id=FIELD)], people)
    assert (other.rule, sentences(other)) == (None, ["Rule “R”: the order belongs to another team."])


def test_an_order_of_a_team_goes_to_its_own_people_where_the_rule_names_none():
    people = house(worker(ALICE, "Alice", team_ids=frozenset({NIGHT})), worker(BOB, "Bob"))
    assert decide(job(team_id=FIELD), [rule()], people).person_id == BOB


def test_a_site_round_is_for_those_who_look_after_that_site():
    people = house(
        worker(ALICE, "Alice"),
        worker(BOB, "Bob", site_ids=frozenset({NANTES})),
        worker(CARL, "Carl", site_ids=frozenset({LYON})),
    )
    assert decide(job(), [rule("site_round")], people).person_id == CARL


def test_nobody_gets_an_order_of_a_site_that_they_do_not_see():
    people = house(worker(BOB, "Bob", site_ids=frozenset({NANTES})))
    assert decide(job(), [rule()], people).person_id is None


@pytest.mark.parametrize(("out_of_hours", "person"), [(frozenset({NIGHT}), BOB), (frozenset(), None)])
def test_whoever_is_on_call_answers_out_of_hours_only(out_of_hours, person):
    people = house(worker(ALICE, "Alice"), worker(BOB, "Bob", team_ids=frozenset({NIGHT})), on_call={NIGHT: BOB})
    decision = decide(job(out_of_hours=out_of_hours), [rule("on_call", team_id=NIGHT)], people)
    assert decision.person_id == person


def test_without_a_rule_nothing_is_decided_and_it_is_said():
    people = house(worker(ALICE, "Alice"))
    assert decide(job(), [], people) == Decision(42, why=(("No rule is about this order.", {}),))


def test_who_has_no_hours_in_the_week_comes_last():
    people = house(worker(ALICE, "Alice", weekly_minutes=0), worker(BOB, "Bob"), load={BOB: 2000})
    assert decide(job(), [rule()], people).person_id == BOB
