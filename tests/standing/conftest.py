"""Commands are run in this process, wherever tests stand; answers are held to their schemas."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from commanding import Answer
from judging import shipped_files_are_read_once  # noqa: F401 - a fixture for all of them

from domicile.cli.app import run

Ask = Callable[..., Answer]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs a command line; a JSON answer is one of its published schema."""

    def asked(*arguments: Any) -> Answer:  # noqa: ANN401
        capsys.readouterr()
        code = run([str(each) for each in arguments])
        said = capsys.readouterr()
        answer = Answer(code, said.out, said.err)
        if "json" in arguments and code in (0, 1):
            assert json.loads(said.out) == answer.json
        return answer

    return asked
