"""The law lets a load through today and, as declared, no longer in three months.

A mechanism, a certificate or an adequacy decision ends by then, or a new rule begins. Moving data
takes longer than a day: this is said while there is time.

Bad:

    # policies/mechanisms.yaml
    mechanisms:
      - {id: clauses, declares: [scc, assessment], from: 2021-06-27, until: 2026-12-31, evidence: the contract file}
    # regions/beta.yaml
    provider:
      id: beta
      name: Beta
      operator: {name: Beta Ltd, country: IN}
      source: invented for a test
      checked: 2026-11-23
    datacenters:
      - id: beta-mumbai
        name: Mumbai
        country: IN
        city: Mumbai
        coordinates: {latitude: 19.08, longitude: 72.88}
        source: invented for a test
        checked: 2026-11-23
    # infra/pools.yaml
    pools:
      - {service: voice, datacenter: beta-mumbai, backend: beta.small, maximum: 9 backends}
      - {service: directory, datacenter: beta-mumbai, backend: beta.small, maximum: 9 backends}

Good:

    # policies/mechanisms.yaml
    mechanisms:
      - {id: clauses, declares: [scc, assessment], from: 2021-06-27, until: 2027-12-31, evidence: the contract file}
    # regions/beta.yaml
    provider:
      id: beta
      name: Beta
      operator: {name: Beta Ltd, country: IN}
      source: invented for a test
      checked: 2026-11-23
    datacenters:
      - id: beta-mumbai
        name: Mumbai
        country: IN
        city: Mumbai
        coordinates: {latitude: 19.08, longitude: 72.88}
        source: invented for a test
        checked: 2026-11-23
    # infra/pools.yaml
    pools:
      - {service: voice, datacenter: beta-mumbai, backend: beta.small, maximum: 9 backends}
      - {service: directory, datacenter: beta-mumbai, backend: beta.small, maximum: 9 backends}
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from domicile.model.finding import Observation
from domicile.model.tokens import Enforcement, Severity
from domicile.model.words import quoted
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM206", severity=Severity.MEDIUM, enforcement=Enforcement.ADVISORY)

AHEAD = timedelta(days=90)
"""How far ahead the law is asked."""


def check(situation: Situation) -> Iterator[Observation]:
    """Hold today's lawful places of each load against those of the day ahead."""
    workspace = situation.workspace
    demands = {demand.id: demand for demand in situation.demand}
    day = situation.as_of + AHEAD
    ahead = situation.on(day)
    lapsing = situation.admissible.lawful & ~ahead.admissible.lawful
    for row, load in enumerate(situation.loads):
        places = [situation.places[c] for c in situation.columns(load.service) if lapsing[row, c]]
        if not places:
            continue
        judged = ahead.explain(load, places[0])
        yield Observation(
            f"`{load.service}` may serve {load.subject} ({quoted(load.data_classes)}) at "
            f"{quoted(places)} today, but no longer on {day}: {judged.verdict} by then",
            workspace.route(demands[load.demands[0]]),
            citation=judged.citation,
            witness={"load": load.key, "places": places, "on": str(day), "rule": judged.rule},
            help=judged.help,
        )
