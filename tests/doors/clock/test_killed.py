"""Real processes, killed with SIGKILL at random moments of a tick and started again."""

import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from tests.rooms.engine.test_faults import DAY, run, world
from tests.rooms.engine.test_tick import plan_targets

ROOT = Path(__file__).parents[3]
TARGETS = 400
TICKER = """
import sys
from datetime import datetime
from app.core.clock import fixed_clock
from app.core.db import Database
from app.operations.actions import tick
tick.BATCH = 10
database = Database(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
tick.tick(database, clock=fixed_clock(datetime.fromisoformat(sys.argv[2])), instance="victim")
print("done", flush=True)
"""


def start(database, day: date) -> subprocess.Popen[str]:
    url = database.url.render_as_string(hide_password=False)
    words = [sys.executable, "-c", TICKER, url, f"{day}T06:00:00+00:00"]
    pipe = subprocess.PIPE
    return subprocess.Popen(words, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)


def let_go_and_kill(victims: list[subprocess.Popen[str]], after: float) -> int:
    """How many died before they were done."""
    for victim in victims:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "ready\n"
    for victim in victims:
        assert victim.stdin is not None
        victim.stdin.write("go\n")
        victim.stdin.flush()
    time.sleep(after)
    for victim in victims:
        victim.send_signal(signal.SIGKILL)
    return sum("done" not in victim.communicate()[0] for victim in victims)


@pytest.mark.slow
def test_S15_processes_killed_in_mid_tick_lose_nothing_and_make_nothing_twice(database):
    plan_targets(database, TARGETS, overlap="stack", catch_up="all")
    dice, killed = random.Random(7), 0
    for _ in range(2):
        victims = [start(database, DAY), start(database, DAY)]
        killed += let_go_and_kill(victims, after=dice.uniform(0.02, 0.25))
    assert killed
    run(database)
    cycles, orders, events, messages, settled = world(database)
    assert (len(cycles), len(set(orders)), len(orders)) == (2 * TARGETS, 2 * TARGETS, 2 * TARGETS)
    assert (events, messages, set(settled)) == (2 * TARGETS, 2 * TARGETS, {date(2027, 2, 1)})
