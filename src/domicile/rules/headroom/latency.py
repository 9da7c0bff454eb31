"""A load has lawful places, but none of them within the policy's latency limit.

Bad:

    # policies/headroom.yaml
    headroom:
      - id: all
        losses: [datacenter]
        utilisation: {nominal: 60 %, after: 90 %}
        surge: 1.0
        latency: 100 us
        reason: for a test
    # infra/demand.yaml
    demand:
      - {id: es-voice, subject: ES, service: voice, data_classes: [communications], rate: 90 calls}

Good:

    # infra/demand.yaml
    demand:
      - {id: es-voice, subject: ES, service: voice, data_classes: [communications], rate: 90 calls}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Severity
from domicile.model.words import number
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM303", severity=Severity.HIGH)


def check(situation: Situation) -> Iterator[Observation]:
    """Compare the nearest lawful place of each load with the limit."""
    workspace = situation.workspace
    demands = {demand.id: demand for demand in situation.demand}
    judged = situation.admissible
    for row, load in enumerate(situation.loads):
        policy = situation.policy(load.service)
        lawful = [c for c in situation.open_columns(row) if judged.lawful[row, c]]
        if policy is None or not lawful or judged.matrix[row, lawful].any():
            continue
        nearest = min(lawful, key=lambda column: float(judged.latency[row, column]))
        latency = float(judged.latency[row, nearest])
        yield Observation(
            f"the nearest lawful place for {load.subject} of `{load.service}`, "
            f"`{situation.places[nearest]}`, is {number(round(latency, 1))} ms away; "
            f"the policy allows {policy.latency}",
            workspace.route(demands[load.demands[0]]),
            related=((workspace.route(policy, "latency"), "the limit"),),
            witness={
                "load": load.key,
                "latency_ms": round(latency, 3),
                "place": situation.places[nearest],
            },
            help=f"declare a pool of `{load.service}` nearer to {load.subject}",
        )
