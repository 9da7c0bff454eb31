"""`domicile.check` and `domicile.plan` answer what the command line answers, and touch nothing."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from commanding import Asker
from pydantic import ValidationError

import domicile
from domicile.model.errors import SourceError, SourceErrors
from domicile.model.tokens import Counts

DAY = date(2026, 11, 23)
COMMANDS = {"check": domicile.check, "plan": domicile.plan}


def _content(root: Path) -> dict[str, str]:
    """Every file of a folder, by its digest."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("counts", ["emitted", Counts.EXISTING])
def test_the_record_is_what_the_command_writes(
    command: str, counts: Counts | str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same fields and values as `--format json`, for a path and a loaded workspace."""
    asked = Asker(root, capsys)(
        command, "--as-of", str(DAY), "--counts", str(counts), "--format", "json"
    )
    for given in (root, str(root), domicile.load(root)):
        found = COMMANDS[command](given, as_of=DAY, counts=counts)
        assert json.loads(found.model_dump_json(by_alias=True, exclude_none=True)) == asked.json


def test_the_plan_is_the_one_worked_out_by_hand(root: Path) -> None:
    """100 calls after any loss, 50 each at most 90 %: 2, 2 and 1 backends; at 60 % 120 need 4."""
    found = domicile.plan(root, as_of=DAY)
    assert {pool.datacenter: pool.after for pool in found.pools} == {"p": 2, "q": 2, "r": 1}
    assert found.feasible
    assert found.optimal
    assert found.cost.after == pytest.approx(2 * 0.10 + 2 * 0.12 + 0.20)


def test_answers_are_frozen(root: Path) -> None:
    """Nobody who was given an answer can change it."""
    found = domicile.plan(root, as_of=DAY)
    with pytest.raises(ValidationError, match="frozen"):
        found.feasible = False  # type: ignore[misc]  # what the test is about


def test_asking_changes_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a file of the workspace is written, and without a path the one around is asked."""
    before = _content(root)
    monkeypatch.chdir(root / "infra")
    assert domicile.check(as_of=DAY).findings
    assert domicile.plan(as_of=DAY).feasible
    assert _content(root) == before


def test_errors_are_the_documented_ones(root: Path, tmp_path: Path) -> None:
    """No folder, no environment, no such counts, no YAML: each a plain error, never another."""
    with pytest.raises(SourceErrors, match="is not a folder"):
        domicile.check(tmp_path / "nowhere")
    with pytest.raises(SourceError, match="environment `staging` is not declared"):
        domicile.plan(root, "staging")
    with pytest.raises(SourceError, match="`planned` is no kind of counts"):
        domicile.check(root, counts="planned")
    (root / "infra" / "services.yaml").write_text("services: [", encoding="utf-8")
    with pytest.raises(SourceErrors) as raised:
        domicile.plan(root)
    at = raised.value.errors[0].location
    assert at is not None
    assert at.file == "infra/services.yaml"


def test_importing_the_package_loads_none_of_it() -> None:
    """No pydantic, numpy, yaml or pulumi, and of itself only what puts imports off."""
    script = "import sys, domicile; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    names = set(loaded.stdout.split())
    assert not names & {"pydantic", "numpy", "yaml", "pulumi", "networkx", "highspy"}
    ours = {name for name in names if name.startswith("domicile")}
    assert ours == {"domicile", "domicile.lazy"}
    assert set(domicile.__all__) == {"__version__", "check", "load", "load_law", "plan"}


def test_types_are_said() -> None:
    """The marker of typed packages stands where type checkers look for it."""
    assert (Path(domicile.__file__).parent / "py.typed").is_file()
