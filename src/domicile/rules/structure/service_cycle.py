"""A service depends, over others or at once, on itself.

Its load would grow without end, and it could never start after a loss of all its backends.

Bad:

    # infra/services.yaml
    services:
      - id: voice
        name: Voice
        unit: calls
        activities: [process]
        data_classes: [communications]
        depends_on: [{service: directory, fan_out: 0.1}]
      - id: directory
        name: Directory
        unit: requests/s
        activities: [process]
        data_classes: [communications]
        depends_on: [{service: voice, fan_out: 0.1}]

Good:

    # infra/services.yaml
    services:
      - id: voice
        name: Voice
        unit: calls
        activities: [process]
        data_classes: [communications]
        depends_on: [{service: directory, fan_out: 0.1}]
      - id: directory
        name: Directory
        unit: requests/s
        activities: [process]
        data_classes: [communications]
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Severity
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM105", severity=Severity.CRITICAL)


def check(situation: Situation) -> Iterator[Observation]:
    """Report each cycle once, at its first service."""
    services = situation.workspace.services
    for cycle in situation.cycles:
        first = services[cycle[0]]
        way = " → ".join(f"`{name}`" for name in (*cycle, cycle[0]))
        yield Observation(
            f"service `{first.id}` depends on itself: {way}",
            situation.workspace.route(first, "depends_on"),
            related=tuple(
                (situation.workspace.route(services[name], "depends_on"), "on the way round")
                for name in cycle[1:]
            ),
            help="remove one of these dependencies",
        )
