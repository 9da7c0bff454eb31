"""A pool that is kept for some subjects serves no others, however lawful that would be."""

from __future__ import annotations

from pathlib import Path

from judging import WORLD, lay, situation

from domicile.planner import plan

POOLS = (WORLD / "infra/pools.yaml").read_text(encoding="utf-8")


def _kept(subjects: str) -> dict[str, str]:
    first = "datacenter: alpha-paris, backend: alpha.small,"
    return {"infra/pools.yaml": POOLS.replace(first, f"{first} subjects: [{subjects}],", 1)}


def test_a_kept_pool_is_admissible_for_its_subjects_alone(tmp_path: Path) -> None:
    """French voice may not enter a pool in Paris that is kept for Germany; its group may."""
    others = situation(lay(tmp_path / "others", _kept("DE")))
    assert others.allowed["FR/voice/communications"] == {"beta-berlin"}
    members = situation(lay(tmp_path / "members", _kept("EEA")))
    assert members.allowed["FR/voice/communications"] == {"alpha-paris", "beta-berlin"}


def test_a_plan_cannot_use_what_is_kept_for_others(tmp_path: Path) -> None:
    """With one of two places kept for others, nothing is left for France when the other falls."""
    outcome = plan(situation(lay(tmp_path, _kept("DE"))))
    assert not outcome.feasible
    lost = {conflict.contingency[0] for conflict in outcome.conflicts}
    assert "datacenter:beta-berlin" in lost
