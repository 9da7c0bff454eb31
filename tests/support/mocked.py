"""An adapter's resources without an engine: what its program registers, as the SDK sends it."""

# ruff: noqa: ANN401 -- values of any kind are what this is about

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pulumi
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import mocks

from domicile.model.plan import Cost, Plan, PlannedPool
from domicile.provision.adapters import Adapter, Place, PoolSpec, World
from domicile.provision.components import Pool, Traffic


@dataclass(frozen=True, slots=True)
class Registered:
    """One resource as its program registered it."""

    type: str
    name: str
    parent: str
    """Name and type of its parent; empty: the stack."""
    inputs: Mapping[str, Any]
    provider: str
    """The URN of the provider that makes it; empty: none was said."""
    keeps: bool
    """Whether it stays when it is declared no more."""
    after: tuple[str, ...]
    """Type and name of what it waits for, in order."""
    ignores: tuple[str, ...]
    """Inputs whose change is no reason to change it, in order."""


@dataclass
class Program:
    """What a run registered."""

    resources: list[Registered] = field(default_factory=list)
    value: Any = None
    """What it gave back."""

    def of(self, kind: str) -> list[Registered]:
        """Resources of a type, in the order in which they were registered."""
        return [each for each in self.resources if each.type == kind]

    def one(self, kind: str, name: str = "") -> Registered:
        """The one resource of a type, by its name where there are several."""
        (found,) = [each for each in self.of(kind) if name in ("", each.name)]
        return found


class _Cloud(pulumi.runtime.Mocks):
    """Fills in what a cloud would."""

    def __init__(self, answers: Mapping[str, Any], computed: Mapping[str, Any]) -> None:
        self._answers, self._computed = answers, computed

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        told = self._computed.get(args.typ, {})
        told = told(args.inputs) if callable(told) else told
        return str(told.get("id", f"{args.name}-id")), {
            "arn": f"arn:{args.name}",
            **args.inputs,
            "name": args.name,
            **told,
        }

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        answer = self._answers[args.token]
        return answer(args.args) if callable(answer) else answer


class _Monitor(mocks.MockMonitor):
    """Writes down what is registered before the cloud of the test answers."""

    def __init__(self, cloud: _Cloud, program: Program) -> None:
        super().__init__(cloud)
        self._program = program

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 -- the protocol's name
        self._program.resources.append(
            Registered(
                request.type,
                request.name,
                _short(request.parent),
                MessageToDict(request.object),
                request.provider,
                request.retainOnDelete,
                tuple(sorted(_short(urn) for urn in request.dependencies)),
                tuple(sorted(request.ignoreChanges)),
            )
        )
        return super().RegisterResource(request)


def _short(urn: str) -> str:
    *_, kinds, name = urn.split("::") if urn else ("", "")
    kind = kinds.rpartition("$")[2]
    return "" if kind in ("", "pulumi:pulumi:Stack") else f"{kind} {name}"


def run(
    program: Callable[[], pulumi.Output[Any]],
    *,
    answers: Mapping[str, Any] | None = None,
    computed: Mapping[str, Any] | None = None,
    config: Mapping[str, str] | None = None,
) -> Program:
    """Run a program against a cloud that answers as told."""
    found = Program()
    cloud = _Cloud(answers or {}, computed or {})
    asyncio.set_event_loop(asyncio.new_event_loop())
    mocks.set_mocks(cloud, "tried", "dev", preview=False, monitor=_Monitor(cloud, found))
    pulumi.runtime.set_all_config(dict(config or {}))

    def told() -> pulumi.Output[Any]:
        return program().apply(lambda value: setattr(found, "value", value))

    try:
        mocks.test(told)()
    finally:
        pulumi.runtime.set_all_config({})
    return found


def world(
    plan: Plan | None = None, zone: str = "", places: Mapping[str, Place] | None = None
) -> World:
    """A world for adapters: environment `tried`, its plan's digest `sha256:0123…`."""
    made = plan or planned({}, {})
    return World(Path(), "tried", made, {}, "sha256:" + "0123456789abcdef" * 4, zone, places or {})


def planned(
    nominal: Mapping[str, Mapping[str, float]], order: Mapping[str, tuple[str, ...]]
) -> Plan:
    """A plan with pools wherever its routing goes."""
    standing = sorted(
        {(key.split("/")[1], place) for key, places in order.items() for place in places}
    )
    return Plan(
        environment="tried",
        as_of=date(2026, 1, 1),
        inputs="sha256:0",
        verdicts="sha256:0",
        optimal=True,
        cost=Cost(now=0, after=0),
        pools=tuple(
            PlannedPool(service=service, datacenter=place, now=0, after=1)
            for service, place in standing
        ),
        nominal={key: dict(shares) for key, shares in nominal.items()},
        contingencies=(),
        order=dict(order),
    )


def make_pool(adapter: Adapter, pool: PoolSpec, **told: Any) -> Program:
    """A pool by an adapter."""
    return run(lambda: Pool(adapter, world(), pool).backends, **told)


def make_traffic(
    adapter: Adapter, in_world: World, pools: Mapping[str, Any], **told: Any
) -> Program:
    """Traffic by an adapter, over pools that export these."""

    def program() -> pulumi.Output[Any]:
        given = {place: pulumi.Output.from_input(its) for place, its in pools.items()}
        return Traffic(adapter, in_world, given).fronts

    return run(program, **told)
