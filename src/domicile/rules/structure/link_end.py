"""A link ends at a datacenter that is declared nowhere, or at the one where it begins.

Bad:

    # regions/links.yaml
    links:
      - {between: [alpha-paris, alpha-lyon], capacity: 100 Gbit/s}

Good:

    # regions/links.yaml
    links:
      - {between: [alpha-paris, beta-paris], capacity: 100 Gbit/s}
      - {between: [alpha-paris, alpha-berlin], capacity: 100 Gbit/s}
      - {between: [alpha-berlin, beta-berlin], capacity: 100 Gbit/s}
      - {between: [beta-paris, beta-berlin], capacity: 100 Gbit/s}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Severity
from domicile.model.words import did_you_mean
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM103", severity=Severity.CRITICAL)


def check(situation: Situation) -> Iterator[Observation]:
    """Look up both ends of each link."""
    workspace = situation.workspace
    for link in workspace.links:
        if link.between[0] != link.between[1] and all(
            end in workspace.datacenters for end in link.between
        ):
            continue
        # A workspace that lays its own provider over the shipped one may leave out places where
        # shipped links end: those links are left out with them.
        if situation.is_shipped(link):
            continue
        for index, end in enumerate(link.between):
            if end not in workspace.datacenters:
                yield Observation(
                    f"link `{link.name}` ends at datacenter `{end}`, which is not declared",
                    workspace.route(link, "between", index),
                    help=did_you_mean(end, workspace.datacenters),
                )
        if link.between[0] == link.between[1]:
            yield Observation(
                f"link `{link.name}` begins and ends at `{link.between[0]}`",
                workspace.route(link, "between"),
                help="name the other datacenter, or remove the link",
            )
