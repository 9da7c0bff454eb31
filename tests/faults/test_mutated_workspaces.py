"""Whatever is in a workspace, every command answers: findings, or a plain error with a place."""

from __future__ import annotations

import json
import random
from pathlib import Path

import judging
import pytest
from commanding import Answer, Asker
from mutations import MUTATIONS

COMMANDS = (
    ("check", "--counts", "existing"),
    ("headroom",),
    ("plan",),
    ("emit",),
    ("check",),
    ("emit", "--check"),
)


@pytest.fixture
def world(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Asker:
    """The world on which no rule fires, emitted; bugs raise, so that a test sees where."""
    monkeypatch.setenv("DOMICILE_TRACEBACK", "1")
    asker = Asker(judging.lay(tmp_path / "world", {}), capsys)
    assert asker("emit").code == 0
    return asker


def mutate(root: Path, chance: random.Random) -> None:
    """Change one file of a workspace once to three times."""
    path = chance.choice(sorted(root.glob("*/*.yaml")))
    text = path.read_bytes()
    for _ in range(chance.randint(1, 3)):
        text = chance.choice(MUTATIONS)(text, chance) or b"\n"
    path.write_bytes(text)


def ask_all(ask: Asker, seed: int) -> str:
    """Mutate a workspace, ask everything about it, and put it back; how that came out."""
    kept = {path: path.read_bytes() for path in ask.root.glob("*/*.yaml")}
    mutate(ask.root, random.Random(seed))
    answers = {each: ask(*each, "--format", "json") for each in COMMANDS}
    text = ask("check", "--counts", "existing")
    for path in ask.root.glob("*/*.yaml"):
        path.unlink()
    for path, data in kept.items():
        path.write_bytes(data)
    codes = {command: answer.code for command, answer in answers.items()}
    assert set(codes.values()) <= {0, 1, 2}, (seed, codes)
    assert text.code == codes["check", "--counts", "existing"]
    for command, answer in answers.items():
        _is_sound(command, answer, seed)
    if codes["emit",] == 0:
        assert codes["check",] == 0, (seed, "what was emitted passes every check")
        assert codes["emit", "--check"] == 0, (seed, "what was emitted is not stale")
    if 2 in {codes["check", "--counts", "existing"], codes["plan",]}:
        assert 0 not in codes.values(), (seed, "what cannot be read passes nothing")
        return "refused"
    return "judged"


def _is_sound(command: tuple[str, ...], answer: Answer, seed: int) -> None:
    """Its JSON is valid; errors say where; no rule failed to run."""
    assert "Traceback" not in answer.err
    found = answer.json
    if answer.code == 2:
        assert found["schema"] == "domicile.error/1"
        for error in found["errors"]:
            assert error["message"], (seed, command)
            assert not error["message"].endswith("."), (seed, error)
    for finding in found.get("findings", ()):
        assert finding["code"] != "DOM000", (seed, json.dumps(finding))


def test_a_sample(world: Asker) -> None:
    """Twenty-five mutated workspaces; some are judged, most are refused."""
    assert {ask_all(world, seed) for seed in range(25)} == {"judged", "refused"}


@pytest.mark.soak
def test_a_thousand(world: Asker) -> None:
    """A thousand others."""
    assert {ask_all(world, seed) for seed in range(1000, 2000)} == {"judged", "refused"}


@pytest.mark.parametrize(
    "file", ["infra/pools.yaml", "regions/alpha.yaml", "policies/headroom.yaml"]
)
@pytest.mark.parametrize(
    "text",
    ["", "\0", "[]", "~", "a: &a [*a]", "{", "\t", "%YAML 9.9\n---\n", "- " * 5000, "? ? ? :",
     "<<: 1"],
)  # fmt: skip
def test_what_is_no_workspace_file(world: Asker, file: str, text: str) -> None:
    """Each command refuses it, exit 2, naming the file, or that nothing was there to check."""
    (world.root / file).write_text(text)
    for command in (("check",), ("plan",), ("emit",)):
        answer = world(*command, "--format", "json")
        assert answer.code in {1, 2}, (command, answer)
        assert answer.json
