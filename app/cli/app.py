"""What every command shares: flags of the installation, one clear line for an error, where output goes.

A command is a function in a module of its own:

    @cli.command()
    def due(ctx: typer.Context, as_json: JsonFlag = False) -> None:
        with installation(ctx) as house, house.database.reading() as session:
            ...
            answer(rows, as_json, lambda row: ...)

Messages go to stderr (`say`), what was asked for goes to stdout (`answer`); exit code 1 is a failure, 2 a wrong call.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from app.core.clock import Clock, system_clock
from app.core.db import Database
from app.core.errors import AppError
from app.core.i18n import gettext, set_language
from app.core.logs import configure_logs
from app.core.settings import Settings, WrongSettings, load_settings

FAILED, WRONG_CALL = 1, 2

cli = typer.Typer(
    name="ronde",
    help="Preventive maintenance for IT. Example: ronde --data-dir /var/lib/ronde serve --port 8080",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

JsonFlag = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]


class WrongCall(AppError):
    """What was asked for cannot be; the caller has to ask otherwise."""


@dataclass(frozen=True, slots=True)
class Installation:
    """One installation as the command line sees it."""

    settings: Settings
    database: Database
    clock: Clock = system_clock

    @property
    def now(self) -> datetime:
        return self.clock()


@cli.callback()
def flags(
    ctx: typer.Context,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the database file, attachments and secrets live.")
    ] = None,
    database_url: Annotated[str | None, typer.Option(help="postgresql://… or sqlite:///…")] = None,
    log_level: Annotated[str | None, typer.Option(help="debug, info, warning or error.")] = None,
) -> None:
    ctx.obj = {"data_dir": data_dir, "database_url": database_url, "log_level": log_level}


def settings_of(ctx: typer.Context, **more: Any) -> Settings:
    """Flag > environment > ronde.toml > default; also configures the logs."""
    settings = load_settings(**(ctx.obj or {}), **more)
    configure_logs(settings)
    return settings


@contextmanager
def installation(ctx: typer.Context, *, check: bool = True) -> Iterator[Installation]:
    """The installation that the flags name; unless told not to, refused where its database is of another version."""
    from app.operations.actions.upgrade import require_current

    settings = settings_of(ctx)
    make_data_dir(settings)
    database = Database(settings.url, pool_size=settings.pool_size)
    try:
        if check:
            require_current(database)
        yield Installation(settings, database)
    finally:
        database.close()


def make_data_dir(settings: Settings) -> None:
    """Readable by its owner alone: it holds the database and attachments."""
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSettings(f"setting data_dir: {settings.data_dir}: {error.strerror}") from None


def say(message: str) -> None:
    typer.echo(message, err=True)


def answer(value: Any, as_json: bool, in_words: Callable[[Any], str]) -> None:
    """What was asked for, on stdout: JSON for programs, else in words."""
    if as_json:
        typer.echo(json.dumps(value, default=jsonable, ensure_ascii=False, indent=2))
    elif text := in_words(value):
        typer.echo(text)


def columns(lines: list[list[str]]) -> str:
    """A table as a terminal shows it."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def jsonable(value: Any) -> Any:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)


def run() -> None:
    """The command of `sys.argv`. Whatever the caller can understand is one line, never a stack trace."""
    set_language((os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "en")[:2])
    try:
        cli(prog_name="ronde")
    except WrongSettings as error:
        say(f"ronde: {error}")
        sys.exit(WRONG_CALL)
    except AppError as error:
        say(f"ronde: {in_one_line(error)}")
        sys.exit(WRONG_CALL if isinstance(error, WrongCall) else FAILED)
    except KeyboardInterrupt:
        sys.exit(130)


def in_one_line(error: AppError) -> str:
    text = gettext(error.message) % error.params if error.params else gettext(error.message)
    fields = [f"{field.pointer}: {gettext(field.message) % dict(field.params)}" for field in error.fields]
    return " ".join([text, *fields])
