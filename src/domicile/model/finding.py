"""A finding: what is wrong, where it stands, what the law or the numbers say, what would help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domicile.model.tokens import Enforcement, Severity

if TYPE_CHECKING:
    # Only for types: an error in the command line needs no models.
    from domicile.model.law import Citation
    from domicile.model.policy import Waiver


@dataclass(frozen=True, slots=True)
class Route:
    """A way to a place in a file: its path within the workspace, then keys and indices."""

    file: str
    keys: tuple[str | int, ...] = ()

    def __truediv__(self, key: str | int) -> Route:
        return Route(self.file, (*self.keys, key))


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file. Lines and columns count from 1; `text` is the line itself."""

    file: str
    line: int
    column: int
    text: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that matters, with what it has to do with the finding."""

    location: Location
    note: str


@dataclass(frozen=True, slots=True)
class Observation:
    """What a rule yields: one sentence and routes. The checker makes a finding of it."""

    message: str
    at: Route
    related: tuple[tuple[Route, str], ...] = ()
    citation: Citation | None = None
    witness: dict[str, Any] | None = None
    help: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, ready to be shown in any format."""

    code: str
    name: str
    severity: Severity
    enforcement: Enforcement
    message: str
    location: Location
    related: tuple[Related, ...] = ()
    citation: Citation | None = None
    witness: dict[str, Any] | None = None
    help: str | None = None
    waiver: Waiver | None = None
    """The waiver that accepts it; a waived finding is advisory."""

    @property
    def waived(self) -> str | None:
        """Id of the waiver that accepts it."""
        return None if self.waiver is None else self.waiver.id


@dataclass(frozen=True, slots=True)
class RuleRun:
    """A rule of a judgement: what its findings do there, whether it ran, and whether it could."""

    code: str
    name: str
    """`<category>/<name>`."""
    severity: Severity
    default: Enforcement
    """What its findings do unless the workspace says otherwise."""
    enforcement: Enforcement
    """What they do here; a rule that is disabled did not run."""
    reason: str | None = None
    """Why that is, where the workspace says it."""
    failure: Finding | None = None
    """The finding that it left behind where it could not run."""
