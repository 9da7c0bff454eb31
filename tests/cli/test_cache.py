"""A known answer is repeated byte for byte, and only while nothing that it rests on has changed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from domicile.cli import cache as caching
from domicile.cli import remembered
from domicile.cli.cache import Cache
from domicile.cli.remembered import Question, answer

FILES = {
    "regions/beta.yaml": "one",
    "policies/residency/fr.yaml": "two",
    "infra/pools.yaml": "three",
    "stacks/plan.production.yaml": "four",
}
ASKED = ["check", "--as-of", "2026-11-23", "--format", "json"]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace, and a small engine with its shipped catalogue, as the cache sees them."""
    for base, files in ((tmp_path / "work", FILES), (tmp_path / "package", {"engine.py": "five"})):
        for name, text in files.items():
            (base / name).parent.mkdir(parents=True, exist_ok=True)
            (base / name).write_text(text)
    shipped = tmp_path / "package/catalogue/regions/alpha.yaml"
    shipped.parent.mkdir(parents=True)
    shipped.write_text("six")
    monkeypatch.setattr(caching, "_PACKAGE", tmp_path / "package")
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The command lines that were really run; each answers with what it was asked."""
    ran: list[list[str]] = []

    def run(arguments: list[str]) -> int:
        ran.append(arguments)
        sys.stdout.write(" ".join(("é", *arguments)) + "\n")
        return 1 if "existing" in arguments else 0

    monkeypatch.setattr(remembered, "_run", run)
    return ran


def test_an_answer_is_repeated(
    root: Path, runs: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """The same text and exit code, without a second run, from below `.domicile` alone."""
    asked = [*ASKED, "--counts", "existing"]
    assert (answer(asked), answer(asked)) == (1, 1)
    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    assert len(runs) == 1
    (kept,) = (root / ".domicile/cache").iterdir()
    assert json.loads(kept.read_text())["exit"] == 1


@pytest.mark.parametrize(
    "name", [*FILES, "../package/engine.py", "../package/catalogue/regions/alpha.yaml"]
)
def test_any_changed_byte_is_judged_anew(root: Path, runs: list[list[str]], name: str) -> None:
    """Of the workspace, the shipped catalogue and the engine; size and date may stay the same."""
    answer(ASKED)
    text = (root / name).read_text()
    (root / name).write_text(text[::-1])
    answer(ASKED)
    (root / name).write_text(text)
    answer(ASKED)
    assert len(runs) == 2


@pytest.mark.parametrize(
    "more", [["-e", "local"], ["--as-of", "2027-01-01"], ["--fail-on=advisory"]]
)
def test_another_question_is_another_answer(
    root: Path, runs: list[list[str]], more: list[str]
) -> None:
    """Every argument counts."""
    assert root.is_dir()
    answer(ASKED)
    answer([*ASKED, *more])
    assert len(runs) == 2


def test_a_new_file_is_judged(root: Path, runs: list[list[str]]) -> None:
    """So is one that is renamed: its path is part of the key."""
    answer(ASKED)
    (root / "infra/pools.more.yaml").write_text("")
    answer(ASKED)
    (root / "infra/pools.more.yaml").rename(root / "infra/pools.most.yaml")
    answer(ASKED)
    assert len(runs) == 3


def test_what_changed_meanwhile_is_not_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that may rest on other bytes than those of its key is thrown away."""

    def run(_: list[str]) -> int:
        (root / "infra/pools.yaml").write_text("changed")
        return 0

    monkeypatch.setattr(remembered, "_run", run)
    answer(ASKED)
    assert not (root / ".domicile").exists()


def test_errors_are_not_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are told anew each time, on their own stream."""
    monkeypatch.setattr(remembered, "_run", lambda _: 2)
    assert answer(ASKED) == 2
    assert not (root / ".domicile").exists()


def test_a_cache_that_cannot_be_written_is_passed_over(root: Path, runs: list[list[str]]) -> None:
    """A file stands where the folder should."""
    (root / ".domicile").write_text("in the way")
    assert (answer(ASKED), answer(ASKED)) == (0, 0)
    assert len(runs) == 2


def test_a_cache_that_leads_elsewhere_is_not_used(root: Path, runs: list[list[str]]) -> None:
    """Nothing outside the workspace is written or removed, whatever a link says."""
    outside = root.parent / "outside"
    outside.mkdir()
    (root / ".domicile").symlink_to(outside)
    answer(ASKED)
    assert len(runs) == 1
    assert list(outside.iterdir()) == []


def test_a_damaged_answer_is_computed_again(root: Path, runs: list[list[str]]) -> None:
    """Whatever bytes stand where an answer was."""
    answer(ASKED)
    (kept,) = (root / ".domicile/cache").iterdir()
    for damage in (b"", b"\xff", b"[]", b'{"text": "x"}'):
        kept.write_bytes(damage)
        assert answer(ASKED) == 0
    assert len(runs) == 5


def test_the_oldest_go(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of answers; what else stands in the folder stays."""
    monkeypatch.setattr(caching, "_KEPT", 2)
    for number in range(4):
        Cache.of(root, str(number)).write("text", 0)
    (root / ".domicile/cache/notes.txt").write_text("mine")
    Cache.of(root, "last").write("text", 0)
    assert len(list((root / ".domicile/cache").iterdir())) == 3
    assert Cache.of(root, "last").read() == ("text", 0)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["plan"],
        ["check", "--help"],
        ["check", "-wsomewhere"],
        ["check", "--work", "somewhere"],
        ["check", "--environment"],
        ["check", "-e", "--help"],
        ["check", "-e=local"],
        ["explain", "FR", "health", "DE", "--", "--activity"],
    ],
)
def test_what_cannot_be_read_without_a_doubt_is_not_remembered(arguments: list[str]) -> None:
    """Another command, help, an option cut short or joined to its value: run as always."""
    assert Question.read(arguments) is None


def test_the_workspace_is_the_one_named_last() -> None:
    """As the command line itself takes it."""
    question = Question.read(["check", "-w", "one", "--workspace=two"])
    assert question is not None
    assert question.workspace == Path("two")
