"""Adapters: what puts pools and traffic somewhere, one for each provider.

An adapter is a module `domicile.provision.<provider>` with a function `adapter()`, or an entry
point of the group `domicile.adapters` that leads to such a function. `-` in a provider's id is
`_` in the module's name.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from domicile.model.errors import OutsideError, SourceError
from domicile.model.plan import Plan

if TYPE_CHECKING:
    import pulumi

GROUP = "domicile.adapters"


class NotKnownYet(Exception):  # noqa: N818 -- no error: a preview goes on without it
    """What a pool needs is known only once something else is made, and this is a preview."""


@dataclass(frozen=True, slots=True)
class World:
    """Where and for what an adapter works."""

    root: Path
    """The workspace."""
    environment: str
    """The environment."""
    plan: Plan
    """The plan that is carried out."""
    rates: Mapping[str, float]
    """Load → nominal rate, in its service's unit."""
    digest: str = ""
    """The plan's digest, as the stack names it."""
    zone: str = ""
    """Under which names requests find their way; empty: none."""
    places: Mapping[str, Place] = field(default_factory=dict)
    """Datacenter → where it is; for traffic alone."""
    named: str = ""
    """The component of a program for whose pool an adapter works; empty: it works for a stack."""
    under: pulumi.Resource | None = None
    """That component: what pools of a stack share stands under it; None: at the stack's root."""

    @property
    def scope(self) -> str:
        """Whose resources are: the environment, or the one component in it."""
        return f"{self.environment}-{self.named}" if self.named else self.environment

    def name(self, of: str) -> str:
        """What a resource that pools share is called in the program.

        Pulumi tells apart resources under two components by their names alone.
        """
        return f"{self.named}-{of}" if self.named else of

    def given(self, package: str) -> pulumi.ProviderResource | None:
        """The provider of a package that a program gave its component; None: it gave none."""
        return None if self.under is None else self.under.get_provider(f"{package}:index:")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stack's pools stand."""

    datacenter: str
    """Its id in the catalogue."""
    provider: str
    """The provider's id in the catalogue."""
    region: str
    """The provider's own name of it: a region or a zone."""
    country: str
    """Its country, or the territory whose law holds there."""


@dataclass(frozen=True, slots=True)
class PoolSpec:
    """One pool as its stack declares it."""

    service: str
    """The service."""
    place: Place
    """Where it stands."""
    backend: str
    """The backend type."""
    backends: int
    """How many of them."""
    capacity: float
    """What one can do, in `unit`."""
    unit: str
    """The service's unit."""
    machine: str = ""
    """The provider's own name of the backend type; empty: not declared."""
    image: str = ""
    """What a backend starts from; empty: not declared."""
    port: int = 443
    """Where backends listen, by TCP."""
    health: str = ""
    """The path that a healthy backend answers by HTTP; empty: it is enough that it listens."""
    subjects: tuple[str, ...] = ()
    """Whose data it may hold, in order."""
    data_classes: tuple[str, ...] = ()
    """What that data is, in order."""
    leaving: bool = False
    """Whether the plan has it no more, and it stands only until traffic has left it."""
    component: str = ""
    """The component of a program that it is; empty: it is a stack's."""

    @property
    def name(self) -> str:
        """What its resources are called in the program, or begin with."""
        return self.component or self.service

    def needs(self, *, image: bool = True) -> None:
        """Make sure that the backend type says what a machine of a provider needs.

        Raises:
            SourceError: it does not.
        """
        for name, value in (("machine", self.machine), ("image", self.image if image else "-")):
            if not value and self.component:
                raise SourceError(f"`{self.place.provider}` needs the input `{name}`")
            if not value:
                raise SourceError(
                    f"backend type `{self.backend}` has no `{name}`",
                    help="declare it in `infra/backends.yaml`, then plan and emit again",
                )


class Adapter(Protocol):
    """Registers resources of one provider, inside the components that it is given."""

    def pool(self, world: World, pool: PoolSpec, parent: pulumi.Resource) -> list[Any]:
        """Make a pool.

        Returns:
            Where its requests go, as records of outputs with at least `address`: each backend, or
            the one balancer before them.

        Raises:
            SourceError: the pool does not say what this provider needs.
        """
        ...

    def traffic(
        self,
        world: World,
        pools: Mapping[str, pulumi.Output[Any]],
        parent: pulumi.Resource,
    ) -> pulumi.Input[Any]:
        """Fronts that route as planned.

        Args:
            world: where and for what.
            pools: datacenter → the `pools` output of its stack: service → records of `pool`.
            parent: the component.

        Returns:
            Service → the addresses at which its requests enter.
        """
        ...


def find(name: str) -> Adapter:
    """The adapter of that name.

    Raises:
        OutsideError: there is none, or what it needs is not installed.
    """
    module, function = _home(name)
    try:
        make = getattr(importlib.import_module(module), function, None)
        adapter = make() if make else None  # some import what they need only now
    except ModuleNotFoundError as error:
        extra = module.rpartition(".")[2]
        raise OutsideError(
            f"the adapter `{name}` needs the module `{error.name}`, which is not installed",
            help=f"run `pip install 'domicile[{extra}]'`",
        ) from error
    if adapter is None:
        raise _absent(name)
    return cast("Adapter", adapter)


def _home(name: str) -> tuple[str, str]:
    """The module and the function that make an adapter."""
    for entry in metadata.entry_points(group=GROUP, name=name):
        return entry.module, entry.attr
    module = f"{__package__}.{name.replace('-', '_')}"
    if not name.replace("-", "_").isidentifier() or importlib.util.find_spec(module) is None:
        raise _absent(name)
    return module, "adapter"


def _absent(name: str) -> OutsideError:
    return OutsideError(
        f"provider `{name}` has no adapter: nothing can be made there",
        help="for a trial give the environment `adapter: local` or `adapter: kubernetes` in"
        " `infra/environments.yaml`; else write one of your own, an entry point of"
        f" `{GROUP}` (docs/adapters.md), or place pools elsewhere",
    )
