"""The reference workspace under all contingencies of its policies: at first, and after an edit."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
from table import Row, Table, median, yes

from domicile.model.tokens import Counts
from domicile.residency import Law
from domicile.situation import Situation
from domicile.workspace import Workspace, load, load_law

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 27)
ALL, EDIT = 1.0, 0.05
"""What we want, in seconds."""


def measure(*, quick: bool) -> list[Table]:
    """Every service in every contingency, with the law judged before."""
    workspace = load(ROOT)
    law = load_law(workspace)
    first, after, same = [], [], True
    situation = _judged(workspace, law)
    for round_ in range(2 if quick else 7):
        situation = _judged(workspace, law)
        begun = time.perf_counter()
        cases = sum(len(strain.contingencies) for strain in situation.strains.values())
        first.append(time.perf_counter() - begun)
        demands = workspace.demand["production"]
        rate = demands[round_].rate
        more = demands[round_].model_copy(update={"rate": replace(rate, value=rate.value * 1.5)})
        edited = replace(
            workspace,
            demand={
                **workspace.demand,
                "production": (*demands[:round_], more, *demands[round_ + 1 :]),
            },
        )
        begun = time.perf_counter()
        kept = situation.edited(edited).strains
        after.append(time.perf_counter() - begun)
        fresh = Situation(edited, law, "production", DAY, Counts.EXISTING).strains
        same &= all(np.array_equal(kept[name].shortfall, fresh[name].shortfall) for name in fresh)
    loads, services = len(situation.loads), len(situation.strains)
    task = f"{services} services, {loads} loads, {cases} cases"
    rows = (
        Row(f"{task}: all", median(first), "a second", ALL, "s", 1.0, "see tests"),
        Row(f"{task}: after a rate is edited", median(after), "50 ms", EDIT, "s", 1.0, yes(same)),
    )
    note = (
        "From loaded files and judged placements to every shortfall; law that falls in a "
        "contingency is judged within. After an edit what the law said is kept, and services that "
        "the edit does not touch; equal to a situation made anew. Medians of 7 rounds."
    )
    return [Table("Headroom: the reference workspace", rows, note)]


def _judged(workspace: Workspace, law: Law) -> Situation:
    situation = Situation(workspace, law, "production", DAY, Counts.EXISTING)
    situation.admissible  # noqa: B018 - the law is judged before the clock starts
    return situation
