"""The law asks for a copy, or the first recording, at home, and no flow keeps one there.

Without it the data may lawfully stand at home alone, and is lost to the service with its home.

Bad:

    # infra/demand.yaml
    demand:
      - {id: kz-voice, subject: KZ, service: voice, data_classes: [identity], rate: 90 calls}
    # infra/services.yaml
    services:
      - {id: voice, name: Voice, unit: calls, activities: [store], data_classes: [identity]}

Good:

    # infra/demand.yaml
    demand:
      - {id: kz-voice, subject: KZ, service: voice, data_classes: [identity], rate: 90 calls}
    # infra/services.yaml
    services:
      - {id: voice, name: Voice, unit: calls, activities: [store], data_classes: [identity]}
    # infra/flows.yaml
    flows:
      - {id: kz-home, service: voice, subjects: [KZ], activity: store, to: [KZ], purpose: the copy that the law asks for}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Enforcement, Severity
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM204", severity=Severity.MEDIUM, enforcement=Enforcement.ADVISORY)


def check(situation: Situation) -> Iterator[Observation]:
    """Find loads whose verdict abroad would improve with a copy at home."""
    workspace = situation.workspace
    demands = {demand.id: demand for demand in situation.demand}
    for duty in situation.home_duties():
        load = duty.load
        yield Observation(
            f"rule `{duty.rule}` asks for a copy of {load.subject}'s data of `{load.service}` at home, "
            "and no flow keeps one there",
            workspace.route(demands[load.demands[0]]),
            citation=duty.citation,
            witness={"load": load.key, "rule": duty.rule},
            help=f"declare a flow that stores a copy in {load.subject}; "
            "until then it may stand there alone",
        )
