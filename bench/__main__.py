"""`make bench`: python -m bench [--size small|medium|large] [--only NAME …]"""

import argparse
import tempfile
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

import structlog

from app.core.clock import system_clock
from bench import cases, dates, doors, forecast, generation, imports, memory, world
from bench.databases import Postgresql, Sqlite, kinds
from bench.results import Report, surroundings


def parts(report: Report, every: tuple[Sqlite, Postgresql]) -> dict[str, Callable[[], None]]:
    now = system_clock()
    sqlite, postgresql = every
    return {
        "cases": partial(cases.measure_cases, report, sqlite, now),
        "cases_postgresql": partial(cases.measure_cases, report, postgresql, now),
        "dates": partial(dates.measure_dates, report),
        "forecast": partial(forecast.measure_forecast, report, sqlite, now),
        "generate_sqlite": partial(generation.measure_generation, report, sqlite, now),
        "generate_postgresql": partial(generation.measure_generation, report, postgresql, now),
        "memory": partial(memory.measure_memory, report, sqlite, now),
        "doors": partial(doors.measure_doors, report, sqlite, now),
        "import": partial(imports.measure_import, report, sqlite, now),
        "tick": partial(generation.measure_ticks, report, sqlite, report.size, now),
        "tick_postgresql": partial(generation.measure_ticks, report, postgresql, report.size, now),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench", description="Figures over anchors of the same run.")
    arguments.add_argument("--size", choices=world.SIZES, default="medium", help="500, 20,000 or 1,000,000 targets")
    arguments.add_argument("--only", nargs="*", default=None, help="parts to run; all without it")
    given = arguments.parse_args()
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    print("  ".join(f"{name} {value}" for name, value in surroundings().items()), f" size {given.size}\n")
    report = Report(given.size)
    with tempfile.TemporaryDirectory(prefix="ronde-bench-") as directory, kinds(Path(directory)) as every:
        for name, measure in parts(report, every).items():
            if given.only is None or name in given.only:
                measure()
    report.close(Path(__file__).parent / "results.json")


if __name__ == "__main__":
    main()
