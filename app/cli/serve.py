"""`ronde serve`."""

import gc
import sys
from contextlib import AbstractContextManager
from typing import Annotated

import typer

from app.cli.app import cli, make_data_dir, say, settings_of
from app.core.db import Database
from app.core.settings import Settings
from app.operations.actions.upgrade import require_current, upgrade
from app.operations.queries.schema import schema_state

# The writer's thread gives up the interpreter's lock at each of its statements; by default the event loop, while it is
# busy, gives it back after 5 ms only.
SWITCH_SECONDS = 0.0005


@cli.command()
def serve(
    ctx: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    scheduler: Annotated[bool | None, typer.Option("--scheduler/--no-scheduler", help="Host the scheduler.")] = None,
) -> None:
    """Serve pages and REST, with the scheduler inside. Example: ronde serve --port 8080"""
    settings = settings_of(ctx, host=host, port=port, scheduler=scheduler)
    make_data_dir(settings)
    prepare(settings)
    say(f"Ronde: http://{settings.host}:{settings.port}")
    run_server(settings)


def prepare(settings: Settings) -> None:
    """An empty database is filled with tables; one of another version is refused."""
    database = Database(settings.url, pool_size=1)
    try:
        if schema_state(database).current is None:
            upgrade(database)
        require_current(database)
    finally:
        database.close()


def run_server(settings: Settings) -> None:
    gc.disable()  # until the doors stand (app/main.py): what is imported stays
    import uvicorn

    from app.http import House
    from app.main import create_app
    from scheduler.timetable import running

    def hosted(house: House) -> AbstractContextManager[object]:
        return running(house.settings, house.database, house.clock)

    sys.setswitchinterval(SWITCH_SECONDS)
    uvicorn.run(
        create_app(settings, companion=hosted if settings.scheduler else None),
        host=settings.host,
        port=settings.port,
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
