"""A service that carries load has no headroom policy, so nothing says what it must survive.

Bad:

    # policies/headroom.yaml
    headroom:
      - id: voice
        services: [voice]
        losses: [datacenter]
        utilisation: {nominal: 60 %, after: 90 %}
        surge: 1.0
        latency: 60 ms
        reason: for a test

Good:

    # policies/headroom.yaml
    headroom:
      - id: all
        losses: [datacenter]
        utilisation: {nominal: 60 %, after: 90 %}
        surge: 1.0
        latency: 60 ms
        reason: for a test
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Severity
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM302", severity=Severity.HIGH)


def check(situation: Situation) -> Iterator[Observation]:
    """Look up the policy of each service that has a load."""
    for name in sorted({load.service for load in situation.loads}):
        if situation.policy(name) is None:
            yield Observation(
                f"no headroom policy holds for service `{name}`",
                situation.workspace.route(situation.workspace.services[name]),
                help=f"name `{name}` in a policy of `policies/headroom.yaml`, or declare one "
                "without `services`, which holds for all",
            )
