"""`ronde upgrade`, `config`, `init`, `user` and `token`, as a shell runs them."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import sleep

import httpx2
import pytest

PASSWORD = "une phrase assez longue"
INIT = ["init", "--organisation", "Acme", "--name", "Ada", "--login", "ada", "--language", "en"]


@dataclass
class Shell:
    data_dir: Path

    def __call__(self, *arguments: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": os.environ["PATH"], "RONDE_DATA_DIR": str(self.data_dir), "NO_COLOR": "1"} | variables
        command = [sys.executable, "-c", "from app.cli import main; main()", *arguments]
        return subprocess.run(command, input=stdin, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def ronde(tmp_path):
    return Shell(tmp_path / "data")


@pytest.fixture(scope="module")
def set_up_once(tmp_path_factory):
    ronde = Shell(tmp_path_factory.mktemp("cli") / "data")
    answer = ronde(*INIT, "--password-stdin", stdin=PASSWORD)  # what is not said is not asked of a script
    assert answer.returncode == 0, answer.stderr
    return ronde.data_dir


@pytest.fixture
def set_up(ronde, set_up_once):
    """A house that Ada administers."""
    shutil.copytree(set_up_once, ronde.data_dir)
    return ronde


def test_it_sets_up_an_empty_house_once(set_up):
    again = set_up(*INIT, "--time-zone", "Europe/Paris", "--password-stdin", stdin=PASSWORD)
    assert (again.returncode, again.stderr) == (1, "ronde: Ronde is already set up. Sign in.\n")


def test_it_needs_no_terminal(ronde):
    asked = ronde("init", RONDE_INIT_NAME="Ada", RONDE_INIT_LOGIN="ada", RONDE_INIT_PASSWORD=PASSWORD)
    assert (asked.returncode, asked.stderr) == (2, "ronde: There is no terminal to ask at: give --organisation.\n")
    said = {"RONDE_INIT_ORGANISATION": "Acme", "RONDE_INIT_NAME": "Ada", "RONDE_INIT_LOGIN": "ada"}
    nameless = ronde("init", **said)
    assert (nameless.returncode, nameless.stderr.count("--password-stdin")) == (2, 1)
    assert ronde("init", **said, RONDE_INIT_PASSWORD=PASSWORD, RONDE_INIT_LANGUAGE="en").returncode == 0


def test_the_data_directory_is_its_owners_alone(set_up_once):
    assert (set_up_once.stat().st_mode & 0o777) == 0o700


def test_a_wrong_answer_is_one_clear_line(ronde):
    answer = ronde(*INIT, "--time-zone", "Mars/Base", "--password-stdin", stdin=PASSWORD)
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "time_zone: There is no time zone of this name" in answer.stderr


def test_an_account_is_made_found_and_ended(set_up):
    made = set_up("user", "add", "--login", "Bob", "--name", "Bob", "--json", "--password-stdin", stdin=PASSWORD)
    assert json.loads(made.stdout)["login"] == "bob"
    assert [user["login"] for user in json.loads(set_up("user", "list", "--json").stdout)] == ["ada", "bob"]
    assert set_up("user", "password", "bob", "--password-stdin", stdin="short").returncode == 1
    assert set_up("user", "deactivate", "bob").returncode == 0
    assert "Deactivated" in set_up("user", "list").stdout
    assert set_up("user", "deactivate", "ada").stderr == (
        "ronde: This is the last active administrator. Make another one first.\n"
    )
    assert set_up("user", "deactivate", "nobody").stderr == "ronde: There is no account of this login.\n"


def test_a_token_is_printed_alone_on_stdout(set_up):
    made = set_up("token", "create", "ada", "--name", "monitoring")
    assert made.stdout.startswith("ronde_pat_")
    assert made.stdout.count("\n") == 1
    token = json.loads(set_up("token", "list", "ada", "--json").stdout)[0]
    assert token["scopes"] == ["read"]
    assert set_up("token", "revoke", str(token["id"])).returncode == 0
    assert json.loads(set_up("token", "list", "ada", "--json").stdout)[0]["revoked_at"] is not None
    assert set_up("token", "create", "ada", "--name", "x", "--days", "0").returncode == 1


def test_flags_outrank_the_environment_and_that_the_file(ronde, tmp_path):
    file = tmp_path / "ronde.toml"
    file.write_text("port = 1001\nhost = '10.0.0.1'\ntick_seconds = 7\n")
    code = f"import os; os.chdir({str(tmp_path)!r}); from app.cli import main; main()"
    environment = {"PATH": os.environ["PATH"], "RONDE_PORT": "1002", "PYTHONPATH": str(Path(__file__).parents[3])}
    answer = subprocess.run(
        [sys.executable, "-c", code, "--log-level", "error", "config", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    shown = json.loads(answer.stdout)
    assert (shown["port"], shown["host"], shown["tick_seconds"], shown["log_level"]) == (1002, "10.0.0.1", 7, "error")


def test_secrets_are_masked_and_an_empty_variable_says_nothing(ronde):
    answer = ronde("config", RONDE_DATABASE_URL="postgresql://ronde:hunter2@db/ronde", RONDE_SMTP_HOST="")
    assert "hunter2" not in answer.stdout
    assert "postgresql://ronde:***@db/ronde" in answer.stdout


@pytest.mark.parametrize(
    ("variable", "value"), [("RONDE_PORT", "x"), ("RONDE_DATABASE_URL", "mysql://x"), ("RONDE_LOG_LEVEL", "loud")]
)
def test_a_wrong_setting_stops_the_start_with_one_clear_line(ronde, variable, value):
    answer = ronde("config", **{variable: value})
    assert answer.returncode == 2
    assert answer.stderr.startswith(f"ronde: setting {variable.removeprefix('RONDE_').lower()}: ")
    assert answer.stderr.count("\n") == 1


def test_it_refuses_a_database_of_a_later_version(set_up):
    with sqlite3.connect(set_up.data_dir / "ronde.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'later'")
    for command in (["upgrade"], ["serve", "--port", "0"]):
        answer = set_up(*command)
        assert answer.returncode == 1
        assert answer.stderr == (
            "ronde: The database is of a later version of Ronde (revision later). Install that version.\n"
        )


def test_an_unknown_command_is_a_wrong_call(ronde):
    assert ronde("frobnicate").returncode == 2
    assert ronde().returncode == 2


def test_it_speaks_the_language_of_the_terminal(set_up):
    answer = set_up("user", "deactivate", "nobody", LANG="fr_FR.UTF-8")
    assert "Aucun compte" in answer.stderr


@pytest.mark.slow
def test_it_serves_with_the_scheduler_inside_until_it_is_told_to_stop(set_up):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {"PATH": os.environ["PATH"], "RONDE_DATA_DIR": str(set_up.data_dir), "RONDE_PORT": str(port)}
    code = "from app.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", code, "--log-level", "error", "serve"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    ) as serving:
        for _ in range(300):
            try:
                answer = httpx2.get(f"http://127.0.0.1:{port}/readyz")
                break
            except httpx2.TransportError:
                sleep(0.2)
        with sqlite3.connect(set_up.data_dir / "ronde.db") as connection:
            beats = poll(lambda: connection.execute("SELECT count(*) FROM heartbeats").fetchone()[0])
        serving.terminate()
        said = serving.stderr.read()
    assert (answer.text, beats, serving.returncode) == ("ready\n", 1, -signal.SIGTERM)
    assert said == f"Ronde: http://127.0.0.1:{port}\n"


def poll(look):
    for _ in range(100):
        if found := look():
            return found
        sleep(0.1)
    return None
