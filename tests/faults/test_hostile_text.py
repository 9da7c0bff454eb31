"""Text that wants to be more than text: controls, markup, tags, secrets, countries called NO."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import judging
import pycountry
import pytest
import small_worlds
import yaml
from commanding import Answer, Asker
from hypothesis import given
from hypothesis import strategies as st

from domicile.emit.rendering import stack_text
from domicile.emit.stack_file import StackFile
from domicile.report.terminal import plain, source_line

HOSTILE = (
    "\x1b[2J\x1b[31mred",
    "\x1b]0;title\x07",
    "done\rlawful, with headroom",
    "x\nlawful, with headroom: 99 rules passed",
    "\u202egnp.exe\u2066",
    "\x9b31m\x00\u200b\ufeff\u2028",
    "[/bold][red]{markup}[link=http://x]%s{0}",
)
FREE_TEXT = ("name", "description", "reason", "city", "source", "purpose", "means", "note")
COMMANDS = (
    ("check", "--counts", "existing"), ("check",), ("plan",), ("emit",), ("emit", "--check"),
    ("headroom", "--matrix"), ("headroom", "--service", "voice", "--contingency", "nominal"),
)  # fmt: skip
CANARY = "canary-7f3e9a"


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Asker:
    """The world on which no rule fires; what stands in it is too little for its demand."""
    root = judging.lay(tmp_path / "world", {})
    demand = root / "infra/demand.yaml"
    demand.write_text(demand.read_text().replace("90 calls", "200 calls"))
    return Asker(root, capsys)


def fill_free_text(root: Path, text: str) -> int:
    """Put a text into every field that takes any; how many there were."""
    filled = 0

    def put(data: object) -> object:
        nonlocal filled
        if isinstance(data, list):
            return [put(item) for item in data]
        if not isinstance(data, dict):
            return data
        filled += sum(key in FREE_TEXT for key in data)
        return {key: text if key in FREE_TEXT else put(value) for key, value in data.items()}

    for path in root.glob("*/*.yaml"):
        if path.parent.name != "stacks":
            loaded = yaml.load(path.read_text(), Loader=yaml.BaseLoader)  # noqa: S506 - it makes strings only
            path.write_text(json.dumps(put(_typed(loaded)), indent=1))
    return filled


def _typed(data: object) -> object:
    """Numbers and truth values again, which the loader of strings leaves as text."""
    if isinstance(data, dict):
        return {key: _typed(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_typed(item) for item in data]
    try:
        return {"true": True, "false": False}.get(str(data)) or float(str(data))
    except ValueError:
        return data


def harmless(answer: Answer) -> None:
    """Nothing that a terminal obeys, and no line that was forged."""
    for character in answer.out + answer.err:
        assert character == "\n" or unicodedata.category(character)[0] != "C", repr(character)
        assert character not in "\u2028\u2029"
    assert not any(line.startswith("lawful, with headroom: 99") for line in answer.out.splitlines())


@pytest.mark.parametrize("text", HOSTILE)
def test_names_move_no_cursor(ask: Asker, text: str) -> None:
    """In every free text at once, through every command's text output."""
    assert fill_free_text(ask.root, text) > 10
    for command in COMMANDS:
        answer = ask(*command)
        harmless(answer)
        assert answer.code in {0, 1, 2}


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_typed_moves_no_cursor(ask: Asker, text: str) -> None:
    """Hostile options, arguments and folders come back as harmless."""
    for command in (
        ("check", "-e", text), ("check", "--as-of", text), ("headroom", "--service", text),
        ("headroom", "--contingency", text), ("check", f"--{text}"), ("emit", "--format", text),
    ):  # fmt: skip
        answer = ask(*command)
        assert answer.code == 2
        harmless(answer)
    for command in (
        ("schema", text),
        (text,),
        ("explain", text, text, text, "--activity", "store"),
    ):
        answer = ask.bare(*command)
        assert answer.code == 2
        harmless(answer)
    if "\0" not in text and "/" not in text:
        harmless(ask.bare("init", str(ask.root / text)))


@given(st.text())
def test_plain_shows_everything_and_obeys_nothing(text: str) -> None:
    """Any text: no control, format, private or unpaired character; what is harmless stays."""
    shown = plain(text)
    assert all(c == "\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"} for c in shown)
    assert not set(shown) & {"\n", "\r", "\u2028", "\u2029"}
    if text.isascii() and text.isprintable():
        assert shown == text


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (f"  password: {CANARY}", "  password: …"),
        (f'  "api_key": "{CANARY}",', '  "api_key": …'),
        (f"domicile:dbPassword: {CANARY}", "domicile:dbPassword: …"),
        (f"  CLIENT_SECRET = {CANARY} # mine", "  CLIENT_SECRET = …"),
        ("  name: France", "  name: France"),
        ("  tokens are free of charge", "  tokens are free of charge"),
    ],
)
def test_source_lines_leave_secrets_out(line: str, shown: str) -> None:
    """What a key calls a secret is not shown beside a message."""
    assert source_line(line) == shown


