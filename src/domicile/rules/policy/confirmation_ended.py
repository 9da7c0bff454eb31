"""A reviewer's decision about a fact of law has ended: the catalogue's own grade holds again.

Bad:

    # policies/confirmations.yaml
    confirmations:
      - {rule: "TR:banks", decision: confirmed, reason: read in the gazette, name: A. Person, date: 2020-01-01, until: 2020-12-31}

Good:

    # policies/confirmations.yaml
    confirmations:
      - {rule: "TR:banks", decision: confirmed, reason: read in the gazette, name: A. Person, date: 2020-01-01, until: 2099-12-31}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Severity
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM506", severity=Severity.MEDIUM)


def check(situation: Situation) -> Iterator[Observation]:
    """Compare the last day of each decision that no later one follows with the day of judgement."""
    workspace = situation.workspace
    last = {each.rule: each for each in workspace.confirmations}
    for confirmation in last.values():
        if confirmation.until < situation.as_of:
            yield Observation(
                f"`{confirmation.rule}` was {confirmation.decision} by {confirmation.name} until "
                f"{confirmation.until}: the catalogue's own grade holds again",
                workspace.route(confirmation, "until"),
                help="read the text again and decide anew, or remove it",
            )
