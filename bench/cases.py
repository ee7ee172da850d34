"""Full text over 200,000 resolved orders: what a search, or the card on an order's page, costs in the server."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from random import Random
from statistics import median
from typing import Any

from app.cases.queries import cases_with, similar_cases
from app.cases.rules.filing import marks
from app.cases.rules.words import kept
from app.core.clock import today
from app.core.security import Actor, Role
from bench import world
from bench.databases import Kind
from bench.generation import seconds
from bench.results import Figure, Report

CASES = 200_000
ROUNDS = 7
MODES = ("no_power", "overheats", "noise_or_vibration", "degraded_output", "no_network")
KINDS = ("cleaned", "repaired", "component_replaced", "no_fault_found")
# Each stands in so many of a hundred cases; the last ones in some of a thousand.
COMMON = {"panne": 80, "imprimante": 60, "remplacé": 50, "papier": 45, "bruit": 30, "réseau": 25, "batterie": 20}
RARE = [f"symptome{n}" for n in range(400)]
TITLE = "Panne imprimante : bruit, papier, batterie, réseau, remplacé"


def cases(now: datetime) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    random, on = Random(1), today(now, world.ZONE)
    for order_id in range(1, CASES + 1):
        piece = order_id % 2_000 + 1
        words = [word for word, share in COMMON.items() if random.randrange(100) < share]
        text = " ".join([*words, *random.sample(RARE, 3), f"ref{order_id}"])
        mode, kind = random.choice(MODES), random.choice(KINDS)
        where = {"site_id": piece % 3 + 1, "category_id": piece % 5 + 1, "model_id": None}
        report = {"order_id": order_id, "number": 1, "is_current": True, "kind": kind, "finding": "failed",
                  "method": "procedure", "failure_mode": mode, "observed": text, "done_on": on, "recorded_at": now,
                  "is_filed": True, "is_downtime_planned": False, "is_warranty_claim": False}  # fmt: skip
        case = where | {"order_id": order_id, "equipment_id": piece, "kind": kind, "failure_mode": mode,
                        "is_failure": True, "failed_on": on, "done_on": on, "failed_again_on": None,
                        "words": kept(marks(**where, failure_mode=mode), text)}  # fmt: skip
        yield report, case


def measure_cases(report: Report, kind: Kind, now: datetime) -> None:
    """The slowest of the questions counts: words that nearly all cases have, asked by who sees one site of three."""
    database, on = kind.empty(), today(now, world.ZONE)
    world.build(database, targets=8_000, orders=CASES, now=now)
    rows = list(cases(now))
    world.write(database, "resolutions", (row[0] for row in rows))
    world.write(database, "case_texts", (row[1] for row in rows))
    del rows
    world.settle(database)
    all_sites = Actor.system()
    one_site = Actor(name="Bob", role=Role.TECHNICIAN, site_ids=frozenset({2}))  # where piece 1 stands
    asked: dict[str, Callable[..., Any]] = {}
    for name, by in (("", all_sites), ("_one_site", one_site)):
        like: dict[str, Any] = {"by": by, "on": on}
        asked[f"common_word{name}"] = partial(cases_with, q="panne", **like)
        asked[f"common_words{name}"] = partial(cases_with, q="panne imprimante remplacé papier", **like)
        asked[f"seldom_together{name}"] = partial(cases_with, q="batterie réseau bruit symptome7 symptome9", **like)
        asked[f"all_common{name}"] = partial(cases_with, q=" ".join(COMMON), **like)
        asked[f"of_a_piece{name}"] = partial(cases_with, q="panne", equipment_id=1, **like)
        asked[f"similar{name}"] = partial(
            similar_cases, equipment_id=1, words=[TITLE], failure_mode="overheats", **like
        )
    taken = {}
    for name, question in asked.items():
        with database.reading() as session:
            question(session)
            taken[name] = median(seconds(partial(question, session)) for _ in range(ROUNDS)) * 1000
    suffix = "" if kind.name == "sqlite" else f"_{kind.name}"
    detail = {name: round(value, 1) for name, value in taken.items()}
    report.add(f"cases_ms{suffix}", Figure(max(taken.values()), "ms", detail=detail))
    kind.drop(database)
