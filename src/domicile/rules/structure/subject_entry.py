"""A subject country has no entry, so its latency to any place is not known.

Bad:

    # infra/demand.yaml
    demand:
      - {id: aq-voice, subject: AQ, service: voice, data_classes: [communications], rate: 90 calls}

Good:

    # infra/demand.yaml
    demand:
      - {id: fr-voice, subject: FR, service: voice, data_classes: [communications], rate: 90 calls}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.admissible import entry_of
from domicile.model.finding import Observation
from domicile.model.tokens import Severity
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM113", severity=Severity.HIGH)


def check(situation: Situation) -> Iterator[Observation]:
    """Look up the entry of each demand's subject."""
    for demand in situation.demand:
        if entry_of(situation.workspace, demand.subject) is None:
            yield Observation(
                f"subject country `{demand.subject}` has no entry, so no place is within latency",
                situation.workspace.route(demand, "subject"),
                help="add one to `regions/entries.yaml`: where do its people reach the network?",
            )
