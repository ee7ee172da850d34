"""Plans that go by a meter, played at random beside a model that shares no code with the engine (S25 to S29)."""

from dataclasses import replace

import pytest

from tests.rooms.engine.beside_meters import BesideMeters
from tests.rooms.engine.model_meters import SaidMeter
from tests.rooms.engine.played import machine_on, play


@pytest.fixture
def beside(database):
    return machine_on(database, BesideMeters)


def test_the_ledger_is_the_models_after_each_reading(beside):
    play(beside, first=25, examples=4, steps=15)


STEPS, FLOATS, EPISODES = SaidMeter("steps"), SaidMeter("floats"), SaidMeter("episodes")
COOL, WARM, HOT = 0, 4, 6  # places in LEVELS


def reads(machine, *amounts, days=1, is_seen=True):
    """So much more each time, some days after the one before; of a gauge, the place of a level."""
    for amount in amounts:
        machine.a_reading_is_taken(days=days, ahead=amount, level=amount % 7, is_seen=is_seen)
        machine.the_ledger_is_the_models()


STORIES = {
    "steps absorbed": lambda m: [
        m.begin(STEPS), reads(m, 10, 100, 100), m.days_go_by(2), m.the_ledger_is_the_models(), m.an_order_is_ended()
    ],
    "steps in time": lambda m: [m.begin(STEPS), reads(m, 10, 100, 100), m.days_go_by(3), m.work_is_done(late=3)],
    "steps replaced": lambda m: [m.begin(replace(STEPS, overlap="replace")), reads(m, 10, 100, 100)],
    "steps paused": lambda m: [
        m.begin(STEPS), reads(m, 10), m.the_item_rests(days=3), reads(m, 100), m.days_go_by(3),
        m.an_estimate_is_wanted_now(),
    ],
    "steps misread": lambda m: [
        m.begin(STEPS), reads(m, 10, 320), reads(m, 100, days=0), m.a_reading_is_corrected(pick=0, off=-100),
        m.a_reading_is_corrected(pick=0, off=-300), m.a_reading_comes_late(ahead=60),
    ],
    "steps asked": lambda m: [
        m.begin(replace(STEPS, catch_up="ask")), reads(m, 10, 320), m.the_question_is_answered(is_wanted=True)
    ],
    "steps of another counter": lambda m: [
        m.begin(replace(STEPS, overlap="stack")), reads(m, 400, 400, 350),
        m.the_meter_is_replaced(first=7, ahead=5), reads(m, 10),
    ],
    "steps by estimate": lambda m: [
        m.begin(replace(STEPS, is_estimated=True, lead=3)), reads(m, 10, 30, 30), m.days_go_by(1)
    ],
    "floats by estimate": lambda m: [
        m.begin(replace(FLOATS, is_estimated=True)), reads(m, 10, 30, 30), m.days_go_by(2)
    ],
    "floats paused": lambda m: [
        m.begin(FLOATS), reads(m, 10), m.the_plan_is_paused_or_goes_on(), reads(m, 100),
        m.the_plan_is_paused_or_goes_on(), reads(m, 90, 10), m.an_order_is_ended(fate="skipped"), reads(m, 99, 1),
        m.the_item_rests_no_more(),
    ],
    "floats by date": lambda m: [
        m.begin(replace(FLOATS, days=7, catch_up="none")), m.tick(), m.work_is_done(), m.days_go_by(9)
    ],
    "floats read late": lambda m: [
        m.begin(FLOATS), reads(m, 10, 100, 100, days=4), m.work_is_done(late=6), m.a_reading_comes_late(days=7, ahead=5)
    ],
    "episodes": lambda m: [
        m.begin(EPISODES), reads(m, WARM, COOL, WARM), m.days_go_by(2), m.work_is_done(),
        reads(m, COOL, WARM, COOL, WARM, is_seen=False), m.tick(),
    ],
    "episodes paused": lambda m: [m.begin(EPISODES), m.the_item_rests(), reads(m, WARM), m.the_item_rests_no_more()],
    "episodes read late": lambda m: [
        m.begin(replace(EPISODES, readings=2)), reads(m, WARM, COOL, days=4), m.a_reading_comes_late(days=2, level=HOT)
    ],
    "episodes misread": lambda m: [
        m.begin(EPISODES), reads(m, WARM), m.a_reading_is_corrected(off=0, level=COOL), m.work_is_done(), reads(m, WARM)
    ],
}  # fmt: skip
OF_INTEREST = {
    "steps": """generated None, waiting open_order, suppressed open_order, waiting came_back, waiting in_time,
        missed replaced, missed paused, missed passed, merged same_day, waiting ask, taken back, read replaced,
        rolled over, by estimate, cancelled person""",
    "floats": """generated None, by estimate, missed paused, missed outage, skipped person, read late""",
    "episodes": """generated None, missed passed, missed paused, waiting open_order, suppressed open_order, read late,
        read corrected""",
}


def test_every_state_of_interest_is_reached(beside):
    for story in STORIES.values():
        machine = beside()
        story(machine)
        machine.the_ledger_is_the_models()
        machine.teardown()
    wanted = {f"{mode} {' '.join(said.split())}" for mode, listed in OF_INTEREST.items() for said in listed.split(",")}
    wanted |= {"refused InvalidInput", "refused Conflict", "refused estimate", "answered True"}
    assert wanted - {" ".join(map(str, state)) for state in beside.reached} == set()
