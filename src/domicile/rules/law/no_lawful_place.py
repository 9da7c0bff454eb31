"""A load has no place at all where the law, as far as it is known, lets it go.

Bad:

    # infra/pools.yaml
    pools:
      - {service: voice, datacenter: alpha-tehran, backend: alpha.small, maximum: 9 backends}
      - {service: directory, datacenter: alpha-tehran, backend: alpha.small, maximum: 9 backends}
    # regions/alpha.yaml
    provider:
      id: alpha
      name: Alpha
      operator: {name: Alpha SAS, country: FR}
      source: invented for a test
      checked: 2026-11-23
    datacenters:
      - id: alpha-tehran
        name: Tehran
        country: IR
        city: Tehran
        coordinates: {latitude: 35.69, longitude: 51.39}
        source: invented for a test
        checked: 2026-11-23

Good:

    # infra/pools.yaml
    pools:
      - {service: voice, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends}
      - {service: directory, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Severity, Verdict
from domicile.model.words import quoted
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM201", severity=Severity.CRITICAL)


def check(situation: Situation) -> Iterator[Observation]:
    """Find loads whose service has pools, none of them at a lawful place."""
    workspace = situation.workspace
    demands = {demand.id: demand for demand in situation.demand}
    for row, load in enumerate(situation.loads):
        columns = situation.open_columns(row)
        if not columns or situation.admissible.lawful[row, columns].any():
            continue
        best = max(columns, key=lambda column: int(situation.admissible.verdicts[row, column]))
        place = situation.places[best]
        judged = situation.explain(load, place)
        verdict = Verdict.of_rank(int(situation.admissible.verdicts[row, best]))
        yield Observation(
            f"no place of `{load.service}` may serve {load.subject} "
            f"({quoted(load.data_classes)}): the best, `{place}`, is {verdict}",
            workspace.route(demands[load.demands[0]]),
            citation=judged.citation,
            witness={
                "load": load.key,
                "verdicts": {
                    situation.places[column]: str(
                        Verdict.of_rank(int(situation.admissible.verdicts[row, column]))
                    )
                    for column in columns
                },
                "rule": judged.rule,
            },
            help=judged.help,
        )
