"""A pytest plugin for CI: a skipped test is a failed run, unless its reason names what is optional ("optional: …")."""

import os

import pytest


class Skips:
    def __init__(self):
        self.refused = []

    def pytest_runtest_logreport(self, report):
        reason = report.longrepr[2] if report.skipped and isinstance(report.longrepr, tuple) else "optional:"
        if not reason.removeprefix("Skipped: ").startswith("optional:"):
            self.refused.append(f"{report.nodeid}: {reason}")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        if self.refused and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        if self.refused:
            terminalreporter.section("Skipped, which is not allowed here", red=True, bold=True)
            for line in self.refused:
                terminalreporter.line(line)


def pytest_configure(config):
    if os.environ.get("RONDE_REFUSE_SKIPS") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Skips(), "refused-skips")
