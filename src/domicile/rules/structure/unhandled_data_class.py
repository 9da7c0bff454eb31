"""A demand brings data that no service on its way says it handles.

Of a demand's data classes, those reach a service that the service handles. A class that none
handles is judged nowhere, so either the demand or a service says too little. Where a service
handles none of a demand's classes, it is judged as if all of them reached it.

Bad:

    # infra/demand.yaml
    demand:
      - {id: fr-voice, subject: FR, service: voice, data_classes: [communications, health], rate: 90 calls}

Good:

    # infra/demand.yaml
    demand:
      - {id: fr-voice, subject: FR, service: voice, data_classes: [communications], rate: 90 calls}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Severity
from domicile.model.words import quoted
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM112", severity=Severity.HIGH)


def check(situation: Situation) -> Iterator[Observation]:
    """Hold each demand's data classes against the services that it reaches."""
    workspace = situation.workspace
    for demand in situation.demand:
        if demand.service not in workspace.services:
            continue
        reached = situation.reached(demand.service)
        handled = {name for each in reached for name in workspace.services[each].data_classes}
        for index, name in enumerate(demand.data_classes):
            if name not in handled:
                yield Observation(
                    f"demand `{demand.id}` brings `{name}` data, which no service on its way "
                    "handles",
                    workspace.route(demand, "data_classes", index),
                    help=f"add it to the data classes of the service among "
                    f"{quoted(sorted(reached))} that receives it, or take it out",
                )
