"""A mechanism declares a token that no rule of law asks for: probably a slip of the pen.

Bad:

    # policies/mechanisms.yaml
    mechanisms:
      - {id: clauses, declares: [standard-clauses], from: 2021-06-27, evidence: the contract file}

Good:

    # policies/mechanisms.yaml
    mechanisms:
      - {id: clauses, declares: [scc], from: 2021-06-27, evidence: the contract file}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Enforcement, Severity
from domicile.model.words import did_you_mean
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM504", severity=Severity.LOW, enforcement=Enforcement.ADVISORY)


def check(situation: Situation) -> Iterator[Observation]:
    """Look up every declared token among those that the law asks for."""
    workspace = situation.workspace
    asked = situation.law.asked()
    for mechanism in workspace.mechanisms:
        for index, token in enumerate(mechanism.declares):
            if token.removeprefix("not:") not in asked:
                yield Observation(
                    f"no rule of law asks for `{token}`",
                    workspace.route(mechanism, "declares", index),
                    help=did_you_mean(token, asked)
                    or "`domicile explain` names the tokens that would open a way",
                )
