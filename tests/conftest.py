"""What holds for all tests: nothing is left out in silence."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

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


@pytest.fixture(autouse=True, scope="session")
def nobody_is_logged_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """States of tests stand in their own workspaces, wherever the tester has logged in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PULUMI_CREDENTIALS_PATH", str(tmp_path_factory.mktemp("nobody")))
        patch.delenv("PULUMI_ACCESS_TOKEN", raising=False)
        patch.delenv("PULUMI_BACKEND_URL", raising=False)
        yield


@pytest.fixture(autouse=True, scope="session")
def ctrl_c_is_heard() -> None:
    """A shell that runs tests in the background has them, and all that they start, ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
