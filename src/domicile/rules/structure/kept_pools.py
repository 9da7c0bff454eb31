"""Every pool of a service is kept for other subjects than one that asks for it.

Bad:

    # infra/pools.yaml
    pools:
      - {service: voice, datacenter: alpha-paris, backend: alpha.small, subjects: [DE], maximum: 9 backends}
      - {service: directory, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends}

Good:

    # infra/pools.yaml
    pools:
      - {service: voice, datacenter: alpha-paris, backend: alpha.small, subjects: [FR], maximum: 9 backends}
      - {service: directory, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Severity
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM114", severity=Severity.CRITICAL)


def check(situation: Situation) -> Iterator[Observation]:
    """Look for a pool that is open to each load."""
    workspace = situation.workspace
    demands = {demand.id: demand for demand in situation.demand}
    for row, load in enumerate(situation.loads):
        columns = situation.columns(load.service)
        if not columns or situation.open_columns(row):
            continue
        kept = [situation.known_pools[load.service, situation.places[column]] for column in columns]
        yield Observation(
            f"every pool of `{load.service}` is kept for other subjects than {load.subject}",
            workspace.route(demands[load.demands[0]]),
            related=tuple(
                (workspace.route(pool, "subjects"), "kept for these") for pool in kept[:3]
            ),
            witness={"load": load.key},
            help=f"add {load.subject} to the `subjects` of a pool, or declare one without",
        )
