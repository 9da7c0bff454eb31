"""More backends stand, or are planned, in a datacenter than its quota lets stand there.

Bad:

    # regions/alpha.yaml
    provider:
      id: alpha
      name: Alpha
      operator: {name: Alpha SAS, country: FR}
      source: invented for a test
      checked: 2026-11-23
    datacenters:
      - id: alpha-paris
        name: Paris
        country: FR
        city: Paris
        coordinates: {latitude: 48.86, longitude: 2.35}
        quota: 3 backends
        source: invented for a test
        checked: 2026-11-23
      - id: alpha-berlin
        name: Berlin
        country: DE
        city: Berlin
        coordinates: {latitude: 52.52, longitude: 13.4}
        source: invented for a test
        checked: 2026-11-23

Good:

    # regions/alpha.yaml
    provider:
      id: alpha
      name: Alpha
      operator: {name: Alpha SAS, country: FR}
      source: invented for a test
      checked: 2026-11-23
    datacenters:
      - id: alpha-paris
        name: Paris
        country: FR
        city: Paris
        coordinates: {latitude: 48.86, longitude: 2.35}
        quota: 40 backends
        source: invented for a test
        checked: 2026-11-23
      - id: alpha-berlin
        name: Berlin
        country: DE
        city: Berlin
        coordinates: {latitude: 52.52, longitude: 13.4}
        source: invented for a test
        checked: 2026-11-23
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Severity
from domicile.model.words import several
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM106", severity=Severity.HIGH)


def check(situation: Situation) -> Iterator[Observation]:
    """Add up the counts of each datacenter's pools."""
    workspace = situation.workspace
    for place in situation.places:
        datacenter = workspace.datacenters[place]
        if datacenter.quota is None:
            continue
        counts = {s: n for (s, d), n in sorted(situation.backends.items()) if d == place and n}
        total, quota = sum(counts.values()), int(datacenter.quota.value)
        if total > quota:
            yield Observation(
                f"{several(total, 'backend')} at `{place}` exceed its quota of {quota}",
                workspace.route(datacenter, "quota"),
                related=tuple(
                    (
                        workspace.route(situation.known_pools[service, place]),
                        f"{several(count, 'backend')} of `{service}`",
                    )
                    for service, count in counts.items()
                ),
                witness={"quota": quota, "backends": counts},
                help=f"remove {several(total - quota, 'backend')}, or have the quota raised",
            )
