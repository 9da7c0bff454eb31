"""What holds for all tests: nothing is left out in silence."""

from __future__ import annotations

import os

import pytest

_NOT_RUN: list[str] = []
_REQUIRED = "DOMICILE_REQUIRE_ALL"


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember every test that was skipped, and why."""
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        _NOT_RUN.append(f"{report.nodeid}: {reason}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was not run."""
    for line in _NOT_RUN:
        terminalreporter.write_line(f"not run: {line}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything is required, as in CI, a test that was not run fails the session."""
    if _NOT_RUN and os.environ.get(_REQUIRED) and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
