"""A flow or side path leads on where the law of a place that data passes does not let it go.

Data that came to a place leaves it under that place's law too, whoever it is about. So such a place
serves nothing: it is left out of every plan, and its spare capacity counts for nobody.

Bad:

    # infra/flows.yaml
    flows:
      - {id: logs, service: voice, activity: log, to: [DE], purpose: logs are read in Berlin}
      - {id: desk, service: voice, activity: access, to: [IR], after: [logs], purpose: a desk reads them}

Good:

    # infra/flows.yaml
    flows:
      - {id: logs, service: voice, activity: log, to: [DE], purpose: logs are read in Berlin}
      - {id: desk, service: voice, activity: access, to: [FR], after: [logs], purpose: a desk reads them}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation, Route
from domicile.model.tokens import Enforcement, Severity
from domicile.model.words import listed, quoted
from domicile.onward import Barred
from domicile.placement import citation
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM207", severity=Severity.HIGH, enforcement=Enforcement.ADVISORY)


def check(situation: Situation) -> Iterator[Observation]:
    """Follow the data of every load from every place where it may be."""
    found: dict[tuple[str, str], list[tuple[str, str, Barred]]] = {}
    for load, place, barred in situation.onward_barred():
        key = (barred.leg.outflow.name, barred.exporter)
        found.setdefault(key, []).append((load.subject, place, barred))
    for (name, exporter), cases in found.items():
        subjects = sorted({subject for subject, _, _ in cases})
        places = sorted({place for _, place, _ in cases})
        targets = sorted({each.leg.target for _, _, each in cases})
        worst = min((each for _, _, each in cases), key=lambda each: each.verdict.rank)
        step = situation.onward.judge(worst).deciding[0]
        yield Observation(
            f"`{name}` takes data of {listed(subjects)} on from {quoted(places, 4)} to "
            f"{quoted(targets, 4)}, which is {worst.verdict} under the law of {exporter}: "
            "they may not be served there",
            _route(situation, worst, places[0]),
            citation=citation(step.citation),
            witness={"subjects": subjects, "places": places, "targets": targets, "rule": step.rule},
            help=f"`{step.rule}`: {step.outcome}",
        )


def _route(situation: Situation, barred: Barred, place: str) -> Route:
    """The flow's target; or, since the catalogue is not the reader's, a pool that it starts from."""
    outflow = barred.leg.outflow
    if outflow.side_path:
        pool = next(pool for pool in situation.known_pools.values() if pool.datacenter == place)
        return situation.workspace.route(pool)
    return situation.workspace.route(outflow.record, "to", outflow.to.index(barred.leg.target))
