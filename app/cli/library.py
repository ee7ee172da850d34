"""`ronde library`."""

from typing import Annotated

import typer
from pydantic import ValidationError

from app.cli.app import JsonFlag, answer, cli, columns, installation, say
from app.core.i18n import current_language, gettext
from app.core.security import Actor, Role
from app.http.validation import invalid_input
from app.library.schemas import EntryRow, LoadInput

library_cli = typer.Typer(
    help="IT procedures and plans that ship with Ronde. Example: ronde library load ups-self-test", no_args_is_help=True
)
cli.add_typer(library_cli, name="library")


def reader() -> Actor:
    return Actor(name="Ronde", role=Role.ADMIN, language=current_language(), is_system=True)


@library_cli.command("list")
def list_command(ctx: typer.Context, as_json: JsonFlag = False) -> None:
    """The entries, and which of them are loaded. Example: ronde library list --json"""
    from app.library.queries import list_entries

    with installation(ctx) as house, house.database.reading() as session:
        rows = list_entries(session, by=reader())
    answer(rows, as_json, lambda _: table(rows))


def table(rows: list[EntryRow]) -> str:
    head = [gettext("Code"), gettext("Loaded"), gettext("Title"), gettext("Plans")]
    return columns([head, *([row.code, loaded(row), row.title, ", ".join(p.key for p in row.plans)] for row in rows)])


def loaded(row: EntryRow) -> str:
    return {
        "not_loaded": "",
        "current": gettext("yes"),
        "update": gettext("newer edition"),
        "compare": gettext("newer edition"),
    }[row.standing]


@library_cli.command("load")
def load_command(
    ctx: typer.Context,
    code: str,
    plan: Annotated[list[str] | None, typer.Option(help="A plan's key; again for each.")] = None,
    category: Annotated[list[int] | None, typer.Option(help="A category's id that the plans look after.")] = None,
    place: Annotated[list[int] | None, typer.Option(help="A place's id that the plans look after.")] = None,
    language: Annotated[str | None, typer.Option(help="en or fr; the language of the shell by default.")] = None,
    active: Annotated[bool, typer.Option("--active", help="Plans begin at once; without it they rest.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Load an entry. Example: ronde library load ups-self-test --plan monthly --category 3 --language fr"""
    from app.library.actions import load_entry

    said = {"plans": plan or [], "category_ids": category or [], "location_ids": place or [], "is_active": active}
    try:
        data = LoadInput.model_validate(said | {"language": language})
    except ValidationError as error:
        raise invalid_input(error.errors()) from None
    with installation(ctx) as house, house.database.writing() as session:
        made = load_entry(session, code, data, by=reader(), now=house.now)
    say(gettext("Loaded."))
    answer(made, as_json, lambda _: "")
