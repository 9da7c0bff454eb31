"""A declared mechanism is no longer, or not yet, in force: it opens no way.

Bad:

    # policies/mechanisms.yaml
    mechanisms:
      - {id: clauses, declares: [scc], from: 2019-01-01, until: 2020-12-31, evidence: the contract file}

Good:

    # policies/mechanisms.yaml
    mechanisms:
      - {id: clauses, declares: [scc], from: 2021-06-27, evidence: the contract file}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Enforcement, Severity
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM503", severity=Severity.MEDIUM, enforcement=Enforcement.ADVISORY)


def check(situation: Situation) -> Iterator[Observation]:
    """Compare each mechanism's dates with the day of judgement."""
    for mechanism in situation.workspace.mechanisms:
        route = situation.workspace.route
        if mechanism.until is not None and mechanism.until < situation.as_of:
            yield Observation(
                f"mechanism `{mechanism.id}` ended on {mechanism.until}",
                route(mechanism, "until"),
                help="renew it, or remove it",
            )
        elif mechanism.from_ > situation.as_of:
            yield Observation(
                f"mechanism `{mechanism.id}` begins only on {mechanism.from_}",
                route(mechanism, "from"),
                help="until then it opens no way",
            )
