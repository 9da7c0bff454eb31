"""What formats of findings need of whatever judged: `check` of a workspace, `audit` of a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from domicile.model.finding import Finding, RuleRun
from domicile.model.tokens import Enforcement
from domicile.workspace.files import SHIPPED_AS


class Judgement(Protocol):
    """Findings, and the rules that they are of."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong, in order."""

    @property
    def judged_by(self) -> tuple[RuleRun, ...]:
        """Every rule in order of its code, those that are disabled here too."""

    def blocking(self, fail_on: Enforcement = ...) -> tuple[Finding, ...]:
        """The findings at or above an enforcement level."""

    def summary(self) -> dict[str, object]:
        """Counts, and what was examined."""


def reasons(finding: Finding) -> list[str]:
    """The law that a finding rests on and what would help, a line each; nothing is made plain."""
    lines = []
    if finding.citation is not None:
        article = f", {finding.citation.article}" if finding.citation.article else ""
        lines.append(f"law: {finding.citation.instrument}{article}")
    if finding.help:
        lines.append(f"help: {finding.help}")
    return lines


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file as readers on other machines are told of it."""

    uri: str
    """A relative path, escaped as in a URI; it never leads out of its base."""
    base: str
    """What it is relative to: one of the keys of `BASES`."""


WORKSPACE, CATALOGUE, ELSEWHERE = "%SRCROOT%", "CATALOGUE", "ELSEWHERE"
BASES = {
    WORKSPACE: "the folder of the workspace; without one, the folder in which the command ran",
    CATALOGUE: "the folder in which domicile itself is installed, with its own catalogue",
    ELSEWHERE: "a folder outside the workspace, which is not named",
}
"""What files are relative to → what that is. Where on a machine, is not told."""

_NOWHERE = "infra"
"""Stands for the workspace as a whole: code scanning refuses a finding that has no place at all."""

Locator = Callable[[str], Artifact]
"""The file of a location, as a finding names it → as readers elsewhere are told of it."""


def of_workspace(file: str) -> Artifact:
    """A file that a finding of `check` names: a path within the workspace, or a shipped one."""
    if file.startswith(f"{SHIPPED_AS}/"):
        return Artifact(_escaped(file), CATALOGUE)
    path = Path(file or _NOWHERE)
    if path.is_absolute() or ".." in path.parts:
        return Artifact(_escaped(path.name), ELSEWHERE)
    return Artifact(_escaped(path.as_posix()), WORKSPACE)


def below(root: Path) -> Locator:
    """How files are told of that were named from the current folder, for readers of `root`."""

    def locate(file: str) -> Artifact:
        path = Path(file).resolve()
        if path.is_relative_to(root.resolve()):
            return Artifact(_escaped(path.relative_to(root.resolve()).as_posix()), WORKSPACE)
        return Artifact(_escaped(path.name), ELSEWHERE)

    return locate


def _escaped(path: str) -> str:
    """As part of a URI; a colon too, which would make a scheme of what stands before it."""
    return quote(path, errors="replace")
