"""Whatever bytes are in a workspace, it loads or says what is wrong, with a place."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from mutations import MUTATIONS

from domicile.model.errors import SourceErrors
from domicile.workspace import load

Writer = Callable[..., Path]


def outcome(root: Path, seed: int) -> str:
    """Mutate one file of a workspace once to three times, and load it: `loaded` or `refused`."""
    chance = random.Random(seed)
    path = chance.choice(sorted(root.glob("*/*.yaml")))
    text = path.read_bytes()
    for _ in range(chance.randint(1, 3)):
        text = chance.choice(MUTATIONS)(text, chance) or b"\n"
    path.write_bytes(text)
    refused: SourceErrors | None = None
    try:
        workspace = load(root)
        workspace.digest("production")
        for pool in workspace.pools.get("production", ()):
            workspace.locate(workspace.route(pool, "maximum"))
    except SourceErrors as errors:
        refused = errors
    if refused is None:
        return "loaded"
    for error in refused.errors:
        assert error.location is not None, error.message
        assert min(error.location.line, error.location.column) >= 1
        assert error.message
        assert not error.message.endswith(".")
    return "refused"


def test_a_sample_of_mutations(write: Writer) -> None:
    """A hundred mutated workspaces; some load, most are refused, none does anything else."""
    outcomes = [outcome(write(), seed) for seed in range(100)]
    assert set(outcomes) == {"loaded", "refused"}


@pytest.mark.soak
def test_a_thousand_mutations(write: Writer) -> None:
    """The same for a thousand others."""
    outcomes = [outcome(write(), seed) for seed in range(100, 1100)]
    assert set(outcomes) == {"loaded", "refused"}
