"""`ronde upgrade`."""

import typer

from app.cli.app import JsonFlag, answer, cli, installation
from app.operations.actions.upgrade import upgrade
from app.operations.queries.schema import schema_state


@cli.command("upgrade")
def upgrade_command(ctx: typer.Context, as_json: JsonFlag = False) -> None:
    """Bring the database to this version; nothing happens where it already is. Example: ronde upgrade"""
    with installation(ctx, check=False) as house:
        before = upgrade(house.database)
        after = schema_state(house.database)
    told = {"from": before.current, "to": after.current}
    answer(
        told,
        as_json,
        lambda t: (
            f"The database is at {t['to']}"
            + ("" if before.is_current else f"; it was {'at ' + t['from'] if t['from'] else 'empty'}")
        ),
    )
