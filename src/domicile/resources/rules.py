"""The rules that resources of any program are judged by: in a preview, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domicile.model.tokens import Enforcement, Severity

FRAMEWORK: Final = "Data residency"
"""What the rules are of, as Pulumi's policies name frameworks."""


@dataclass(frozen=True, slots=True)
class ResourceRule:
    """One rule."""

    code: str
    """Stable code, as findings and waivers name it."""
    name: str
    """`resource/<name>`."""
    severity: Severity
    enforcement: Enforcement
    """What its findings do unless the workspace says otherwise."""
    says: str
    """What it asks, in one sentence."""
    steps: str
    """What to do where it is not met."""


UNLAWFUL_PLACE: Final = ResourceRule(
    "DOM601",
    "resource/unlawful-place",
    Severity.CRITICAL,
    Enforcement.MANDATORY,
    "data is only where the law, as far as it is known, lets it be",
    "move the resource, or the copy, to a place that the law of its subjects lets it be in, or "
    "declare in `policies/mechanisms.yaml` what its rule asks for",
)
UNKNOWN_PLACE: Final = ResourceRule(
    "DOM602",
    "resource/unknown-place",
    Severity.HIGH,
    Enforcement.MANDATORY,
    "the place of what holds data is known",
    "name a region of the catalogue, or say in `policies/placements.yaml` where it stands",
)
KNOWN_LATER: Final = ResourceRule(
    "DOM603",
    "resource/known-later",
    Severity.MEDIUM,
    Enforcement.ADVISORY,
    "the place of what holds data is known before it is made",
    "nothing, if that is meant: it is judged when it is known, before and after it is made",
)
UNDECLARED_DATA: Final = ResourceRule(
    "DOM604",
    "resource/undeclared-data",
    Severity.LOW,
    Enforcement.ADVISORY,
    "what may hold data says whose and what",
    "tag it with `domicile:subjects` and `domicile:data-classes`, or say in "
    "`policies/placements.yaml` what it holds, be it nothing",
)
UNREADABLE_DATA: Final = ResourceRule(
    "DOM605",
    "resource/unreadable-data",
    Severity.HIGH,
    Enforcement.MANDATORY,
    "what is said of a resource's data can be read",
    "write countries as ISO 3166 has them, and data classes as `policies/data_classes.yaml` does",
)
UNKNOWN_TYPE: Final = ResourceRule(
    "DOM606",
    "resource/unknown-type",
    Severity.LOW,
    Enforcement.ADVISORY,
    "the types of resources are in the table",
    "tag those that hold data, or name them in `policies/placements.yaml`: then they are judged",
)

RULES: Final = (
    UNLAWFUL_PLACE,
    UNKNOWN_PLACE,
    KNOWN_LATER,
    UNDECLARED_DATA,
    UNREADABLE_DATA,
    UNKNOWN_TYPE,
)
"""Every rule, in order of its code."""
