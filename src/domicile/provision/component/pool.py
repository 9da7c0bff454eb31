"""`domicile-pools:index:Pool`: one service's backends in one datacenter, where the law allows it.

Pulumi reads the schema of the package from the types and the strings below, so they are written
for those who use it from TypeScript, Go, C# or Java.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NotRequired, TypedDict, cast

import pulumi

from domicile.model.errors import SourceError
from domicile.model.plan import Cost, Plan, PlannedPool
from domicile.model.quantity import WORK, parse
from domicile.model.words import quoted
from domicile.provision.adapters import Adapter, NotKnownYet, PoolSpec, World, find
from domicile.provision.component import NAME
from domicile.provision.component.inputs import Settled, lay_over, settle
from domicile.provision.component.standing import (
    ALL_THAT_POOLS_DO,
    Wanted,
    hold_to_law,
    opened,
    where,
)
from domicile.workspace import Workspace


class PoolArgs(TypedDict):
    """What a pool is, and whose data it holds."""

    service: str
    """The service whose backends these are."""
    datacenter: str
    """Where they stand: a datacenter's id in the catalogue, such as `ovh-gra`."""
    backends: int
    """How many backends."""
    subjects: list[str]
    """Whose data it holds: countries and territories, such as `FR` or `CA-QC`."""
    data_classes: list[str]
    """What that data is, such as `health`."""
    activities: NotRequired[list[str]]
    """What is done with the data there; absent: `store` and `process`."""
    copies: NotRequired[list[str]]
    """Countries in which copies of the data are kept besides: some laws ask for one at home."""
    machine: NotRequired[pulumi.Input[str]]
    """The provider's own name of the machine type."""
    image: NotRequired[pulumi.Input[str]]
    """What a backend starts from: an image's id in that region."""
    port: NotRequired[int]
    """Where backends listen, by TCP; absent: 443."""
    health: NotRequired[str]
    """The path that a healthy backend answers by HTTP; absent: it is enough that it listens."""
    capacity: NotRequired[str]
    """What one backend can do, with its unit, such as `400 requests/s`."""
    workspace: NotRequired[str]
    """The folder of a domicile workspace, whose datacenters, law and declared mechanisms count
    besides those that ship; absent: the shipped ones alone, and nothing is declared."""
    adapter: NotRequired[str]
    """What makes the pool; absent: the adapter of the datacenter's provider."""
    config: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Settings of the adapter, over those of the stack: `network:vpc`, `balancer:certificate`.
    Lists are written as JSON: `["subnet-1", "subnet-2"]`."""


class Pool(pulumi.ComponentResource):
    """A service's backends in one datacenter, made only where the law lets its data be."""

    service: pulumi.Output[str]
    """The service."""
    datacenter: pulumi.Output[str]
    """Where the backends stand."""
    addresses: pulumi.Output[list[str]]
    """Where requests go: each backend, or the balancer before them."""
    entries: pulumi.Output[list[Any]]
    """The same with all that the adapter says of each: `address`, and often `port`."""

    def __init__(
        self, name: str, args: PoolArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        world = _opened(args.get("workspace") or "")
        hold_to_law(world, _wanted(args), date.today())  # noqa: DTZ011 -- the law of this day
        settled = settle(args)
        spec = _spec(name, args, settled, world)
        adapter = find(args.get("adapter") or spec.place.provider)
        after = pulumi.ResourceOptions(depends_on=list(settled.after))
        super().__init__(f"{NAME}:index:Pool", name, {}, pulumi.ResourceOptions.merge(opts, after))
        lay_over(settled)
        self.service = pulumi.Output.from_input(spec.service)
        self.datacenter = pulumi.Output.from_input(spec.place.datacenter)
        self.entries = self._entries(adapter, _world(args, spec, self), spec, settled.unknown)
        self.addresses = self.entries.apply(lambda each: [str(one["address"]) for one in each])
        self.register_outputs(
            {
                "service": self.service,
                "datacenter": self.datacenter,
                "addresses": self.addresses,
                "entries": self.entries,
            }
        )

    def _entries(
        self, adapter: Adapter, world: World, spec: PoolSpec, unknown: Sequence[str]
    ) -> pulumi.Output[list[Any]]:
        """Make the pool; where a preview does not know of what yet, say so and go on."""
        what = quoted(unknown)
        if not unknown:
            try:
                return pulumi.Output.from_input(adapter.pool(world, spec, self))
            except NotKnownYet as found:
                what = str(found)
        pulumi.warn(
            f"{what}: known only once something else is made. The law lets pool"
            f" `{spec.component}` stand; what it is made of is not shown yet",
            self,
        )
        return pulumi.Output.from_input(cast("list[Any]", pulumi.UNKNOWN))


_opened = cache(opened)
"""Once for all pools of a program: what serves it ends with the program's run."""


def _wanted(args: PoolArgs) -> Wanted:
    return Wanted(
        args["service"],
        args["datacenter"],
        tuple(sorted(args["subjects"])),
        tuple(sorted(args["data_classes"])),
        tuple(args.get("activities") or map(str, ALL_THAT_POOLS_DO)),
        tuple(args.get("copies") or ()),
    )


def _spec(name: str, args: PoolArgs, settled: Settled, world: Workspace) -> PoolSpec:
    wanted = _wanted(args)
    backends = _whole("backends", args["backends"])
    capacity = parse(args.get("capacity") or "0 requests/s", WORK, None)
    return PoolSpec(
        service=wanted.service,
        place=where(world, wanted.datacenter),
        backend=settled.values.get("machine", ""),
        backends=backends,
        capacity=capacity.value,
        unit=capacity.unit,
        machine=settled.values.get("machine", ""),
        image=settled.values.get("image", ""),
        port=_whole("port", args.get("port") or 443),
        health=args.get("health") or "",
        subjects=wanted.subjects,
        data_classes=wanted.data_classes,
        component=name,
    )


def _whole(name: str, given: float) -> int:
    """A whole number: they arrive as floats."""
    if given != int(given) or given < 0:
        raise SourceError(f"`{name}` is {given:g}: it must be a whole number, 0 or more")
    return int(given)


def _world(args: PoolArgs, spec: PoolSpec, under: pulumi.Resource) -> World:
    """Where an adapter works: no plan was emitted, this one pool is all of it."""
    pool = PlannedPool(
        service=spec.service, datacenter=spec.place.datacenter, now=0, after=spec.backends
    )
    plan = Plan(
        environment=pulumi.get_stack(),
        as_of=date.today(),  # noqa: DTZ011 -- the day on which it was judged
        inputs="",
        verdicts="",
        optimal=False,
        cost=Cost(now=0, after=0),
        pools=(pool,),
        nominal={},
        contingencies=(),
        order={},
    )
    root = Path(args.get("workspace") or ".").resolve()
    return World(root, plan.environment, plan, rates={}, named=spec.component, under=under)
