"""`ronde init`."""

import os
import sys
from typing import Annotated

import typer

from app.cli.app import WrongCall, cli, installation, say
from app.core.i18n import N_, gettext
from app.http.validation import invalid_input
from app.operations.actions.upgrade import upgrade

PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@cli.command("init")
def init_command(
    ctx: typer.Context,
    organisation: Annotated[str | None, typer.Option(envvar="RONDE_INIT_ORGANISATION")] = None,
    name: Annotated[str | None, typer.Option(envvar="RONDE_INIT_NAME", help="The first administrator's.")] = None,
    login: Annotated[str | None, typer.Option(envvar="RONDE_INIT_LOGIN")] = None,
    language: Annotated[
        str | None, typer.Option(envvar="RONDE_INIT_LANGUAGE", help="fr or en; fr where nothing is said.")
    ] = None,
    country: Annotated[
        str | None,
        typer.Option(envvar="RONDE_INIT_COUNTRY", help="For public holidays: FR, BE, GB, ...; FR by default."),
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option(envvar="RONDE_INIT_TIME_ZONE", help="IANA name; Europe/Paris by default.")
    ] = None,
    password_stdin: PasswordStdin = False,
) -> None:
    """Set up an empty database: the first administrator, and where the house is.

    Example: ronde init --organisation Acme --name "Ada Martin" --login ada --password-stdin < password.txt
    What is not given is asked at a terminal. Without one, RONDE_INIT_PASSWORD may hold the password.
    """
    from pydantic import ValidationError

    from app.places.actions.setup import refuse_second_setup, set_up
    from app.places.schemas import SetupInput

    with installation(ctx, check=False) as house:
        upgrade(house.database)
        with house.database.reading() as session:
            refuse_second_setup(session)
        try:
            data = SetupInput.model_validate(
                {
                    "organisation": organisation or needed("Organisation", "--organisation"),
                    "name": name or needed("Your name", "--name"),
                    "login": login or needed("Login", "--login"),
                    "language": language or asked("Language (fr, en)", "fr"),
                    "country": country or asked("Country, for public holidays", "FR"),
                    "time_zone": time_zone or asked("Time zone", "Europe/Paris"),
                    "password": os.environ.get("RONDE_INIT_PASSWORD") or new_password(from_stdin=password_stdin),
                }
            )
        except ValidationError as error:
            raise invalid_input(error.errors()) from None
        with house.database.writing() as session:
            user = set_up(session, data, now=house.now)
        say(gettext("Ronde is set up. Sign in as %(login)s.") % {"login": user.login})


def asked(question: str, otherwise: str) -> str:
    """Asked at a terminal only: a script's standard input holds the password, and nothing else."""
    return str(typer.prompt(question, default=otherwise)) if sys.stdin.isatty() else otherwise


def needed(question: str, flag: str) -> str:
    if not sys.stdin.isatty():
        raise WrongCall("needed", N_("There is no terminal to ask at: give %(flag)s."), flag=flag)
    return str(typer.prompt(question))


def new_password(*, from_stdin: bool) -> str:
    """Asked twice at a terminal; never an argument, which other users of the machine could read."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        raise WrongCall("needed", N_("There is no terminal to ask at: give %(flag)s."), flag="--password-stdin")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
