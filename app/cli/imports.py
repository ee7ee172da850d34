"""`ronde import equipment` and `ronde export equipment`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli.app import JsonFlag, answer, cli, installation
from app.core.i18n import N_, gettext
from app.core.security import Actor
from app.equipment.queries import EquipmentFilter
from app.equipment.rules.columns import FIELDS
from app.meters.schemas import ReadingsReport
from app.operations.actions.exports import equipment_rows, table_csv
from app.operations.actions.import_readings import import_readings
from app.operations.actions.imports import import_equipment
from app.operations.schemas import Created, ImportLine, ImportReport

imports = typer.Typer(help="Bring data in from a file. Example: ronde import equipment devices.csv --dry-run")
exports = typer.Typer(help="Write data to a file. Example: ronde export equipment > equipment.csv")
cli.add_typer(imports, name="import")
cli.add_typer(exports, name="export")

CREATED: dict[Created, str] = {
    "customers": N_("New customers: %(names)s"),
    "sites": N_("New sites: %(names)s"),
    "categories": N_("New categories: %(names)s"),
    "models": N_("New models: %(names)s"),
    "locations": N_("New places: %(names)s"),
    "persons": N_("New people: %(names)s"),
}


@imports.command("equipment")
def import_command(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="Own format or NetBox's.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, change nothing.")] = False,
    clear: Annotated[
        bool, typer.Option("--clear", help="Empty cells clear days, cost, person, remote access and notes.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Equipment from a CSV file; run twice it changes nothing. Example: ronde import equipment devices.csv --dry-run"""
    data = file.read_bytes()
    with installation(ctx) as house:
        opened = house.database.reading() if dry_run else house.database.writing()
        with opened as session:
            by = Actor.system()
            report = import_equipment(session, data, is_dry_run=dry_run, clears=clear, by=by, now=house.now)
    answer(report.model_dump(mode="json"), as_json, lambda _: in_words(report))


@imports.command("readings")
def import_readings_command(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="tag;meter;value;read_at")],
    as_json: JsonFlag = False,
) -> None:
    """Readings of meters from a CSV file; run twice it changes nothing. Example: ronde import readings pages.csv"""
    data = file.read_bytes()
    with installation(ctx) as house, house.database.writing() as session:
        report = import_readings(session, data, by=Actor.system(), now=house.now)
    answer(report.model_dump(mode="json"), as_json, lambda _: readings_in_words(report))


def readings_in_words(report: ReadingsReport) -> str:
    counts = report.model_dump(include={"recorded", "unchanged", "refused"})
    said = gettext("%(recorded)s recorded, %(unchanged)s unchanged, %(refused)s refused") % counts
    return "\n".join([*(f"{error.pointer}: {error.detail}" for error in report.errors), said])


def in_words(report: ImportReport) -> str:
    lines = [line_in_words(line) for line in report.lines if line.outcome == "refuse" or line.is_guess]
    lines += [gettext(CREATED[kind]) % {"names": ", ".join(names)} for kind, names in report.created.items() if names]
    if report.ignored_columns:
        lines.append(gettext("Columns not known: %(names)s") % {"names": ", ".join(report.ignored_columns)})
    counts = report.counts
    lines.append(
        gettext("%(create)s created, %(change)s changed, %(unchanged)s unchanged, %(refuse)s refused") % counts
    )
    if report.is_dry_run:
        lines.append(gettext("Nothing was written: this was a preview."))
    return "\n".join(lines)


def line_in_words(line: ImportLine) -> str:
    reasons = " ".join(f"{error.field}: {error.detail}" for error in line.errors)
    said = reasons or gettext("recognised by where it stands: a guess")
    return gettext("Line %(line)s") % {"line": line.line} + f" ({line.tag or line.name or '—'}): {said}"


@exports.command("equipment")
def export_command(ctx: typer.Context) -> None:
    """All equipment as CSV on stdout, ready to be imported again. Example: ronde export equipment > equipment.csv"""
    with installation(ctx) as house, house.database.reading() as session:
        for part in table_csv(FIELDS, equipment_rows(session, wanted=EquipmentFilter(), by=Actor.system())):
            sys.stdout.buffer.write(part)
