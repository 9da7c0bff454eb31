"""The steps of a rollout, in words."""

from __future__ import annotations

from collections.abc import Sequence

from domicile.model.rollout import Step, StepKind
from domicile.model.words import listed
from domicile.report.terminal import Terminal, plain

_POOLS_SHOWN = 12
_STEP = {
    StepKind.OUT: "pools out",
    StepKind.TRAFFIC: "traffic, which counts on",
    StepKind.IN: "pools in",
}


def steps(out: Terminal, found: Sequence[Step]) -> None:
    """What each step of a rollout does to which pools."""
    for number, step in enumerate(found, 1):
        out.line(f"step {number}: {_STEP[step.kind]}")
        said = [
            f"{plain(pool.service)} at {plain(pool.datacenter)} {pool.now} → {pool.after}"
            for pool in step.pools
        ]
        if said:
            out.line(f"  {listed(said, _POOLS_SHOWN)}")