def test_secrets_come_out_nowhere(ask: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    """A canary in comments, free texts, the environment and the users' part of stack files."""
    for name in ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_ACCESS_TOKEN", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, CANARY)
    demand = ask.root / "infra/demand.yaml"
    demand.write_text(demand.read_text().replace("200 calls", "90 calls"))
    assert ask("emit").code == 0
    stack = ask.root / "stacks/Pulumi.production.alpha-paris.yaml"
    users = f"  mine:plain: {CANARY}\n  domicile:token: {{secure: {CANARY}}}\n"
    stack.write_text(stack.read_text() + users)
    for path in ask.root.glob("*/*.yaml"):
        path.write_text(f"# {CANARY}\n{path.read_text()}\n# {CANARY}\n")
    fill_free_text(ask.root, CANARY)
    demand.write_text(demand.read_text().replace("90 calls", "150 calls"))
    given_to = {path for path in ask.root.rglob("*") if path.is_file()}
    for command in COMMANDS:
        for more in ((), ("--format", "json")):
            answer = ask(*command, *more)
            assert CANARY not in answer.out + answer.err, (command, more)
    assert stack.read_text().count(CANARY) >= 2, "the users' values are kept"
    for path in ask.root.rglob("*"):
        if path.is_file() and path not in given_to:
            assert CANARY not in path.read_text(), path
    for path in (ask.root / "stacks").iterdir():
        if path != stack:
            # What a provider calls its place is emitted: an adapter needs it.
            content = path.read_text().replace(f"# {CANARY}", "")
            content = content.replace(f"region: {CANARY}", "")
            assert CANARY not in content, path


@pytest.mark.parametrize("file", ["infra/services.yaml", "infra/pools.yaml", "regions/alpha.yaml"])
def test_a_secret_under_a_key_that_is_unknown(ask: Asker, file: str) -> None:
    """The key is refused by name; its value is not repeated."""
    path = ask.root / file
    path.write_text(path.read_text() + f"password: {CANARY}\n")
    for more in ((), ("--format", "json")):
        answer = ask("check", *more)
        assert answer.code == 2
        assert "password" in answer.out + answer.err
        assert CANARY not in answer.out + answer.err


@pytest.mark.parametrize("file", ["infra/demand.yaml", "stacks/Pulumi.production.alpha-paris.yaml"])
@pytest.mark.parametrize(
    "tag", ["object/apply:os.system", "name:os.system", "object/new:os.system"]
)
def test_tags_run_nothing(ask: Asker, file: str, tag: str) -> None:
    """A tag that asks Python to call something is refused, and called is nothing."""
    small = ask.root / "infra/demand.yaml"
    small.write_text(small.read_text().replace("200 calls", "90 calls"))
    assert ask("emit").code == 0
    ran = ask.root / "ran"
    path = ask.root / file
    path.write_text(path.read_text() + f'\nmore: !!python/{tag} ["touch {ran}"]\n')
    for command in COMMANDS:
        assert ask(*command).code in {0, 1, 2}
    assert ask("emit").code == 2
    assert not ran.exists()


def test_norway_stays_norway(ask: Asker) -> None:
    """`NO` unquoted is a country, through check, plan, emit, and Pulumi's own reading of it."""
    (ask.root / "infra/demand.yaml").write_text(
        "demand:\n"
        "  - {id: no-voice, subject: NO, service: voice,\n"
        "     data_classes: [communications], rate: 9 calls}\n"
    )
    assert ask("emit").code == 0
    assert ask("check").code == 0
    rows = ask("headroom", "--format", "json").json["rows"]
    assert {row["subject"] for row in rows} == {"NO"}
    stack = yaml.safe_load((ask.root / "stacks/Pulumi.production.alpha-paris.yaml").read_text())
    assert [pool["subjects"] for pool in stack["config"]["domicile:pools"]] == [["NO"], ["NO"]]
    plan = yaml.safe_load((ask.root / "stacks/plan.production.yaml").read_text())
    assert "NO/voice/communications" in plan["nominal"]


def test_every_country_survives_unquoted(ask: Asker) -> None:
    """All 249 codes as subjects, none quoted: each is judged under its own name."""
    codes = sorted(country.alpha_2 for country in pycountry.countries)
    assert len(codes) == 249
    (ask.root / "infra/demand.yaml").write_text(
        "demand:\n"
        + "".join(
            f"  - {{id: {code.lower()}-x, subject: {code}, service: voice, "
            "data_classes: [communications], rate: 1 calls}\n"
            for code in codes
        )
    )
    loads = small_worlds.situation(ask.root).loads
    assert [load.subject for load in loads if load.service == "voice"] == codes
    found = ask("check", "--counts", "existing", "--format", "json")
    assert found.code == 1
    assert found.json["summary"]["examined"]["subjects"] == 249
    text = stack_text({"domicile:subjects": codes})
    assert yaml.safe_load(text)["config"]["domicile:subjects"] == codes
    assert StackFile.read("x", text.encode()).ours == {"domicile:subjects": codes}
