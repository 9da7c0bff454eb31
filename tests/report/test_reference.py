"""The report on the reference workspace leaves no subject and no placement out."""

from __future__ import annotations

import shutil
from pathlib import Path

import judging
import pytest
import reporting
import yaml

from domicile.model.tokens import Counts
from domicile.report.residency.gathering import gather
from domicile.report.residency.html import render
from domicile.workspace import load_shipped

ROOT = Path(__file__).resolve().parents[2]
MOST = 5_000_000
"""Bytes of the page at most."""


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference workspace's own part, with every side path of the catalogue said to be off."""
    root = tmp_path_factory.mktemp("reference")
    for folder in ("infra", "policies", "stacks"):
        if (ROOT / folder).exists():
            shutil.copytree(
                ROOT / folder, root / folder, ignore=shutil.ignore_patterns("residency")
            )
    off = [
        {"path": name, "state": "off", "evidence": "invented for a test"}
        for name in load_shipped().side_paths
    ]
    text = yaml.safe_dump({"side_paths": off})
    (root / "infra/side_paths.yaml").write_text(text, encoding="utf-8")
    return root


def test_every_subject_and_placement_is_named(reference: Path) -> None:
    """Each load at each place once, with the verdict that the rest of the program goes by."""
    situation = judging.situation(reference, Counts.EXISTING)
    report = gather(situation)
    table = situation.admissible
    expected = {
        (load.key, place): min(int(table.verdicts[row, column]), int(table.onward[row, column]))
        for row, load in enumerate(situation.loads)
        for column, place in enumerate(situation.places)
        if (load.service, place) in situation.known_pools
    }
    found = reporting.placements(report)
    assert len(found) == len(expected)
    assert {(each.load, each.place): each.verdict.rank for each in found} == expected
    page = render(report)
    assert len(page.encode()) < MOST
    for subject in {load.subject for load in situation.loads}:
        assert f'id="of-{subject}"' in page
    for key, place in expected:
        assert key in page
        assert f'data-place="{place}"' in page
