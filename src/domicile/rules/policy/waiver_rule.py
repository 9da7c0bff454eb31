"""A waiver or an enforcement setting names a rule that does not exist, so it does nothing.

Bad:

    # policies/waivers.yaml
    waivers:
      - {id: one, rule: headroom/one-provder, reason: a trial, approver: A. Person, until: 2099-01-31}

Good:

    # policies/waivers.yaml
    waivers:
      - {id: one, rule: headroom/one-provider, reason: a trial, approver: A. Person, until: 2099-01-31}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.policy import RuleSetting, Waiver
from domicile.model.tokens import Severity
from domicile.model.words import did_you_mean
from domicile.resources.rules import RULES
from domicile.rules import Facts, all_rules
from domicile.situation import Situation

RULE = Facts(code="DOM502", severity=Severity.MEDIUM)


def check(situation: Situation) -> Iterator[Observation]:
    """Look up every rule that the workspace names."""
    workspace = situation.workspace
    known = {name for rule in all_rules() for name in (rule.name, rule.facts.code)}
    known |= {name for rule in RULES for name in (rule.name, rule.code)}
    holders: tuple[Waiver | RuleSetting, ...] = (*workspace.waivers, *workspace.enforcement)
    for holder in holders:
        if holder.rule not in known:
            yield Observation(
                f"rule `{holder.rule}` does not exist",
                workspace.route(holder, "rule"),
                help=did_you_mean(holder.rule, known) or "`docs/rules/` lists every rule",
            )
