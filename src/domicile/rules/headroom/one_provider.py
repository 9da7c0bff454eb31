"""All places that may serve a load belong to one provider.

Then no number of backends survives the loss of that provider.

Bad:

    # infra/pools.yaml
    pools:
      - {service: voice, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends}
      - {service: voice, datacenter: alpha-berlin, backend: alpha.small, maximum: 9 backends}

Good:

    # infra/pools.yaml
    pools:
      - {service: voice, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends}
      - {service: voice, datacenter: beta-berlin, backend: beta.small, maximum: 9 backends}
      - {service: directory, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends}
      - {service: directory, datacenter: beta-berlin, backend: beta.small, maximum: 9 backends}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Enforcement, Severity
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM304", severity=Severity.MEDIUM, enforcement=Enforcement.ADVISORY)


def check(situation: Situation) -> Iterator[Observation]:
    """Collect the providers of each load's admissible places."""
    workspace = situation.workspace
    demands = {demand.id: demand for demand in situation.demand}
    for row, load in enumerate(situation.loads):
        columns = [
            column
            for column in situation.columns(load.service)
            if situation.admissible.matrix[row, column]
        ]
        providers = {situation.provider_at[column] for column in columns}
        if len(providers) == 1:
            places = [situation.places[column] for column in columns]
            yield Observation(
                f"every admissible place for {load.subject} of `{load.service}` belongs to "
                f"`{providers.pop()}`",
                workspace.route(demands[load.demands[0]]),
                witness={"load": load.key, "places": places},
                help=f"declare a pool of `{load.service}` with a second provider where "
                f"{load.subject}'s data may go",
            )
