"""A feature of a provider copies data elsewhere by default, and nobody said whether it does here.

What a text shows is counted as happening until the workspace says that it is off; what is only said
to happen is told of here, and takes nothing along until it is declared.

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
        source: invented for a test
        checked: 2026-11-23
    side_paths:
      - {id: twin, feature: Twin storage, does: copies to Lyon, default: true, carries: content, activity: replicate, paths: [{to: [FR]}], avoid: choose single storage, evidence: unverified, source: invented for a test, checked: 2026-11-23}

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
        source: invented for a test
        checked: 2026-11-23
    side_paths:
      - {id: twin, feature: Twin storage, does: copies to Lyon, default: true, carries: content, activity: replicate, paths: [{to: [FR]}], avoid: choose single storage, evidence: unverified, source: invented for a test, checked: 2026-11-23}
    # infra/side_paths.yaml
    side_paths:
      - {path: "alpha:twin", state: "off", evidence: the storage account is of the single kind}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Enforcement, Severity
from domicile.model.words import listed, quoted
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM209", severity=Severity.MEDIUM, enforcement=Enforcement.ADVISORY)


def check(situation: Situation) -> Iterator[Observation]:
    """Look for defaults of providers that some pool sets off, and that nobody speaks of."""
    for name, unsaid in situation.unsaid_side_paths().items():
        path = situation.workspace.side_paths[name]
        pools = [situation.known_pools[key] for key in unsaid]
        services = sorted({pool.service for pool in pools})
        places = sorted({pool.datacenter for pool in pools})
        counted = "is counted as happening" if path.evidence != "unverified" else "is not counted"
        yield Observation(
            f"`{name}` ({path.feature}) takes {path.carries} of {listed(services)} from "
            f"{quoted(places, 4)} elsewhere by default; nobody said whether it is off, so it {counted}",
            situation.workspace.route(pools[0]),
            witness={"does": path.does, "source": path.source, "evidence": str(path.evidence)},
            help=f'{path.avoid}; then say `state: "off"` of `{name}` in `infra/side_paths.yaml`',
        )
