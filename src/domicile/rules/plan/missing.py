"""No plan was emitted for the environment, so the counts that would run are not known.

Without one the existing counts are judged instead. `--counts existing` says that this is meant.

Bad:

    # counts: emitted
    # infra/environments.yaml
    environments:
      - {id: production, description: declared and never planned}

Good:

    $ domicile emit
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Counts, Severity
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM401", severity=Severity.HIGH)


def check(situation: Situation) -> Iterator[Observation]:
    """Ask for a plan where emitted counts are to be judged."""
    if situation.plan is None and situation.counts is Counts.EMITTED:
        yield Observation(
            f"no plan was emitted for `{situation.environment}`: existing counts were judged",
            situation.workspace.route(situation.workspace.environments[situation.environment]),
            help=f"run `domicile emit --environment {situation.environment}`, or judge what "
            "stands with `--counts existing`",
        )
