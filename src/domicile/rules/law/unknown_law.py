"""Nothing that decides is known of a subject country's law on transfers.

Its people's data may stand at home and nowhere else, until the law is known or a workspace says
otherwise with reason, name and date.

Bad:

    # infra/demand.yaml
    demand:
      - {id: kp-voice, subject: KP, service: voice, data_classes: [communications], rate: 90 calls}

Good:

    # infra/demand.yaml
    demand:
      - {id: fr-voice, subject: FR, service: voice, data_classes: [communications], rate: 90 calls}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Enforcement, Severity
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM205", severity=Severity.MEDIUM, enforcement=Enforcement.ADVISORY)


def check(situation: Situation) -> Iterator[Observation]:
    """Look for a jurisdiction that speaks for each subject."""
    workspace = situation.workspace
    seen: set[str] = set()
    for demand in situation.demand:
        if demand.subject in seen:
            continue
        seen.add(demand.subject)
        if situation.regime_known(demand.subject):
            continue
        jurisdiction = workspace.jurisdictions.get(demand.subject)
        yield Observation(
            f"no transfer rule of {demand.subject} is known: outside it everything is undetermined",
            workspace.route(demand, "subject"),
            related=((workspace.route(jurisdiction), "what is known"),) if jurisdiction else (),
            help=f"research `policies/residency/{demand.subject.lower()}.yaml`, "
            f"or serve its people in {demand.subject} alone",
        )
