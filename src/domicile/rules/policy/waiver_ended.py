"""A waiver's last day has passed: what it accepted counts again.

Bad:

    # policies/waivers.yaml
    waivers:
      - {id: old, rule: DOM304, reason: a trial, approver: A. Person, until: 2020-01-31}

Good:

    # policies/waivers.yaml
    waivers:
      - {id: new, rule: DOM304, reason: a trial, approver: A. Person, until: 2099-01-31}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Severity
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM501", severity=Severity.MEDIUM)


def check(situation: Situation) -> Iterator[Observation]:
    """Compare each waiver's end with the day of judgement."""
    for waiver in situation.workspace.waivers:
        if waiver.until < situation.as_of:
            yield Observation(
                f"waiver `{waiver.id}` of `{waiver.rule}`, approved by {waiver.approver}, "
                f"ended on {waiver.until}",
                situation.workspace.route(waiver, "until"),
                help="remove it, or have it approved again with a new end",
            )
