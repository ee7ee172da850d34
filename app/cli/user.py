"""`ronde user`: accounts, for whoever holds the server."""

from typing import Annotated, Any

import typer
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.cli.app import JsonFlag, answer, cli, installation, say
from app.cli.init import PasswordStdin, new_password
from app.core.errors import NotFound
from app.core.i18n import N_, gettext
from app.core.security import Actor
from app.http.validation import invalid_input

user_cli = typer.Typer(
    help="Accounts. Example: ronde user add --login bob --name Bob --role technician", no_args_is_help=True
)
cli.add_typer(user_cli, name="user")
LOGIN = Annotated[str, typer.Argument(help="Whose account.")]


def user_id_of(session: Session, login: str) -> int:
    from app.places.queries.members import members

    found = [member.id for member in members(session, by=Actor.system(), q=login, limit=200) if member.login == login]
    if not found:
        raise NotFound("unknown_login", N_("There is no account of this login."))
    return found[0]


@user_cli.command("list")
def list_users(ctx: typer.Context, as_json: JsonFlag = False) -> None:
    """Every account. Example: ronde user list --json"""
    from app.places.queries.members import members

    with installation(ctx) as house, house.database.reading() as session:
        rows = members(session, by=Actor.system(), limit=100_000)
    answer([row.model_dump(mode="json") for row in rows], as_json, lambda shown: "\n".join(map(line, shown)))


def line(user: dict[str, Any]) -> str:
    state = "" if user["is_active"] else f"  ({gettext('Deactivated')})"
    return f"{user['login']:<20} {user['role']:<11} {user['name']}{state}"


@user_cli.command("add")
def add_user(
    ctx: typer.Context,
    login: Annotated[str, typer.Option(prompt="Login")],
    name: Annotated[str, typer.Option(prompt="Name")],
    role: Annotated[str, typer.Option(help="requester, technician, manager or admin.")] = "technician",
    all_sites: Annotated[
        bool, typer.Option("--all-sites", help="Sees every site; else none until told which.")
    ] = False,
    password_stdin: PasswordStdin = False,
    as_json: JsonFlag = False,
) -> None:
    """Make an account. Example: ronde user add --login bob --name "Bob Roy" --role technician --all-sites"""
    from app.places.actions.members import create_member
    from app.places.schemas import NewMemberInput

    values = {"login": login, "name": name, "role": role, "has_all_sites": all_sites}
    with installation(ctx) as house:
        try:
            data = NewMemberInput.model_validate(values | {"password": new_password(from_stdin=password_stdin)})
        except ValidationError as error:
            raise invalid_input(error.errors()) from None
        with house.database.writing() as session:
            made = create_member(session, data, by=Actor.system(), now=house.now)
    answer(made.model_dump(mode="json"), as_json, line)


@user_cli.command("password")
def set_user_password(ctx: typer.Context, login: LOGIN, password_stdin: PasswordStdin = False) -> None:
    """Give a new password; their sessions end. Example: ronde user password bob"""
    from app.people.actions.users import set_password
    from app.people.schemas import NewPasswordInput

    with installation(ctx) as house:
        data = NewPasswordInput.model_validate({"password": new_password(from_stdin=password_stdin)})
        with house.database.writing() as session:
            set_password(session, user_id_of(session, login), data, by=Actor.system(), now=house.now)
    say(gettext("The password is changed; their sessions are over."))


@user_cli.command("deactivate")
def deactivate(ctx: typer.Context, login: LOGIN) -> None:
    """End an account's access: no session and no token works any more. Example: ronde user deactivate bob"""
    from app.people.actions.users import deactivate_user

    with installation(ctx) as house, house.database.writing() as session:
        deactivate_user(session, user_id_of(session, login), by=Actor.system(), now=house.now)
    say(gettext("Deactivated: no session and no token of theirs works any more."))


@user_cli.command("activate")
def activate(ctx: typer.Context, login: LOGIN) -> None:
    """Let an account in again; its tokens stay revoked. Example: ronde user activate bob"""
    from app.people.actions.users import activate_user

    with installation(ctx) as house, house.database.writing() as session:
        activate_user(session, user_id_of(session, login), by=Actor.system(), now=house.now)
    say(gettext("Activated."))
