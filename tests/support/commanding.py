"""Runs commands in this process, and holds every JSON answer to its published schema."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from domicile import schemas
from domicile.cli.app import run


@dataclass(frozen=True)
class Answer:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Its answer, valid against the schema that it names."""
        answer: dict[str, Any] = json.loads(self.out)
        kind = "answer-" + answer["schema"].removeprefix("domicile.").rpartition("/")[0]
        Draft202012Validator(schemas.schema(kind)).validate(answer)
        return answer


class Asker:
    """Asks about one workspace."""

    def __init__(self, root: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capture = capture

    def __call__(self, *arguments: str) -> Answer:
        """Run a command in the workspace."""
        return self.bare(*arguments, "-w", str(self.root))

    def bare(self, *arguments: str) -> Answer:
        """Run a command that names no workspace."""
        self._capture.readouterr()
        code = run(list(arguments))
        out, err = self._capture.readouterr()
        return Answer(code, out, err)
