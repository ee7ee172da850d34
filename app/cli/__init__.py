"""The `ronde` command: one module a command, each of which registers itself with `app.cli.app.cli`."""

import gc
from importlib import import_module
from pkgutil import iter_modules


def main() -> None:
    gc.disable()  # what is imported stays: to look for garbage among it is a seventh of the start
    from app.cli.app import run

    for command in iter_modules(__path__):
        import_module(f"{__name__}.{command.name}")
    gc.enable()
    run()
