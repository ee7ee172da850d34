"""A year of 10,000 targets over the bare expansion of the same rules: every target's slots, one by one."""

from datetime import date, datetime, timedelta
from random import Random
from statistics import median

from sqlalchemy import text

from app.core.clock import today
from app.core.db import Database
from app.core.security import Actor
from app.forecasts.queries.forecast import forecast
from app.forecasts.schemas import ForecastQuery
from app.plans.rules.policy import Schedule
from app.plans.rules.recurrence import slots
from app.plans.rules.rule import Rule
from bench import world
from bench.databases import Kind
from bench.generation import ROUNDS, seconds
from bench.results import Anchor, Figure, Report

TARGETS = 10_000
RULES = (Rule("month"), Rule("month", 3), Rule("month", 6), Rule("week", 2), Rule("year"))


def prepare(database: Database, now: datetime) -> list[tuple[Rule, date, date]]:
    """Five plans on 2,000 pieces that entered on some 250 different days; what each target expands."""
    on, random = today(now, world.ZONE), Random(1)
    world.build(database, targets=8_000, orders=1_000, now=now)
    targets, expanded = [], []
    for n, rule in enumerate(RULES):
        plan_id = world.PLANS + 1 + n
        schedule = Schedule(rule, shift="next", lead_days=7)
        world.make_plans(database, plan_id, 1, schedule, anchor_on=on, now=now)
        for piece in range(1, TARGETS // len(RULES) + 1):
            anchor_on = on - timedelta(days=random.randrange(250))
            settled = max(slots(rule, anchor_on, None, until=on))
            targets.append(world.target(plan_id, piece, anchor_on, on, now) | {"settled_through": settled})
            expanded.append((rule, anchor_on, settled))
    with database.writing() as session:
        session.execute(text("DELETE FROM plan_targets"))
    world.write(database, "plan_targets", targets)
    world.settle(database)
    return expanded


def measure_forecast(report: Report, kind: Kind, now: datetime) -> None:
    database = kind.empty()
    expanded = prepare(database, now)
    last_on = today(now, world.ZONE) + timedelta(weeks=52)

    def bare() -> int:
        return sum(1 for rule, anchor, settled in expanded for _ in slots(rule, anchor, settled, until=last_on))

    def whole() -> None:
        with database.reading() as session:
            forecast(session, ForecastQuery(), by=Actor.system(), now=now)

    whole()  # connections are made, a year's holidays known
    before = median(seconds(bare) for _ in range(ROUNDS))
    took = median(seconds(whole) for _ in range(ROUNDS))
    after = median(seconds(bare) for _ in range(ROUNDS))
    kind.drop(database)
    anchor = report.anchor("expansion", Anchor(TARGETS / before, TARGETS / after, "targets/s"))
    bare_ms = round(TARGETS / anchor.mean * 1000)
    detail = {"targets": TARGETS, "dates": bare(), "ms": round(took * 1000), "bare_ms": bare_ms}
    report.add("forecast", Figure(took / TARGETS * anchor.mean, "times", detail=detail))
