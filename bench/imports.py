"""10,000 rows of a file: read, validated, shown as a preview, then committed."""

import csv
import gc
import io
from datetime import datetime
from time import perf_counter

from app.core.security import Actor
from app.operations.actions.imports import import_equipment
from bench import world
from bench.databases import Kind
from bench.results import Figure, Report

ROWS = 10_000
PIECES = {"small": 500, "medium": 20_000, "large": 1_000_000}  # what the registry holds before


def file() -> bytes:
    """French headers, semicolons, places and models that repeat as they do in a real house."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(
        ["Étiquette", "Nom", "Numéro de série", "Catégorie", "Fabricant", "Modèle", "Site", "Lieu", "Statut"]
    )
    for i in range(ROWS):
        place = [f"Site {i % 3 + 1}", f"Bâtiment {i % 4} > Bureau {i % 200}", "En service"]
        writer.writerow(
            [f"BENCH-{i:05d}", f"poste-{i}", f"NS{i * 7919}", "Poste fixe", "Dell", f"Optiplex {i % 9}", *place]
        )
    return text.getvalue().encode()


def measure_import(report: Report, kind: Kind, now: datetime) -> None:
    database = kind.empty()
    world.build(database, targets=1000, orders=10, pieces=PIECES[report.size], now=now)
    data, by = file(), Actor.system()
    gc.collect()
    gc.freeze()  # as a server does when it has started
    began = perf_counter()
    with database.reading() as session:
        shown = import_equipment(session, data, is_dry_run=True, by=by, now=now)
    previewed = perf_counter()
    with database.writing() as session:
        import_equipment(session, data, is_dry_run=False, by=by, now=now)
    done = perf_counter()
    with database.reading() as session:
        again = import_equipment(session, data, is_dry_run=True, by=by, now=now)
    assert shown.counts["create"] == again.counts["unchanged"] == ROWS, (shown.counts, again.counts)
    kind.drop(database)
    detail = {"preview_s": round(previewed - began, 2), "commit_s": round(done - previewed, 2), "rows": ROWS}
    report.add("import_rows_per_s", Figure(ROWS / (done - began), "rows/s", detail=detail))
