"""Whatever a workspace says, the answer is findings or a plain error: no rule fails to run."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from judging import WORLD, judge, of

from domicile.checker import FAILED
from domicile.model.errors import SourceError

FILES = sorted(path.relative_to(WORLD).as_posix() for path in WORLD.rglob("*.yaml"))
WORD = re.compile(r"[A-Za-z][\w.-]*|\d+")
NAMES = "unknown voice alpha-paris beta alpha 0 7 99999 IR AQ health recordings EEA store"
OTHERS = tuple(NAMES.split())


def mutant(drawn: random.Random) -> tuple[str, str]:
    """A file of the world in which a line is gone or doubled, or a word is another."""
    file = drawn.choice(FILES)
    lines = (WORLD / file).read_text(encoding="utf-8").splitlines(keepends=True)
    at = drawn.randrange(len(lines))
    match drawn.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[at])
        case _:
            words = list(WORD.finditer(lines[at])) or [re.match("", lines[at])]
            word = drawn.choice(words)
            assert word is not None
            start, end = word.span()
            lines[at] = lines[at][:start] + drawn.choice(OTHERS) + lines[at][end:]
    return file, "".join(lines)


@pytest.mark.parametrize("seed", range(40))
def test_no_rule_fails_on_a_mutant(seed: int, tmp_path: Path) -> None:
    """Every mutant that can be read can be judged, by every rule, to the end."""
    file, text = mutant(random.Random(seed))
    try:
        report = judge(tmp_path, {file: text})
    except SourceError:
        return  # a plain error, with its place: `tests/workspace` holds those to their words
    assert [finding.message for finding in of(report, FAILED)] == []
