"""A data class is named that `policies/data_classes.yaml` does not declare.

The law speaks of data classes. A class that no rule can know would pass unjudged.

Bad:

    # infra/demand.yaml
    demand:
      - {id: fr-voice, subject: FR, service: voice, data_classes: [comunications], rate: 90 calls}

Good:

    # infra/demand.yaml
    demand:
      - {id: fr-voice, subject: FR, service: voice, data_classes: [communications], rate: 90 calls}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.policy import Placement
from domicile.model.service import Demand, Flow, Service
from domicile.model.tokens import Severity
from domicile.model.words import did_you_mean
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM102", severity=Severity.CRITICAL)


def check(situation: Situation) -> Iterator[Observation]:
    """Look up the data classes of services, demands, flows and placements."""
    workspace = situation.workspace
    known = {each.id for each in workspace.data_classes.data_classes}
    holders: tuple[Service | Demand | Flow | Placement, ...] = (
        *workspace.services.values(),
        *situation.demand,
        *situation.flows,
        *workspace.placements,
    )
    for holder in holders:
        for index, name in enumerate(holder.data_classes):
            if name not in known:
                yield Observation(
                    f"data class `{name}` is not declared",
                    workspace.route(holder, "data_classes", index),
                    help=did_you_mean(name, known)
                    or "use a class of `policies/data_classes.yaml`, or declare it there",
                )
