"""`ronde config`."""

import typer
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from app.cli.app import JsonFlag, answer, cli, settings_of
from app.core.settings import Settings


def shown(settings: Settings) -> dict[str, object]:
    """Each setting that holds; a password inside an address is masked, the rest of it helps to find a mistake."""
    values = {}
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            value = make_url(value.get_secret_value()).render_as_string(hide_password=True)
        values[name] = str(value) if name == "data_dir" else value
    return values


@cli.command()
def config(ctx: typer.Context, as_json: JsonFlag = False) -> None:
    """Print the configuration that holds, secrets masked. Example: RONDE_PORT=8080 ronde config"""
    answer(
        shown(settings_of(ctx)),
        as_json,
        lambda values: "\n".join(f"{name} = {'' if value is None else value}" for name, value in values.items()),
    )
