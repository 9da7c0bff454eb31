"""A flow takes data to a place where the law, as far as it is known, does not let it go.

Bad:

    # infra/flows.yaml
    flows:
      - {id: desk, service: voice, activity: access, to: [IR], purpose: a support desk}

Good:

    # infra/flows.yaml
    flows:
      - {id: desk, service: voice, activity: access, to: [DE], purpose: a support desk}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Severity
from domicile.model.words import listed, quoted
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM202", severity=Severity.CRITICAL)


def check(situation: Situation) -> Iterator[Observation]:
    """Judge every flow at every target, for each subject whose data it carries."""
    for flow in situation.flows:
        for index, target in enumerate(flow.to):
            barred = situation.barred_from(flow, target)
            if not barred:
                continue
            worst = min(barred, key=lambda judged: judged.verdict.rank)
            subjects = sorted({judged.subject for judged in barred})
            whose = f" and a recipient in {flow.recipient}" if flow.recipient else ""
            yield Observation(
                f"flow `{flow.id}` takes data of {listed(subjects)} to `{target}`{whose} "
                f"({flow.activity}), which is {worst.verdict} for {worst.subject} "
                f"({quoted(worst.data_classes)})",
                situation.workspace.route(flow, "to", index),
                citation=worst.citation,
                witness={
                    "subjects": {judged.subject: str(judged.verdict) for judged in barred},
                    "rule": worst.rule,
                },
                help=worst.help,
            )
