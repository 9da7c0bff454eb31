"""A link ends at a datacenter that is declared nowhere, or at the one where it begins.

One end may be a country, a territory or a group, where it carries what its users send.

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

import re
from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.place import Link
from domicile.model.tokens import Severity
from domicile.model.words import did_you_mean
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM103", severity=Severity.CRITICAL)

_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,6})?")


def check(situation: Situation) -> Iterator[Observation]:
    """Look up both ends of each link."""
    workspace = situation.workspace
    for link in workspace.links:
        known = {*workspace.datacenters, *_people(situation, link)}
        if link.between[0] != link.between[1] and all(end in known for end in link.between):
            continue
        # A workspace that lays its own provider over the shipped one may leave out places where
        # shipped links end: those links are left out with them.
        if situation.is_shipped(link):
            continue
        for index, end in enumerate(link.between):
            if end not in known:
                what = "country or group" if end == link.users else "datacenter"
                others = workspace.groups if end == link.users else workspace.datacenters
                yield Observation(
                    f"link `{link.name}` ends at {what} `{end}`, which is not declared",
                    workspace.route(link, "between", index),
                    help=did_you_mean(end, others),
                )
        if sum(end in workspace.datacenters for end in link.between) == 0:
            yield Observation(
                f"link `{link.name}` ends at no datacenter",
                workspace.route(link, "between"),
                help="one end may be a country or a group; the other is where their way leads",
            )
        if link.between[0] == link.between[1]:
            yield Observation(
                f"link `{link.name}` begins and ends at `{link.between[0]}`",
                workspace.route(link, "between"),
                help="name the other datacenter, or remove the link",
            )


def _people(situation: Situation, link: Link) -> set[str]:
    """The end at which people are, where it is a country, a territory or a group that is known."""
    end, workspace = link.users, situation.workspace
    if end is None:
        return set()
    # Codes of countries and territories were looked up when the file was read.
    known = _CODE.fullmatch(end) or end in workspace.groups or end in workspace.jurisdictions
    return {end} if known else set()
