"""What a tick costs: beside the driver writing the very same rows, with nothing due, and among many targets."""

import gc
from collections.abc import Callable
from datetime import datetime
from statistics import median
from time import perf_counter
from typing import Any

from app.core.clock import fixed_clock
from app.core.db import Database
from app.operations.actions.tick import tick
from bench import world
from bench.databases import Kind
from bench.results import Anchor, Figure, Report

DUE = 10_000
ROUNDS = 3
WRITTEN = ("occurrences", "work_orders", "work_order_events", "outbox_events")


def seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def run_tick(database: Database, now: datetime) -> int:
    return tick(database, clock=fixed_clock(now), instance="bench").orders


def measure_generation(report: Report, kind: Kind, now: datetime) -> None:
    """10,000 due orders with all their rows, over the driver's executemany of the same rows, committed both."""
    prepared = kind.empty()
    world.build(prepared, targets=4000, orders=10, now=now)
    world.make_due(prepared, DUE, now=now)

    model = kind.copy(prepared)
    before = {table: last_id(model, table) for table in WRITTEN}
    assert run_tick(model, now) == DUE
    rows = {table: new_rows(model, table, before[table]) for table in WRITTEN}
    kind.drop(model)

    drivers = [median(timed(kind, prepared, lambda d: insert_plainly(d, rows)) for _ in range(ROUNDS))]
    ticks = [timed(kind, prepared, lambda d: run_tick(d, now)) for _ in range(ROUNDS)]
    drivers.append(median(timed(kind, prepared, lambda d: insert_plainly(d, rows)) for _ in range(ROUNDS)))
    kind.drop(prepared)

    count = sum(len(values) for _columns, values in rows.values())
    name = f"rows_{kind.name}"
    anchor = report.anchor(name, Anchor(count / drivers[0], count / drivers[1], "rows/s"))
    took = median(ticks)
    detail = {"seconds": [round(each, 3) for each in ticks], "rows": count, "rows_per_s": round(count / took)}
    report.add(f"generate_{kind.name}", Figure(DUE / took, "orders/s", count / took / anchor.mean, name, detail))


def timed(kind: Kind, prepared: Database, work: Callable[[Database], object]) -> float:
    database = kind.copy(prepared)
    with database.reading() as session:  # connections are made, catalogues read
        session.connection()
    gc.collect()
    gc.freeze()  # as a server does when it has started: what the bench holds ready is not looked at again
    took = seconds(lambda: work(database))
    kind.drop(database)
    return took


def last_id(database: Database, table: str) -> int:
    with database.engine.connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT coalesce(max(id), 0) FROM {table}").scalar_one())


def new_rows(database: Database, table: str, after: int) -> tuple[list[str], list[tuple[Any, ...]]]:
    """As the driver gave them; the run is set aside, since the copy has none."""
    with database.engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT * FROM {table} WHERE id > {after} ORDER BY id")
        columns = [name for name in found.keys() if name not in {"is_open", "run_id"}]  # noqa: SIM118 - a RMKeyView
        rows = [tuple(adapted(row[name]) for name in columns) for row in found.mappings()]
    return columns, rows


def adapted(value: Any) -> Any:
    """PostgreSQL's driver reads JSON as Python and writes it wrapped."""
    if isinstance(value, dict | list):
        from psycopg.types.json import Jsonb

        return Jsonb(value)
    return value


def insert_plainly(database: Database, rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]]) -> None:
    mark = "?" if database.is_sqlite else "%s"
    raw = database.engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("BEGIN IMMEDIATE") if database.is_sqlite else None
        for table, (columns, values) in rows.items():
            marks = ", ".join([mark] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", values)
        raw.driver_connection.commit()  # type: ignore[union-attr]
    finally:
        raw.close()


def measure_ticks(report: Report, kind: Kind, size: str, now: datetime) -> None:
    """Nothing due among all targets; then 1,000 due among all over 1,000 due among 10,000."""
    targets, _orders = world.SIZES[size]
    due = 1000
    took = {}
    for count in (10_000, targets):
        database = kind.empty()
        world.build(database, targets=count, orders=10, now=now)
        if count == targets:
            run_tick(database, now)
            idle = median(seconds(lambda database=database: run_tick(database, now)) for _ in range(50))  # type: ignore[misc]
            report.add(f"tick_idle_ms{suffix(kind)}", Figure(idle * 1000, "ms", detail={"targets": count}))
        world.make_due(database, due, now=now)
        prepared, database = database, kind.copy(database)
        kind.drop(database)
        took[count] = median(timed(kind, prepared, lambda d: run_tick(d, now)) for _ in range(ROUNDS))
        kind.drop(prepared)
    detail = {"targets": targets, "ms": round(took[targets] * 1000, 1), "ms_of_10000": round(took[10_000] * 1000, 1)}
    report.add(f"tick_scale{suffix(kind)}", Figure(took[targets] / took[10_000], "times", detail=detail))


def suffix(kind: Kind) -> str:
    return "" if kind.name == "sqlite" else f"_{kind.name}"
