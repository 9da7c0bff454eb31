"""A pool's backend type is another provider's, or cannot run its service.

Bad:

    # infra/pools.yaml
    pools:
      - {service: voice, datacenter: alpha-paris, backend: beta.small, maximum: 4 backends}

Good:

    # infra/pools.yaml
    pools:
      - {service: voice, datacenter: alpha-paris, backend: alpha.small, maximum: 4 backends}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Severity
from domicile.model.words import quoted
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM109", severity=Severity.HIGH)


def check(situation: Situation) -> Iterator[Observation]:
    """Hold each pool's backend type against its datacenter's provider and its service."""
    workspace = situation.workspace
    for (service, place), pool in situation.known_pools.items():
        backend = situation.backend_type(pool)
        provider = workspace.provider_of[place]
        if backend.provider != provider:
            fitting = [
                other.id
                for other in workspace.backends.values()
                if other.provider == provider and service in other.capacity
            ]
            yield Observation(
                f"backend type `{backend.id}` is rented out by `{backend.provider}`, "
                f"but `{place}` belongs to `{provider}`",
                workspace.route(pool, "backend"),
                related=((workspace.route(backend, "provider"), "who rents it out"),),
                help=f"`{provider}` has {quoted(fitting)} for `{service}`" if fitting else None,
            )
        if pool.capacity is None and service not in backend.capacity:
            yield Observation(
                f"backend type `{backend.id}` says no capacity for service `{service}`",
                workspace.route(pool, "backend"),
                related=((workspace.route(backend, "capacity"), "what it can run"),),
                help=f"add `{service}` to its capacity, or give the pool a `capacity`",
            )
