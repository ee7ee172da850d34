"""Skills, absences and on-call rotas on a real database."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from app.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, PreconditionFailed
from app.core.security import Actor, Role
from app.journal.models import AuditEntry
from app.people.actions import away, on_call, skills
from app.people.models import Absence
from app.people.queries import away as absences
from app.people.queries import on_call as rotas
from app.people.queries.skills import holders, skills_of
from app.people.schemas import AbsenceEdit, AbsenceInput, HeldSkillsInput, OnCallInput, SkillInput, SwapInput
from tests.factories.people import make_absence, make_person, make_rota, make_skill, make_team

ALICE = Actor("Alice", Role.MANAGER)


def days(first, last, **more):
    return {"first_on": date(2026, 12, first), "last_on": date(2026, 12, last)} | more


def audited(session, entity):
    statement = select(AuditEntry.action).where(AuditEntry.entity == entity).order_by(AuditEntry.id)
    return session.scalars(statement).all()


def test_what_a_person_is_able_to_do_is_set_at_once(session, now):
    bob, printers = make_person(session, "Bob"), make_skill(session, "Printers")
    heights = skills.create_skill(session, SkillInput(name="Heights"), by=ALICE, now=now)
    wanted = HeldSkillsInput.model_validate(
        {"skills": [{"skill_id": printers.id, "level": 3}, {"skill_id": heights.id}]}
    )
    for _twice in range(2):
        skills.set_skills(session, bob.id, wanted, by=ALICE, now=now)
    assert [(held.skill_id, held.level) for held in skills_of(session, bob.id, by=ALICE)] == [
        (printers.id, 3), (heights.id, None),
    ]  # fmt: skip
    assert holders(session, [printers.id, heights.id]) == {printers.id: [bob.id], heights.id: [bob.id]}
    skills.set_skills(session, bob.id, HeldSkillsInput(skills=[]), by=ALICE, now=now)
    assert holders(session, [printers.id]) == {}
    assert audited(session, "person") == ["skills_changed", "skills_changed"]


def test_it_refuses_two_skills_of_one_name_and_unknown_ones(session, now):
    make_skill(session, "Électricité")
    with pytest.raises(InvalidInput):
        skills.create_skill(session, SkillInput(name="electricite"), by=ALICE, now=now)
    bob = make_person(session, "Bob")
    unknown = HeldSkillsInput.model_validate({"skills": [{"skill_id": 999}]})
    with pytest.raises(InvalidInput):
        skills.set_skills(session, bob.id, unknown, by=ALICE, now=now)


def test_a_holiday_that_goes_on_is_one_holiday(session, now):
    bob = make_person(session, "Bob")
    for first, last in ((7, 11), (14, 18), (11, 14)):
        kept = away.enter_absence(session, AbsenceInput(person_id=bob.id, **days(first, last)), by=ALICE, now=now)
    assert (kept.first_on, kept.last_on) == (date(2026, 12, 7), date(2026, 12, 18))
    assert session.scalar(select(func.count()).select_from(Absence)) == 1
    assert audited(session, "absence") == ["created", "created", "withdrawn", "changed"]


def test_it_refuses_to_be_ill_during_a_holiday_and_says_which(session, now):
    bob = make_person(session, "Bob")
    make_absence(session, bob.id, date(2026, 12, 7), date(2026, 12, 11))
    with pytest.raises(Conflict) as refused:
        away.enter_absence(session, AbsenceInput(person_id=bob.id, **days(9, 9, kind="sickness")), by=ALICE, now=now)
    assert refused.value.code == "away_already"


def test_people_enter_their_own_days_and_see_nobody_elses(session, now):
    bob, dan = make_person(session, "Bob"), make_person(session, "Dan")
    himself = Actor("Bob", Role.TECHNICIAN, person_id=bob.id)
    kept = away.enter_absence(session, AbsenceInput(person_id=bob.id, **days(7, 7)), by=himself, now=now)
    with pytest.raises(NotAllowed):
        away.enter_absence(session, AbsenceInput(person_id=dan.id, **days(7, 7)), by=himself, now=now)
    other = make_absence(session, dan.id, date(2026, 12, 1), date(2026, 12, 2))
    with pytest.raises(NotFound):
        away.withdraw_absence(session, other.id, by=himself, now=now)
    assert [row.id for row in absences.absences(session, by=himself)] == [kept.id]
    assert [row.id for row in absences.absences(session, by=ALICE)] == [other.id, kept.id]
    assert [row.id for row in absences.absences(session, by=ALICE, first_on=date(2026, 12, 3))] == [kept.id]
    away.edit_absence(session, kept.id, AbsenceEdit(**days(8, 9)), version=1, by=himself, now=now)
    with pytest.raises(PreconditionFailed):
        away.edit_absence(session, kept.id, AbsenceEdit(**days(8, 9)), version=1, by=himself, now=now)
    away.withdraw_absence(session, kept.id, by=himself, now=now)
    assert absences.absences(session, by=himself) == []


def rota_of(*people, **more):
    said = {"time_zone": "Europe/Paris", "starts_on": date(2026, 11, 2), "handover": "08:00"} | more
    return OnCallInput.model_validate(said | {"person_ids": [person.id for person in people]})


def test_a_team_is_on_call_in_turns_with_swaps(session, now):
    anne, bob = make_person(session, "Anne"), make_person(session, "Bob")
    team = make_team(session, "Night", [anne, bob])
    assert rotas.find_on_call(session, team.id, at=now, by=ALICE) is None
    on_call.set_on_call(session, team.id, rota_of(anne, bob), by=ALICE, now=now)
    assert rotas.on_call_at(session, now) == {team.id: bob.id}  # Monday 8:30 of the fourth week
    swap = on_call.swap_on_call(
        session, team.id, SwapInput(person_id=anne.id, first_on=date(2026, 11, 23), last_on=date(2026, 11, 23)),
        by=ALICE, now=now,
    )  # fmt: skip
    told = rotas.get_on_call(session, team.id, at=now, by=ALICE)
    assert (told.person_id, [duty.person for duty in told.duties][:3]) == (anne.id, ["Anne", "Bob", "Anne"])
    on_call.undo_swap(session, team.id, swap.id, by=ALICE, now=now)
    on_call.set_on_call(session, team.id, rota_of(bob, anne), version=1, by=ALICE, now=now)
    assert rotas.on_call_at(session, now) == {team.id: anne.id}
    with pytest.raises(PreconditionFailed):
        on_call.set_on_call(session, team.id, rota_of(bob), version=1, by=ALICE, now=now)
    on_call.end_on_call(session, team.id, by=ALICE, now=now)
    assert rotas.on_call_at(session, now) == {}
    assert audited(session, "on_call") == ["changed", "swapped", "swap_undone", "changed", "ended"]


@pytest.mark.parametrize(
    ("more", "pointer"), [({"time_zone": "Mars/Olympus"}, "time_zone"), ({"closes": "07:00"}, "closes")]
)
def test_it_refuses_a_rota_that_makes_no_sense(session, now, more, pointer):
    anne = make_person(session, "Anne")
    team = make_team(session, "Night", [anne])
    with pytest.raises(InvalidInput) as refused:
        on_call.set_on_call(session, team.id, rota_of(anne, **more), by=ALICE, now=now)
    assert [field.pointer for field in refused.value.fields] == [pointer]


def test_a_technician_arranges_no_rota_and_a_rota_ends_with_its_weeks(session, now):
    anne = make_person(session, "Anne")
    team = make_team(session, "Night", [anne])
    make_rota(session, team.id, [anne.id])
    with pytest.raises(NotAllowed):
        on_call.end_on_call(session, team.id, by=Actor("Bob", Role.TECHNICIAN), now=now)
    assert rotas.on_call_at(session, datetime(2026, 11, 1, 12, tzinfo=UTC)) == {}
