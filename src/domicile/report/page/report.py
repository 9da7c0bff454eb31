"""What every report is about: one environment, on one day, by which knowledge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from domicile.model.errors import SourceError
from domicile.report.page.edition import Edition, edition
from domicile.situation import Situation


@dataclass(frozen=True, slots=True)
class Named:
    """A country, territory or place with its name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Report:
    """What stands at the head of every report."""

    environment: str
    description: str
    as_of: date
    counts: str
    without: tuple[str, ...]
    """What was withdrawn."""
    edition: Edition


class Head(TypedDict):
    """The fields of a report's head."""

    environment: str
    description: str
    as_of: date
    counts: str
    without: tuple[str, ...]
    edition: Edition


def head(situation: Situation, without: tuple[str, ...]) -> Head:
    """The head of a report on a situation.

    Args:
        situation: what is reported on.
        without: ids of what was withdrawn from it.
    """
    return Head(
        environment=situation.environment,
        description=situation.workspace.environments[situation.environment].description,
        as_of=situation.as_of,
        counts=str(situation.counts),
        without=without,
        edition=edition(situation),
    )


def require_something(situation: Situation) -> None:
    """Refuse to report on nothing.

    Raises:
        SourceError: no pool or no demand is declared.
    """
    if not situation.pools or not situation.loads:
        raise SourceError(
            f"nothing to report on: environment `{situation.environment}` declares no pool or no "
            "demand"
        )
