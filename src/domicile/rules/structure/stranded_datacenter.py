"""A datacenter with a pool has no link to the others.

What stands apart cannot reach the core services that its own services depend on, and no
contingency of a link can be computed for it.

Bad:

    # regions/links.yaml
    links:
      - {between: [alpha-paris, alpha-berlin], capacity: 100 Gbit/s}
      - {between: [beta-paris, beta-berlin], capacity: 100 Gbit/s}

Good:

    # regions/links.yaml
    links:
      - {between: [alpha-paris, alpha-berlin], capacity: 100 Gbit/s}
      - {between: [beta-paris, beta-berlin], capacity: 100 Gbit/s}
      - {between: [alpha-berlin, beta-berlin], capacity: 100 Gbit/s}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from domicile.headroom.connectivity import parts
from domicile.model.finding import Observation
from domicile.model.tokens import Severity
from domicile.model.words import quoted
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM104", severity=Severity.HIGH)


def check(situation: Situation) -> Iterator[Observation]:
    """Find the datacenters outside the part of the graph of links that holds most of ours."""
    workspace = situation.workspace
    every = sorted(workspace.datacenters)
    index = {place: number for number, place in enumerate(every)}
    ends = [
        (index[one], index[other])
        for link in workspace.links
        for one, other in (link.between,)
        if one in index and other in index
    ]
    part = parts(len(every), ends)
    sizes = Counter(part[index[place]] for place in situation.places)
    main = max(sizes, key=lambda first: (sizes[first], -first), default=0)
    near = [place for place in situation.places if part[index[place]] == main]
    for place in situation.places:
        if part[index[place]] != main:
            yield Observation(
                f"datacenter `{place}` has pools but no way over links to the others",
                workspace.route(workspace.datacenters[place], "id"),
                help=f"declare a link from it to one of {quoted(near, 4)}",
            )
