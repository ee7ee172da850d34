"""What memory a tick takes while it makes orders by the million: it is to be flat (scheduling.md, speed to reach)."""

import gc
import os
from datetime import datetime
from pathlib import Path

from bench import world
from bench.databases import Kind
from bench.generation import run_tick
from bench.results import Figure, Report

ORDERS = {"small": 10_000, "medium": 100_000, "large": 1_000_000}
WARM_UP = 3_000


def measure_memory(report: Report, kind: Kind, now: datetime) -> None:
    """The highest resident set during the tick, less that before it, once a tick has run; on Linux only."""
    count = ORDERS[report.size]
    for orders in (WARM_UP, count):
        database = kind.empty()
        world.build(database, targets=4_000, orders=10, now=now)
        world.make_due(database, orders, now=now)
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")  # the highest resident set starts anew (proc(5))
        before = highest_mib()
        assert run_tick(database, now) == orders
        grown = highest_mib() - before
        kind.drop(database)
    report.add("memory_million_mib", Figure(grown, "MiB", detail={"orders": count}))


def highest_mib() -> float:
    status = Path(f"/proc/{os.getpid()}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
