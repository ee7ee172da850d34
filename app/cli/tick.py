"""`ronde tick`."""

import sys
from datetime import UTC, date, datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app.cli.app import FAILED, WRONG_CALL, Installation, JsonFlag, answer, cli, installation, say
from app.core.clock import fixed_clock
from app.core.errors import InvalidInput
from app.core.i18n import N_, gettext, ngettext
from app.operations.actions.tick import TickReport, preview_tick, tick
from app.places.queries import find_organisation

NOON = time(12, tzinfo=UTC)  # the same day at every inhabited place but some islands of the Pacific


@cli.command("tick")
def tick_command(
    ctx: typer.Context,
    now: Annotated[
        str | None, typer.Option(help="Act as of this day or instant: 2027-01-01, 2027-01-01T08:00+01:00.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be decided; write nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do act as of a future instant.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Generate the work that is due, once. Example: ronde tick --now 2027-01-01 --dry-run

    Exits with 1 where a target failed. An instant ahead of the clock needs --dry-run, a demonstration or --yes.
    """
    with installation(ctx) as house:
        as_of = parse_instant(now, house) if now else house.now
        if dry_run:
            report = preview_tick(house.database, as_of=as_of)
        else:
            refuse_future(as_of, house, yes=yes)
            report = tick(house.database, clock=fixed_clock(as_of) if now else house.clock, instance="tick")
    answer(report.to_dict(), as_json, lambda _: in_words(report))
    if report.errors:
        sys.exit(FAILED)


def parse_instant(text: str, house: Installation) -> datetime:
    """A day means its noon in UTC; an instant without an offset is local to the house."""
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), NOON)
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            "wrong_instant", N_("Give a day or an instant: 2027-01-01, 2027-01-01T08:00+01:00.")
        ) from None
    if instant.tzinfo is None:
        with house.database.reading() as session:
            organisation = find_organisation(session)
        instant = instant.replace(tzinfo=ZoneInfo(organisation.time_zone if organisation else "UTC"))
    return instant.astimezone(UTC)


def refuse_future(as_of: datetime, house: Installation, *, yes: bool) -> None:
    """S17: orders of a day that has not come are made only by somebody who means it."""
    if yes or as_of <= house.now:
        return
    with house.database.reading() as session:
        organisation = find_organisation(session)
    if organisation is None or not organisation.is_demonstration:
        say(gettext("This instant lies in the future. Add --dry-run to look ahead, or --yes to generate its orders."))
        sys.exit(WRONG_CALL)


def in_words(report: TickReport) -> str:
    made = ngettext("%(count)d order", "%(count)d orders", report.orders)
    said = gettext("Would make %(orders)s.") if report.is_dry else gettext("Made %(orders)s.")
    lines = [said % {"orders": made % {"count": report.orders}}]
    others: dict[str, Any] = {fate: count for fate, count in report.cycles.items() if fate != "generated"}
    lines += [f"{fate}: {count}" for fate, count in sorted(others.items())]
    lines += [f"target {error['target_id']}: {error['error']}" for error in report.errors]
    return "\n".join(lines)
