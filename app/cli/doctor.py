"""`ronde doctor`."""

import sys
from dataclasses import asdict

import typer

from app.cli.app import FAILED, JsonFlag, answer, cli, installation
from app.core.i18n import gettext
from app.operations.queries.doctor import Finding, examine


@cli.command()
def doctor(ctx: typer.Context, as_json: JsonFlag = False) -> None:
    """Verify the ledger, orders, journal, attachments and database. Example: ronde doctor --json

    Exits with 1 where a promise is broken; warnings alone are no failure.
    """
    with installation(ctx) as house, house.database.reading() as session:
        findings = list(examine(session, files_dir=house.settings.files_dir, now=house.now))
    has_fault = any(finding.severity == "fault" for finding in findings)
    told = {
        "is_whole": not has_fault,
        "findings": [asdict(finding) | {"text": sentence(finding)} for finding in findings],
    }
    whole = [] if has_fault else [gettext("All is whole.")]  # warnings break no promise
    answer(told, as_json, lambda _: "\n".join([*map(line, findings), *whole]))
    if has_fault:
        sys.exit(FAILED)


def sentence(finding: Finding) -> str:
    return gettext(finding.message) % finding.params


def line(finding: Finding) -> str:
    mark = gettext("FAULT") if finding.severity == "fault" else gettext("warning")
    ids = f" ({', '.join(map(str, finding.examples))})" if finding.examples else ""
    return f"{mark}: {sentence(finding)}{ids}"
