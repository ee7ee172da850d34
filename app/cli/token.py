"""`ronde token`: API tokens, for whoever holds the server."""

from typing import Annotated, Any

import typer
from pydantic import ValidationError

from app.cli.app import JsonFlag, answer, cli, installation, say
from app.cli.user import LOGIN, user_id_of
from app.core.i18n import gettext
from app.core.security import Actor
from app.http.validation import invalid_input

token_cli = typer.Typer(help="API tokens. Example: ronde token create bob --name monitoring", no_args_is_help=True)
cli.add_typer(token_cli, name="token")


@token_cli.command("create")
def create_token(
    ctx: typer.Context,
    login: LOGIN,
    name: Annotated[str, typer.Option(help="What it is for.")],
    write: Annotated[bool, typer.Option("--write", help="It may change things too.")] = False,
    days: Annotated[int, typer.Option(help="Days until it expires.")] = 90,
    as_json: JsonFlag = False,
) -> None:
    """Make a token, printed this once. Example: ronde token create bob --name monitoring"""
    from app.people.actions.tokens import create_api_token
    from app.people.schemas import ApiTokenInput

    values = {"name": name, "scopes": ["read", "write"] if write else ["read"], "expires_in_days": days}
    try:
        data = ApiTokenInput.model_validate(values)
    except ValidationError as error:
        raise invalid_input(error.errors()) from None
    with installation(ctx) as house, house.database.writing() as session:
        user_id = user_id_of(session, login)
        made = create_api_token(session, data, user_id=user_id, by=Actor.system(), now=house.now)
    answer(made.model_dump(mode="json"), as_json, lambda shown: str(shown["token"]))


@token_cli.command("list")
def list_tokens(ctx: typer.Context, login: LOGIN, as_json: JsonFlag = False) -> None:
    """An account's tokens, revoked ones included. Example: ronde token list bob"""
    from app.people.queries import api_tokens

    with installation(ctx) as house, house.database.reading() as session:
        rows = api_tokens(session, user_id_of(session, login), limit=10_000)
    answer([row.model_dump(mode="json") for row in rows], as_json, lambda shown: "\n".join(map(line, shown)))


def line(token: dict[str, Any]) -> str:
    state = gettext("Revoked") if token["revoked_at"] else token["expires_at"]
    return f"{token['id']:>6}  {token['prefix']}…  {' '.join(token['scopes']):<10}  {state}  {token['name']}"


@token_cli.command("revoke")
def revoke_token(
    ctx: typer.Context, token_id: Annotated[int, typer.Argument(help="As `ronde token list` shows.")]
) -> None:
    """End a token at once. Example: ronde token revoke 7"""
    from app.people.actions.tokens import revoke_api_token

    with installation(ctx) as house, house.database.writing() as session:
        revoke_api_token(session, token_id, by=Actor.system(), now=house.now)
    say(gettext("The token is revoked."))
