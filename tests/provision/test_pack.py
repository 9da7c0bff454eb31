"""What the pack tells the engine before the law is read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pulumi_policy import EnforcementLevel

from domicile.model.errors import SourceError
from domicile.provision.pack import Pack
from domicile.workspace.starting import start

NAME = "resource-unlawful-place"


def _level(root: Path) -> EnforcementLevel | None:
    (policy,) = [each for each in Pack(root, date(2026, 11, 28)).policies() if each.name == NAME]
    return policy.enforcement_level


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A first workspace."""
    start(tmp_path)
    return tmp_path


def test_a_level_is_the_rules_own(workspace: Path) -> None:
    """With waivers that set none, and with no such file at all."""
    waivers = workspace / "policies" / "waivers.yaml"
    assert _level(workspace) is EnforcementLevel.MANDATORY
    waivers.write_text("waivers: []\n")
    assert _level(workspace) is EnforcementLevel.MANDATORY
    waivers.unlink()
    assert _level(workspace) is EnforcementLevel.MANDATORY


@pytest.mark.parametrize("rule", ["resource/unlawful-place", "DOM601"])
def test_a_level_of_the_workspace_is_told_to_the_engine(workspace: Path, rule: str) -> None:
    """The engine takes the levels that it is told first for all that follows."""
    (workspace / "policies" / "waivers.yaml").write_text(
        f"enforcement:\n  - {{rule: {rule}, enforcement: advisory, reason: we begin}}\n"
    )
    assert _level(workspace) is EnforcementLevel.ADVISORY


@pytest.mark.parametrize("text", ["- 3\n", "enforcement: [\n", "enforcement: 5\n"])
def test_levels_that_cannot_be_read_are_no_levels(workspace: Path, text: str) -> None:
    """The pack does not start rather than judge by levels that nobody set."""
    (workspace / "policies" / "waivers.yaml").write_text(text)
    with pytest.raises(SourceError):
        _level(workspace)
