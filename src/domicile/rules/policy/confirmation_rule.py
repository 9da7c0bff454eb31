"""A reviewer's decision names a fact that the law does not hold, so it does nothing.

Bad:

    # policies/confirmations.yaml
    confirmations:
      - {rule: "TR:bank", decision: confirmed, reason: read in the gazette, name: A. Person, date: 2020-01-01, until: 2099-12-31}

Good:

    # policies/confirmations.yaml
    confirmations:
      - {rule: "TR:banks", decision: confirmed, reason: read in the gazette, name: A. Person, date: 2020-01-01, until: 2099-12-31}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Severity
from domicile.model.words import did_you_mean
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM507", severity=Severity.MEDIUM)


def check(situation: Situation) -> Iterator[Observation]:
    """Look up every fact that a decision names."""
    workspace = situation.workspace
    for confirmation in workspace.confirmations:
        if situation.law.citation(confirmation.rule) is None:
            owner = situation.law.jurisdictions.get(confirmation.rule.split(":", maxsplit=1)[0])
            known = [] if owner is None else [fact.id for fact in (*owner.rules, *owner.lists)]
            yield Observation(
                f"the law holds no `{confirmation.rule}`",
                workspace.route(confirmation, "rule"),
                help=did_you_mean(confirmation.rule, known)
                or "name a rule (`TR:banks`), a way (`EU:gdpr-44#2`) or a list entry (`EU:US:DPF`)",
            )
