"""`ronde demo`."""

import sys
from datetime import date, datetime
from typing import Annotated, Any

import typer

from app.cli.app import Installation, JsonFlag, answer, cli, installation, say
from app.core.clock import today
from app.core.i18n import gettext
from app.demonstration.rules.firm import TIME_ZONE


@cli.command()
def demo(
    ctx: typer.Context,
    seed: Annotated[int, typer.Option(help="The same seed and day give the same firm.")] = 1,
    on: Annotated[
        datetime | None, typer.Option("--today", formats=["%Y-%m-%d"], help="The day that it leads up to.")
    ] = None,
    if_empty: Annotated[bool, typer.Option("--if-empty", help="Only where Ronde is not set up yet.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Fill an empty database with a French firm and a year of its work. Example: ronde demo --seed 1

    Prints its logins. Their passwords are made anew each time; a copy lies in the data directory, for its owner alone.
    """
    from app.demonstration.actions.demonstration import is_set_up
    from app.demonstration.actions.on_demand import kept_logins
    from app.operations.actions.upgrade import upgrade

    ctx.obj["log_level"] = ctx.obj["log_level"] or "warning"  # a year of ticks would be a year of lines
    with installation(ctx, check=False) as house:
        upgrade(house.database)
        if not (if_empty and is_set_up(house.database)):
            make(house, seed=seed, on=on.date() if on else today(house.now, TIME_ZONE))
        logins = kept_logins(house.settings.data_dir)
    answer(logins, as_json, in_words)


def make(house: Installation, *, seed: int, on: date) -> None:
    from app.demonstration.actions.demonstration import DAYS, found_firm, live_until
    from app.demonstration.actions.on_demand import keep_logins

    say(gettext("Making a demonstration: a French firm and a year of its work."))
    firm = found_firm(house.database, seed=seed, on=on)
    keep_logins(house.settings.data_dir, firm.logins)
    days = live_until(house.database, firm, seed=seed, on=on)
    with typer.progressbar(days, length=DAYS + 1, file=sys.stderr, hidden=not sys.stderr.isatty()) as shown:
        for _day in shown:
            pass


def in_words(logins: list[dict[str, Any]]) -> str:
    return "\n".join(f"{each['login']:<8} {each['password']:<18} {each['role']:<11} {each['name']}" for each in logins)
