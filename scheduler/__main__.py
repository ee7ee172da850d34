"""`python -m scheduler`, as `ronde scheduler`: the clock alone, until SIGTERM or SIGINT."""

import signal
import threading

from app.core.db import Database
from app.core.logs import configure_logs
from app.core.settings import Settings, load_settings
from app.operations.actions.upgrade import require_current
from scheduler.timetable import running


def run_alone(settings: Settings) -> None:
    database = Database(settings.url, pool_size=settings.pool_size)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        require_current(database)
        with running(settings, database):
            stop.wait()
    finally:
        database.close()


if __name__ == "__main__":
    settings = load_settings()
    configure_logs(settings)
    run_alone(settings)
