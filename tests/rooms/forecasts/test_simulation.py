"""What if: side by side with today, and nothing written."""

from datetime import date

import pytest
from sqlalchemy import func, select, update

from app.changes.actions import edits
from app.core.db import Base
from app.core.errors import InvalidInput, NotAllowed, NotFound
from app.core.security import Actor, Role
from app.forecasts.queries.simulation import simulate
from app.forecasts.schemas import Simulation
from app.plans.models import PlanTarget
from app.plans.queries.plans import get_plan, input_of
from app.plans.schemas import PlanEdit, PlanInput
from tests.factories.equipment import make_category, make_piece
from tests.factories.people import make_absence, make_person, make_team
from tests.factories.places import make_site
from tests.factories.procedures import make_procedure

MANAGER = Actor("Alice", Role.MANAGER)


@pytest.fixture
def house(session, now):
    """Four switches, cleaned every month from 1 January; 30 minutes each."""
    site = make_site(session)
    category = make_category(session)
    for n in range(4):
        make_piece(session, site, category, f"SW-{n}")
    data = PlanInput(
        title="Clean", kind="cleaning", start_on=date(2027, 1, 1), estimate_minutes=30, category_ids=[category.id]
    )
    plan = edits.create_plan(session, data, by=MANAGER, now=now)
    return site, category, plan


def suppose(session, now, by=MANAGER, **more):
    return simulate(session, Simulation.model_validate(more), by=by, now=now)


def totals(told):
    return sum(week.orders for week in told.weeks), sum(week.minutes for week in told.weeks)


def changed(session, plan, **more):
    data = input_of(session, get_plan(session, plan.id, by=MANAGER)).model_dump() | more
    return {"plans": [{"plan_id": plan.id, "plan": data}]}


def test_supposing_nothing_changes_nothing(session, house, now):
    told = suppose(session, now)
    assert told.today == told.then
    assert totals(told.today) == (44, 1320)  # eleven dates in 52 weeks


def test_a_changed_plan_stands_instead_of_what_it_is(session, house, now):
    told = suppose(session, now, **changed(session, house[2], interval=3, estimate_minutes=45))
    assert (totals(told.today), totals(told.then)) == ((44, 1320), (16, 16 * 45))
    assert [n for n, week in enumerate(told.then.weeks) if week.orders] == [5, 18, 31, 44]


def test_a_plan_without_an_estimate_counts_on_its_procedures(session, house, now):
    procedure = make_procedure(session, steps=[{"title": "Look"}], estimate_minutes=20)
    guided = {"estimate_minutes": None, "procedure_id": procedure.id}
    assert totals(suppose(session, now, **changed(session, house[2], **guided)).then) == (44, 44 * 20)
    data = input_of(session, get_plan(session, house[2].id, by=MANAGER)).model_dump() | guided
    edits.edit_plan(session, house[2].id, PlanEdit.model_validate(data), by=MANAGER, now=now)
    assert totals(suppose(session, now).today) == (44, 44 * 20)


def test_a_floating_plan_goes_on_from_the_work_done(session, house, now):
    told = suppose(session, now, **changed(session, house[2], mode="floating", interval=2))
    assert [n for n, week in enumerate(told.then.weeks) if week.orders][:3] == [5, 14, 22]


def test_a_plan_supposed_as_it_is_changes_nothing_even_where_an_order_is_made_already(session, house, now):
    plan = house[2]
    session.execute(update(PlanTarget).values(settled_through=date(2027, 2, 1)))  # as if two orders had been made
    session.execute(update(PlanTarget).where(PlanTarget.equipment_id == 1).values(idle_since=date(2026, 11, 1)))
    told = suppose(session, now, **changed(session, plan))
    assert told.then == told.today
    sooner = suppose(session, now, **changed(session, plan, freq="week"))
    assert next(n for n, week in enumerate(sooner.then.weeks) if week.orders) == 10  # nothing before what is settled


def test_a_plan_that_would_cover_more_is_shown_with_all_of_it(session, house, now):
    site, category, plan = house
    other = make_category(session, "printer")
    make_piece(session, site, other, "PRN-1")
    told = suppose(session, now, **changed(session, plan, category_ids=[category.id, other.id]))
    assert totals(told.then)[0] == 55


def test_a_new_plan_adds_its_work(session, house, now):
    site, category, _ = house
    new = {"title": "Look", "kind": "inspection", "start_on": "2027-01-04", "freq": "week", "estimate_minutes": 10}
    told = suppose(session, now, plans=[{"plan": new | {"category_ids": [category.id], "site_id": site.id}}])
    assert totals(told.then)[0] == 44 + 4 * 46
    assert {group.key for group in suppose(session, now, forecast={"group_by": "kind"}).then.groups} == {"cleaning"}


