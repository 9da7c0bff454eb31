"""The plan's routing asks a place's network, or the links between places, for more than they carry.

Servers enough are no help where the network that reaches them is full: services that need each
other stand at places whose links are too narrow for what goes between them, or users send a place
more than its network, or the links from where they are, can take. Only what services declare as
`traffic` is counted, in each contingency and wherever a link alone is lost. The help was tried.

Bad:

    # infra/services.yaml
    services:
      - id: voice
        name: Voice
        unit: calls
        activities: [process]
        data_classes: [communications]
        depends_on: [{service: directory, fan_out: 0.5, traffic: 10 Gbit/s}]
      - id: directory
        name: Directory
        core: true
        unit: requests/s
        activities: [process]
        data_classes: [communications]
    # stacks/plan.production.yaml
    environment: production
    as_of: 2026-11-23
    inputs: sha256:0
    verdicts: sha256:0
    optimal: true
    cost: {now: 0, after: 1.1}
    pools:
      - {service: voice, datacenter: alpha-paris, now: 4, after: 4}
      - {service: directory, datacenter: beta-berlin, now: 2, after: 2}
    nominal:
      FR/directory/communications: {beta-berlin: 1.0}
      FR/voice/communications: {alpha-paris: 1.0}
    contingencies:
      - {contingency: [nominal], lost: [], changes: {}}
    order: {}

Good:

    # infra/services.yaml
    services:
      - id: voice
        name: Voice
        unit: calls
        activities: [process]
        data_classes: [communications]
        depends_on: [{service: directory, fan_out: 0.5, traffic: 10 Mbit/s}]
      - id: directory
        name: Directory
        core: true
        unit: requests/s
        activities: [process]
        data_classes: [communications]
    $ domicile emit
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.carrying import Carrying, Overload
from domicile.model.finding import Observation, Route
from domicile.model.tokens import Counts, Severity
from domicile.model.words import amount, several
from domicile.rules import Facts
from domicile.shortage import narrow_in
from domicile.situation import Situation

RULE = Facts(code="DOM307", severity=Severity.CRITICAL)

_REMEDIES = 3
"""What would do: so many are named."""


def check(situation: Situation) -> Iterator[Observation]:
    """Carry what the plan's routing sends, in each contingency; report the worst."""
    plan = situation.plan
    if plan is None or situation.counts is not Counts.EMITTED:
        return
    carrying = Carrying(situation, plan)
    if not carrying.asked():
        return
    every = tuple(carrying.overloads())
    for of_links in (False, True):
        found = [each for each in every if (each.place is None) is of_links]
        if found:
            yield _worst(situation, carrying, found)


def _worst(situation: Situation, carrying: Carrying, found: list[Overload]) -> Observation:
    worst = max(found, key=lambda each: each.missing)
    when = " and ".join(worst.contingency)
    others = len(found) - 1
    elsewhere = (
        f", and in {several(others, 'other contingency', 'other contingencies')}" if others else ""
    )
    file = Route(f"stacks/plan.{situation.environment}.yaml")
    at = file / "nominal" if worst.row is None else file / "contingencies" / worst.row
    missing = amount(round(worst.missing, 6), "Gbit/s")
    asked = amount(round(worst.asked, 6), "Gbit/s")
    why = narrow_in(situation, carrying, worst.contingency, of_links=worst.place is None)
    if worst.place is not None:
        message = (
            f"in `{when}` {asked} go through the network of `{worst.place}`, {missing} more than "
            f"it carries{elsewhere}"
        )
        mend = f"let fewer be served at `{worst.place}`: a lower `maximum`, or pools nearby"
    else:
        most = "; ".join(f"`{one}` and `{other}`" for one, other in worst.pairs)
        message = (
            f"in `{when}` links cannot carry {missing} of the {asked} that are sent; most goes "
            f"between {most}{elsewhere}"
        )
        mend = "let services that need each other stand at the same places, or widen the links"
    said = [remedy.says for remedy in why.remedies or ()][:_REMEDIES]
    return Observation(
        message,
        at,
        related=() if worst.place is None else (_network(situation, worst.place),),
        witness={
            "contingency": list(worst.contingency),
            "place": worst.place,
            "asked": worst.asked,
            "missing": worst.missing,
            "binding": [each.name for each in why.binding],
            "unit": "Gbit/s",
        },
        help="; or ".join(said) if said else mend,
    )


def _network(situation: Situation, place: str) -> tuple[Route, str]:
    workspace = situation.workspace
    return workspace.route(workspace.datacenters[place]), "its network"
