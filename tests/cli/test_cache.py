"""A known answer is repeated byte for byte, and only while nothing that it rests on has changed."""

from __future__ import annotations

import io
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


class Gone(io.StringIO):
    """Standard output that nobody reads any more."""

    def flush(self) -> None:
        """What was written arrives nowhere."""
        raise BrokenPipeError


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
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The folder of answers."""
    return tmp_path / "cache/domicile/answers"


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
    root: Path, kept: Path, runs: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """The same text and exit code, without a second run; the workspace is not written to."""
    asked = [*ASKED, "--counts", "existing"]
    assert (answer(asked), answer(asked)) == (1, 1)
    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    assert len(runs) == 1
    (answered,) = kept.iterdir()
    assert json.loads(answered.read_text())["exit"] == 1
    assert not (root / ".domicile").exists()


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


@pytest.mark.parametrize("form", ["text", "sarif", "junit"])
def test_another_format_is_another_answer(
    root: Path, runs: list[list[str]], capsys: pytest.CaptureFixture[str], form: str
) -> None:
    """What was answered in one format is never what another one is answered with."""
    assert root.is_dir()
    other = [*ASKED[:-1], form]
    for asked in (ASKED, other, ASKED, other):
        answer(asked)
    first, second, third, fourth = capsys.readouterr().out.splitlines()
    assert (first, second) == (third, fourth)
    assert (first.endswith("json"), second.endswith(form)) == (True, True)
    assert len(runs) == 2


@pytest.mark.parametrize("to", [["-o", "a.sarif"], ["--output", "a.sarif"], ["--output=a.sarif"]])
def test_a_file_that_is_asked_for_is_written_each_time(
    root: Path, kept: Path, runs: list[list[str]], to: list[str]
) -> None:
    """An answer from memory would write none."""
    assert root.is_dir()
    for _ in range(2):
        answer([*ASKED, *to])
    assert len(runs) == 2
    assert not kept.exists()


def test_what_is_warned_of_is_warned_of_each_time(
    root: Path, kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An answer that came with something on the other stream is not kept."""

    def run(_: list[str]) -> int:
        sys.stderr.write("warning: not all\n")
        return 0

    monkeypatch.setattr(remembered, "_run", run)
    assert root.is_dir()
    assert (answer(ASKED), answer(ASKED)) == (0, 0)
    assert capsys.readouterr().err == "warning: not all\n" * 2
    assert list(kept.iterdir()) == []


def test_a_new_file_is_judged(root: Path, runs: list[list[str]]) -> None:
    """So is one that is renamed: its path is part of the key."""
    answer(ASKED)
    (root / "infra/pools.more.yaml").write_text("")
    answer(ASKED)
    (root / "infra/pools.more.yaml").rename(root / "infra/pools.most.yaml")
    answer(ASKED)
    assert len(runs) == 3


def test_what_changed_meanwhile_is_not_kept(
    root: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that may rest on other bytes than those of its key is thrown away."""

    def run(_: list[str]) -> int:
        (root / "infra/pools.yaml").write_text("changed")
        return 0

    monkeypatch.setattr(remembered, "_run", run)
    answer(ASKED)
    assert list(kept.iterdir()) == []


def test_errors_are_not_kept(root: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are told anew each time, on their own stream."""
    monkeypatch.setattr(remembered, "_run", lambda _: 2)
    assert root.is_dir()
    assert answer(ASKED) == 2
    assert list(kept.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_passed_over(
    root: Path, kept: Path, runs: list[list[str]]
) -> None:
    """A file stands where the folder should."""
    assert root.is_dir()
    kept.parent.mkdir(parents=True)
    kept.write_text("in the way")
    assert (answer(ASKED), answer(ASKED)) == (0, 0)
    assert len(runs) == 2


def test_a_folder_that_others_can_write_to_is_not_used(
    root: Path, kept: Path, runs: list[list[str]]
) -> None:
    """Nor is one that a link leads to: an answer there may be anybody's."""
    assert root.is_dir()
    kept.mkdir(parents=True, mode=0o700)
    kept.chmod(0o770)
    assert (answer(ASKED), answer(ASKED)) == (0, 0)
    assert list(kept.iterdir()) == []
    kept.rename(kept.with_name("elsewhere"))
    kept.with_name("elsewhere").chmod(0o700)
    kept.symlink_to(kept.with_name("elsewhere"))
    assert (answer(ASKED), answer(ASKED)) == (0, 0)
    assert list(kept.iterdir()) == []
    assert len(runs) == 4


def test_only_the_user_can_read_answers(root: Path, kept: Path, runs: list[list[str]]) -> None:
    """The folder and what it holds are closed to everybody else."""
    assert root.is_dir()
    answer(ASKED)
    assert len(runs) == 1
    assert [path.stat().st_mode & 0o077 for path in (kept, *kept.iterdir())] == [0, 0]


def test_what_a_workspace_brings_is_no_answer(
    root: Path, kept: Path, runs: list[list[str]]
) -> None:
    """Somebody who knows the key can lay a forged answer into a repository: nobody looks there."""
    answer(ASKED)
    (answered,) = kept.iterdir()
    forged = root / ".domicile/cache" / answered.name
    forged.parent.mkdir(parents=True)
    answered.rename(forged)
    answer(ASKED)
    assert len(runs) == 2


def test_a_damaged_answer_is_computed_again(root: Path, kept: Path, runs: list[list[str]]) -> None:
    """Whatever bytes stand where an answer was."""
    assert root.is_dir()
    answer(ASKED)
    (answered,) = kept.iterdir()
    for damage in (b"", b"\xff", b"[]", b'{"text": "x"}'):
        answered.write_bytes(damage)
        assert answer(ASKED) == 0
    assert len(runs) == 5


def test_the_oldest_go(root: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of answers; what else stands in the folder stays."""
    monkeypatch.setattr(caching, "_KEPT", 2)
    for number in range(4):
        Cache.of(root, str(number)).write("text", 0)
    (kept / "notes.txt").write_text("mine")
    Cache.of(root, "last").write("text", 0)
    assert len(list(kept.iterdir())) == 3
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


def test_a_known_answer_that_nobody_reads_is_left_to_the_command(
    root: Path, runs: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It knows with which code to end."""
    assert root.is_dir()
    answer(ASKED)
    monkeypatch.setattr(remembered, "_run", lambda _: 3)
    monkeypatch.setattr(sys, "stdout", Gone())
    assert answer(ASKED) == 3
    assert len(runs) == 1


def test_a_terminal_that_knows_ascii_alone_sees_escapes(
    root: Path, runs: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the answer is new or known."""
    assert root.is_dir()
    for _ in range(2):
        terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
        monkeypatch.setattr(sys, "stdout", terminal)
        assert answer(ASKED) == 0
        terminal.seek(0)
        assert terminal.read().startswith("\\xe9 check")
    assert len(runs) == 1
