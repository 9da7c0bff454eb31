"""After a contingency of its policy, a service cannot serve all its demand at lawful places.

Spare capacity counts only where the law lets the demand go: this is what a residency check or a
capacity check alone does not see.

Bad:

    # infra/demand.yaml
    demand:
      - {id: fr-voice, subject: FR, service: voice, data_classes: [communications], rate: 9000 calls}

Good:

    # infra/demand.yaml
    demand:
      - {id: fr-voice, subject: FR, service: voice, data_classes: [communications], rate: 90 calls}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Severity
from domicile.model.words import amount, listed, quoted, several
from domicile.remedy import remedy
from domicile.rules import Facts
from domicile.situation import Situation
from domicile.strain import Strain

RULE = Facts(code="DOM301", severity=Severity.CRITICAL)

NOMINAL = ("nominal",)
"""What the contingency is called in which nothing is lost and demand is nominal."""


def check(situation: Situation) -> Iterator[Observation]:
    """Report the worst contingency of each service that falls short."""
    for strain in situation.strains.values():
        if strain.shortfall.any():
            yield _worst(situation, strain)


def _worst(situation: Situation, strain: Strain) -> Observation:
    workspace = situation.workspace
    service = workspace.services[strain.service]
    worst = int(strain.shortfall.argmax())
    case = strain.contingencies[worst]
    missing = float(strain.shortfall[worst])
    routing = strain.route(case)
    short = [load.subject for load, yes in zip(strain.loads, routing.short, strict=True) if yes]
    binding = [place for place, yes in zip(strain.places, routing.binding, strict=True) if yes]
    demands = {demand.id: demand for demand in situation.demand}
    origins = sorted({d for load in strain.loads if load.subject in short for d in load.demands})
    others = int((strain.shortfall > 0).sum()) - 1
    when = "while nothing is lost" if case.ids == NOMINAL else f"in `{' and '.join(case.ids)}`"
    elsewhere = (
        f", and in {several(others, 'other contingency', 'other contingencies')}" if others else ""
    )
    return Observation(
        f"`{service.id}` is {amount(missing, service.unit)} short for "
        f"{listed(sorted(set(short)), 6)} {when}{elsewhere}",
        workspace.route(service),
        related=tuple(
            (workspace.route(demands[origin], "rate"), "asks for it") for origin in origins[:3]
        ),
        witness={
            "contingency": list(case.ids),
            "shortfall": missing,
            "unit": service.unit,
            "subjects": sorted(set(short)),
            "binding": binding,
            "contingencies_short": others + 1,
        },
        help=remedy(situation, strain)
        or f"no pool of {quoted([service.id])} may grow enough; the places that bind are "
        f"{quoted(binding)}",
    )
