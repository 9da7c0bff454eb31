"""After an edit, what is kept from before equals what would be computed anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import small_worlds
from small_worlds import PRICED

from domicile.model.quantity import WORK, parse
from domicile.model.tokens import Counts
from domicile.situation import Situation
from domicile.workspace import Workspace

SITES = [replace(site, existing=1) for site in PRICED]


def a_rate(workspace: Workspace) -> Workspace:
    """France asks for 170 calls instead of 100."""
    (demand,) = workspace.demand["production"]
    more = demand.model_copy(update={"rate": parse("170 calls", WORK, None)})
    return replace(workspace, demand={"production": (more,)})


def a_count(workspace: Workspace) -> Workspace:
    """One site has lost its only backend."""
    first, *rest = workspace.pools["production"]
    assert first.existing is not None
    fewer = first.model_copy(update={"existing": replace(first.existing, value=0.0)})
    return replace(workspace, pools={"production": (fewer, *rest)})


def a_pool_gone(workspace: Workspace) -> Workspace:
    """One site fewer."""
    return replace(workspace, pools={"production": workspace.pools["production"][1:]})


def another_policy(workspace: Workspace) -> Workspace:
    """Nothing is near enough any more."""
    (policy,) = workspace.headroom
    near = policy.model_copy(update={"latency": replace(policy.latency, value=0.0)})
    return replace(workspace, headroom=(near,))


@pytest.mark.parametrize("edit", [a_rate, a_count, a_pool_gone, another_policy])
def test_an_edit_equals_a_fresh_start(
    tmp_path: Path, edit: Callable[[Workspace], Workspace]
) -> None:
    """Shortfalls differ from before, and are those of a situation that kept nothing."""
    before = small_worlds.situation(small_worlds.write(tmp_path, SITES), Counts.EXISTING)
    old = before.strains["voice"].shortfall
    changed = edit(before.workspace)
    kept = before.edited(changed)
    fresh = Situation(changed, before.law, before.environment, before.as_of, before.counts)
    assert np.array_equal(kept.strains["voice"].shortfall, fresh.strains["voice"].shortfall)
    assert np.array_equal(kept.admissible.matrix, fresh.admissible.matrix)
    assert kept.verdicts_digest == fresh.verdicts_digest
    assert not np.array_equal(kept.strains["voice"].shortfall, old)
