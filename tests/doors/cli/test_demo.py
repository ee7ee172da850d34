"""`ronde demo`: its logins, and what it leaves alone."""

import json

import pytest
from typer.testing import CliRunner

import app.cli.demo  # noqa: F401 - registers the command
from app.cli.app import cli
from app.demonstration.actions import demonstration


@pytest.fixture
def demo(tmp_path, monkeypatch):
    """The command on an empty data directory; the year is a day."""
    short = demonstration.live_until
    monkeypatch.setattr(demonstration, "live_until", lambda *args, **named: short(*args, **named | {"days": 1}))
    return lambda *words: CliRunner().invoke(cli, ["--data-dir", str(tmp_path), "demo", *words])


def test_it_prints_logins_and_keeps_them_for_their_owner_alone(demo, tmp_path):
    first = demo("--today", "2026-11-23", "--json")
    assert first.exit_code == 0, first.output
    logins = json.loads(first.stdout)
    assert {login["role"] for login in logins} == {"admin", "manager", "technician", "requester"}
    kept = tmp_path / "demo-logins.json"
    assert kept.stat().st_mode & 0o077 == 0
    assert json.loads(demo("--if-empty", "--json").stdout) == logins


def test_it_refuses_a_house_that_is_set_up(demo):
    assert demo("--today", "2026-11-23").exit_code == 0
    again = demo()
    assert again.exit_code == 1
