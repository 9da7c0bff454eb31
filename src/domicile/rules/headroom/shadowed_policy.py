"""A headroom policy comes after others that hold already for all that it names.

The first policy that names a service holds for it, so a stricter one further down asks nothing.

Bad:

    # policies/headroom.yaml
    headroom:
      - id: usual
        services: [voice, directory]
        losses: [datacenter]
        utilisation: {nominal: 60 %, after: 90 %}
        surge: 1.0
        latency: 60 ms
        reason: what we always asked
      - id: strict
        services: [voice]
        losses: [datacenter, provider]
        utilisation: {nominal: 50 %, after: 80 %}
        surge: 1.5
        latency: 30 ms
        reason: calls matter most

Good:

    # policies/headroom.yaml
    headroom:
      - id: strict
        services: [voice]
        losses: [datacenter, provider]
        utilisation: {nominal: 50 %, after: 80 %}
        surge: 1.5
        latency: 30 ms
        reason: calls matter most
      - id: usual
        losses: [datacenter]
        utilisation: {nominal: 60 %, after: 90 %}
        surge: 1.0
        latency: 60 ms
        reason: what we always asked
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Severity
from domicile.model.words import quoted
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM306", severity=Severity.HIGH)


def check(situation: Situation) -> Iterator[Observation]:
    """Look for services, or for the place of the general policy, that were taken before."""
    workspace = situation.workspace
    for index, policy in enumerate(workspace.headroom):
        held = {
            name: situation.policy(name) for name in policy.services if name in workspace.services
        }
        taken = {name: by for name, by in held.items() if by is not None and by is not policy}
        general = [p for p in workspace.headroom[:index] if not p.services and not policy.services]
        if not taken and not general:
            continue
        firsts = list({by.id: by for by in (*taken.values(), *general)}.values())
        what = f"{quoted(taken)}" if taken else "the services that no policy names"
        yield Observation(
            f"headroom policy `{policy.id}` does not hold for {what}: "
            f"{quoted(by.id for by in firsts)} comes first",
            workspace.route(policy, "services" if taken else "id"),
            related=tuple((workspace.route(by, "id"), "holds instead") for by in firsts),
            help=f"move `{policy.id}` up, or take out of it what others hold for",
        )
