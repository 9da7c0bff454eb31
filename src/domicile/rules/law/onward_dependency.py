"""A service hands data to one that it depends on, and the place between does not let it go there.

What a front sends to one place and its dependency to another is a transfer between the two: the law
of the first counts beside that of the people whom the data is about.

Bad:

    # infra/pools.yaml
    pools:
      - {service: voice, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends, existing: 4 backends}
      - {service: directory, datacenter: alpha-mumbai, backend: alpha.small, maximum: 9 backends, existing: 4 backends}
    # infra/demand.yaml
    demand:
      - {id: us-voice, subject: US, service: voice, data_classes: [communications], rate: 90 calls}
    # regions/alpha.yaml
    provider:
      id: alpha
      name: Alpha
      operator: {name: Alpha SAS, country: FR}
      source: invented for a test
      checked: 2026-11-23
    datacenters:
      - id: alpha-paris
        name: Paris
        country: FR
        city: Paris
        coordinates: {latitude: 48.86, longitude: 2.35}
        source: invented for a test
        checked: 2026-11-23
      - id: alpha-mumbai
        name: Mumbai
        country: IN
        city: Mumbai
        coordinates: {latitude: 19.08, longitude: 72.88}
        source: invented for a test
        checked: 2026-11-23
    # policies/headroom.yaml
    headroom:
      - id: far
        losses: [datacenter]
        utilisation: {nominal: 70 %, after: 90 %}
        surge: 1
        latency: 900 ms
        reason: a test of the law alone

Good:

    # infra/pools.yaml
    pools:
      - {service: voice, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends, existing: 4 backends}
      - {service: directory, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends, existing: 4 backends}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Severity
from domicile.model.words import listed, quoted
from domicile.onward import Handover
from domicile.placement import citation, judge
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM208", severity=Severity.CRITICAL)


def check(situation: Situation) -> Iterator[Observation]:
    """Judge every step from a load's place to a place of what its service depends on."""
    found: dict[tuple[str, str, str], list[Handover]] = {}
    for handover in situation.barred_handovers():
        key = (handover.service, handover.dependency, handover.exporter)
        found.setdefault(key, []).append(handover)
    workspace = situation.workspace
    for (service, dependency, exporter), cases in found.items():
        subjects = sorted({each.subject for each in cases})
        places = sorted({place for each in cases for place in each.places})
        targets = sorted({each.target for each in cases})
        first = cases[0]
        judged = judge(
            workspace,
            situation.law,
            exporter,
            first.data_classes,
            first.activity,
            first.target,
            situation.as_of,
        )
        step = judged.deciding[0]
        record = workspace.services[service]
        index = [each.service for each in record.depends_on].index(dependency)
        yield Observation(
            f"`{service}` at {quoted(places, 4)} hands data of {listed(subjects)} to `{dependency}` "
            f"at {quoted(targets, 4)}, which is {judged.verdict} under the law of {exporter}",
            workspace.route(record, "depends_on", index),
            citation=citation(step.citation),
            witness={"subjects": subjects, "places": places, "targets": targets, "rule": step.rule},
            help=f"`{step.rule}`: {step.outcome}; or keep one of the pools for other `subjects`",
        )
