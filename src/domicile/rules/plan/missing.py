"""No plan was emitted for the environment, so the counts that would run are not known.

Bad:

    # stacks/.gitkeep

Good:

    # counts: existing
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation, Route
from domicile.model.tokens import Counts, Severity
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM401", severity=Severity.HIGH)


def check(situation: Situation) -> Iterator[Observation]:
    """Ask for a plan where emitted counts are to be judged."""
    if situation.plan is None and situation.counts is Counts.EMITTED:
        yield Observation(
            f"no plan was emitted for `{situation.environment}`: existing counts were judged",
            Route(f"stacks/plan.{situation.environment}.yaml"),
            help=f"run `domicile emit --environment {situation.environment}`, or judge what "
            "stands with `--counts existing`",
        )
