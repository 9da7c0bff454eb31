"""Which knowledge a report rests on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from domicile import __version__
from domicile.model.tokens import Evidence
from domicile.residency.facts import Rule
from domicile.situation import Situation
from domicile.workspace import Workspace, compiled


@dataclass(frozen=True, slots=True)
class Edition:
    """Which knowledge the report rests on."""

    version: str
    """Of the package."""
    law: str
    """Digest of the files of law."""
    catalogue: str
    """Digest of the files of places."""
    workspace: str
    """Digest of what is declared for the environment."""
    newest: date | None
    """The newest day on which a fact of law was checked."""
    oldest: date | None
    jurisdictions: int
    grades: tuple[tuple[Evidence, int], ...]
    """Rules of law by grade."""


def edition(situation: Situation) -> Edition:
    """What a situation is judged by."""
    workspace = situation.workspace
    rules: list[Rule] = [
        rule for each in situation.law.jurisdictions.values() for rule in each.rules
    ]
    graded = Counter(rule.evidence for rule in rules)
    checked = [rule.checked for rule in rules]
    return Edition(
        version=__version__,
        law=_digest(workspace, law=True),
        catalogue=_digest(workspace, law=False),
        workspace=workspace.digest(situation.environment),
        newest=max(checked, default=None),
        oldest=min(checked, default=None),
        jurisdictions=len(situation.law.jurisdictions),
        grades=tuple((grade, graded[grade]) for grade in Evidence),
    )


def _digest(workspace: Workspace, *, law: bool) -> str:
    """The digest of all files of law, or of all other files of places."""
    files = (
        (each.found.path.name, each.digest)
        for each in workspace.declared
        if each.law is law and (law or each.found.kind.folder == "regions")
    )
    return "sha256:" + compiled.law_digest(files)