def test_equipment_that_enters_is_covered_by_the_plans_of_its_category(session, house, now):
    site, category, _ = house
    entry = {"count": 10, "category_id": category.id, "site_id": site.id}
    told = suppose(session, now, equipment=[entry])
    assert (totals(told.then)[0], told.covered) == (44 + 110, [1])


def test_equipment_that_no_plan_covers_adds_nothing_and_says_so(session, house, now):
    other = make_category(session, "printer")
    told = suppose(session, now, equipment=[{"count": 10, "category_id": other.id, "site_id": house[0].id}])
    assert (told.then, told.covered) == (told.today, [0])


def test_equipment_of_a_category_below_is_covered_too(session, house, now):
    below = make_category(session, "poe", house[1])
    told = suppose(session, now, equipment=[{"count": 1, "category_id": below.id, "site_id": house[0].id}])
    assert told.covered == [1]


def test_equipment_enters_under_the_plan_as_it_would_be(session, house, now):
    site, category, plan = house
    both = changed(session, plan, interval=6) | {
        "equipment": [{"count": 6, "category_id": category.id, "site_id": site.id}]
    }
    assert totals(suppose(session, now, **both).then)[0] == 2 * (4 + 6)


def test_an_absence_takes_hours_away(session, house, now):
    bob = make_person(session, "Bob")
    team = make_team(session, "Field", [bob])
    away = {"first_on": "2026-11-30", "last_on": "2026-12-04"}
    told = suppose(session, now, absences=[{"person_id": bob.id, **away}])
    assert [week.capacity_minutes for week in told.then.weeks[:3]] == [2100, 0, 2100]
    assert told.today.weeks[1].capacity_minutes == 2100
    half = suppose(session, now, absences=[{"team_id": team.id, "minutes_per_day": 210, **away}])
    assert half.then.weeks[1].capacity_minutes == 1050


def test_nothing_is_written(session, house, now):
    def rows():
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables
        }

    before = rows()
    site, category, plan = house
    suppose(
        session, now, **changed(session, plan, interval=2),
        equipment=[{"count": 3, "category_id": category.id, "site_id": site.id}],
    )  # fmt: skip
    assert rows() == before
    assert not any((session.dirty, session.new, session.deleted))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"first_on": "2026-12-01", "last_on": "2026-12-02"}, "Say who is away"),
        ({"team_id": 1, "first_on": "2026-12-02", "last_on": "2026-12-01"}, "lies before the first"),
    ],
)
def test_it_says_what_an_absence_lacks(wrong, says):
    with pytest.raises(ValueError, match=says):
        Simulation.model_validate({"absences": [wrong]})


def test_it_refuses_a_rule_that_never_gives_a_date(session, house, now):
    never = {"month_days": [30], "months": [2], "month_end": "skip"}
    with pytest.raises(InvalidInput):
        suppose(session, now, **changed(session, house[2], **never))


def test_it_is_for_who_plans_and_keeps_to_their_sites(session, house, now):
    with pytest.raises(NotAllowed):
        suppose(session, now, by=Actor("Bob", Role.TECHNICIAN))
    elsewhere = make_site(session, "ELSE")
    eve = Actor("Eve", Role.MANAGER, site_ids=frozenset({elsewhere.id}))
    with pytest.raises(NotFound):
        suppose(session, now, by=eve, equipment=[{"count": 1, "category_id": house[1].id, "site_id": house[0].id}])
    told = suppose(session, now, by=eve, **changed(session, house[2], interval=1))
    assert totals(told.then)[0] == 0


def test_it_knows_nobody_of_that_name(session, house, now):
    with pytest.raises(InvalidInput, match="no such person"):
        suppose(session, now, absences=[{"person_id": 999, "first_on": "2026-12-01", "last_on": "2026-12-02"}])


def test_who_has_said_that_they_are_away_counts_and_what_is_supposed_is_added(session, house, now):
    bob, dan = make_person(session, "Bob"), make_person(session, "Dan")
    make_team(session, "Field", [bob, dan])
    whole = suppose(session, now).today.weeks[1].capacity_minutes
    make_absence(session, bob.id, date(2026, 11, 30), date(2026, 12, 4))
    away = {"first_on": "2026-12-03", "last_on": "2026-12-04"}
    told = suppose(session, now, absences=[{"person_id": person.id, **away} for person in (bob, dan)])
    assert told.today.weeks[1].capacity_minutes == whole - 2100
    assert told.then.weeks[1].capacity_minutes == whole - 2100 - 840
