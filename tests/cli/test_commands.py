"""The commands as such: help, completion, first workspace, schemas, interruption, bad endings."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
from commanding import Answer, Asker

from domicile import __version__, schemas
from domicile.cli.app import run

COMMANDS = (
    *("init", "check", "explain", "headroom", "sweep", "plan", "emit"),
    *("preview", "up", "down", "recover", "status", "env", "component", "schema"),
)


@pytest.fixture
def bare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Asker:
    """No workspace yet."""
    return Asker(tmp_path / "mine", capsys)


def test_init_makes_a_workspace_that_works(bare: Asker) -> None:
    """Five folders; then check, plan and emit succeed there, and check of what was emitted."""
    assert bare.bare("init", str(bare.root)).code == 0
    folders = {path.name for path in bare.root.iterdir() if path.is_dir()}
    assert folders >= {"regions", "policies", "infra", "stacks", "tests"}
    assert bare("check", "--counts", "existing").code == 0
    assert bare("plan").code == 0
    assert bare("emit").code == 0
    assert bare("check").code == 0
    assert bare("emit", "--check").code == 0
    assert bare("headroom").code == 0
    again = bare.bare("init", str(bare.root))
    assert again.code == 2
    assert "stands there already" in again.err


def test_init_says_what_comes_next(bare: Asker) -> None:
    """Its last line is a command that works."""
    last = bare.bare("init", str(bare.root)).out.splitlines()[-1]
    assert last == f"next: cd {bare.root} && domicile check --counts existing"


def test_component_ships_and_copies(bare: Asker) -> None:
    """Without a folder its path, with one a copy that `pulumi package add` takes; once."""
    shipped = Path(bare.bare("component").out.strip())
    assert (shipped / "PulumiPlugin.yaml").is_file()
    said = bare.bare("component", str(bare.root)).out.splitlines()
    assert said[-1] == f"next: pulumi package add {bare.root}"
    assert {path.name for path in bare.root.iterdir()} == {path.name for path in shipped.iterdir()}
    (bare.root / "requirements.txt").write_text("mine\n")
    assert bare.bare("component", str(bare.root)).code == 2


def test_schema_lists_and_prints(bare: Asker) -> None:
    """Kinds of file and of answer; each prints what is published."""
    listed = bare.bare("schema").out.split()
    assert listed == sorted(listed)
    assert {"pools", "plan", "jurisdiction", "answer-check", "answer-error"} <= set(listed)
    for kind in listed:
        assert bare.bare("schema", kind).out == schemas.text(kind)
    wrong = bare.bare("schema", "answer-chek")
    assert wrong.code == 2
    assert "did you mean `answer-check`?" in wrong.err


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(bare: Asker, command: str) -> None:
    """`--help` of each says what it does, and shows one that begins with its own name."""
    answer = bare.bare(command, "--help")
    assert answer.code == 0
    assert f"Example: domicile {command}" in " ".join(answer.out.split()) or command == "env"
    assert "Example:" in answer.out


def test_the_list_of_commands_is_whole(bare: Asker) -> None:
    """Every command stands in the help of the program, which is shown where none is named."""
    shown = bare.bare("--help")
    assert shown.code == 0
    assert set(COMMANDS) <= set(shown.out.split())
    none = bare.bare()
    assert (none.code, none.out) == (2, shown.out)
    assert bare.bare("--version").out.strip() == f"domicile {__version__}"


def test_completion() -> None:
    """A shell gets its script from the installed program."""
    program = Path(sys.executable).with_name("domicile")
    # As `--show-completion` does, but for a shell that is named instead of looked for.
    shown = subprocess.run(
        [program],
        env={**os.environ, "_DOMICILE_COMPLETE": "source_bash"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "_DOMICILE_COMPLETE" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "said", "help_"),
    [
        (("chekc",), "no such command `chekc`", "did you mean `check`?"),
        (("check", "--formt", "json"), "no such option: --formt", "did you mean `--format`?"),
        (("check", "--counts", "x"), "`x` is not one of `emitted`, `existing`", "check --help"),
        (("explain", "FR"), "missing argument", "explain --help"),
        (("check", "--environment"), "--environment", "--help` says"),
    ],
)
def test_what_was_mistyped(bare: Asker, arguments: tuple[str, ...], said: str, help_: str) -> None:
    """Exit 2, lower case, no final period, and what to type instead."""
    answer = bare.bare(*arguments)
    assert answer.code == 2
    message, _, rest = answer.err.partition("\n")
    assert message.startswith("error: ")
    assert said in message
    assert message[7].islower() or message[7] in "`-"
    assert not message.endswith(".")
    assert help_ in rest


def test_not_a_workspace(bare: Asker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder that is none, and a place without one around it: exit 2."""
    assert bare("check").code == 2
    monkeypatch.chdir(tmp_path)
    answer = bare.bare("check")
    assert answer.code == 2
    assert "error: " in answer.err


@pytest.mark.parametrize("raised", [KeyboardInterrupt, typer.Abort])
def test_interrupted(
    bare: Asker, monkeypatch: pytest.MonkeyPatch, raised: type[BaseException]
) -> None:
    """Ctrl-C ends with 130 and a word, no traceback."""
    assert _raising(bare, monkeypatch, raised()) == Answer(130, "", "interrupted\n")


def test_interrupted_for_real(bare: Asker) -> None:
    """A signal at any moment of a real process, its start included."""
    bare.bare("init", str(bare.root))
    program = Path(sys.executable).with_name("domicile")
    for wait in (0.05, 0.3):
        child = subprocess.Popen(
            [program, "plan", "-w", bare.root], stderr=subprocess.PIPE, stdout=subprocess.PIPE
        )
        time.sleep(wait)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=60)
        # Before Python has set up its handlers, the signal itself ends the process.
        assert child.returncode in {130, 0, -signal.SIGINT, 1}
        if b"domicile" in err:
            assert child.returncode != 0


def test_a_bug_is_a_plain_error(bare: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is raised: one sentence, exit 3, and how to see more."""
    answer = _raising(bare, monkeypatch, RuntimeError("[bold]boom\x1b[31m"))
    assert answer.code == 3
    assert "error: domicile itself failed: RuntimeError: [bold]boom\\u{1b}[31m" in answer.err
    assert "DOMICILE_TRACEBACK=1" in answer.err
    monkeypatch.setenv("DOMICILE_TRACEBACK", "1")
    with pytest.raises(RuntimeError):
        run(["schema"])


def test_a_full_disk_behind_the_answer(bare: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Writing the answer fails: exit 3."""
    answer = _raising(bare, monkeypatch, OSError(errno.ENOSPC, "No space left on device"))
    assert answer == Answer(3, "", "error: no space left on device\n")


def test_a_reader_that_has_enough() -> None:
    """`domicile … | head`: exit 3, since the answer was not given whole; no traceback."""
    program = Path(sys.executable).with_name("domicile")
    child = subprocess.Popen(
        [program, "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.close()
    assert child.stderr.read() == ""
    assert child.wait(timeout=60) == 3
    child.stderr.close()


def _raising(bare: Asker, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> Answer:
    def fail() -> None:
        raise error

    monkeypatch.setattr(schemas, "kinds", fail)
    return bare.bare("schema")


def test_errors_as_json_even_where_the_command_line_is_wrong(bare: Asker) -> None:
    """A script that asks for JSON gets JSON."""
    answer = bare.bare("check", "--nope", "--format", "json")
    assert answer.code == 2
    assert answer.json["errors"][0]["message"] == "no such option: --nope"
    assert json.loads(answer.out)["exit_code"] == 2
