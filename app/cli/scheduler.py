"""`ronde scheduler`."""

import typer

from app.cli.app import cli, make_data_dir, say, settings_of


@cli.command("scheduler")
def scheduler_command(ctx: typer.Context) -> None:
    """Run the scheduler alone; any number of them may run at once. Example: ronde scheduler"""
    from scheduler.__main__ import run_alone

    settings = settings_of(ctx)
    make_data_dir(settings)
    say("Ronde: scheduler")
    run_alone(settings)
