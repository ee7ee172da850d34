"""`ronde import readings`, as a shell runs it."""

import json
import os
import subprocess
import sys

from app.core.db import Database
from tests.conftest import migrate
from tests.factories.meters import make_meter

FILE = "tag;meter;value;read_at\nIMP-0001;Pages printed;1 200;2026-11-20 08:00\nIMP-0001;Pages printed;900;2026-11-21\n"


def ronde(data_dir, *arguments):
    environment = {"PATH": os.environ["PATH"], "RONDE_DATA_DIR": str(data_dir), "NO_COLOR": "1"}
    command = [sys.executable, "-c", "from app.cli import main; main()", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_readings_come_from_a_file_and_twice_they_change_nothing(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'ronde.db'}")
    migrate(database)
    with database.writing() as session:
        make_meter(session)
    database.close()
    file = tmp_path / "pages.csv"
    file.write_text(FILE, encoding="utf-8")
    answer = ronde(tmp_path, "import", "readings", str(file), "--json")
    assert answer.returncode == 0, answer.stderr
    report = json.loads(answer.stdout)
    assert (report["recorded"], report["refused"], report["errors"][0]["pointer"]) == (1, 1, "/lines/3/value")
    again = ronde(tmp_path, "import", "readings", str(file))
    assert "0 recorded, 1 unchanged, 1 refused" in again.stdout
