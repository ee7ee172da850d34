"""`ronde due`."""

from datetime import timedelta
from typing import Annotated

import typer

from app.cli.app import JsonFlag, answer, cli, columns, installation
from app.cli.dates import day_of
from app.core.i18n import gettext
from app.core.security import Actor
from app.forecasts.queries.due import due
from app.forecasts.schemas import Due
from app.plans.queries.wording import with_weekday

AHEAD = timedelta(days=30)


@cli.command("due")
def due_command(
    ctx: typer.Context,
    until: Annotated[str | None, typer.Option(help="The last day; 30 days ahead by default.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """What comes due: open orders, late ones first, and dates that have no order yet. Example: ronde due --json"""
    last_on = day_of("--until", until) if until else None
    with installation(ctx) as house, house.database.reading() as session:
        rows = due(session, last_on or (house.now + AHEAD).date(), by=Actor.system())
    answer(rows, as_json, lambda _: table(rows))


def table(rows: list[Due]) -> str:
    if not rows:
        return gettext("Nothing falls due.")
    head = [gettext("Due"), gettext("Order"), gettext("Item"), gettext("Site"), gettext("Work")]
    lines = [[with_weekday(row.due_on), row.order or "", row.item, row.site, row.title] for row in rows]
    return columns([head, *lines])
