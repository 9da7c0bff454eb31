"""The Pulumi program of every stack: judge the stack again, then make what it declares."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pulumi

from domicile.model.errors import DomicileError, SourceError
from domicile.model.quantity import WORK, parse
from domicile.model.stack import TRAFFIC, stack_name
from domicile.provision.adapters import Adapter, Place, PoolSpec, World, find
from domicile.provision.components import Pool, Traffic
from domicile.provision.declared import POOLS, ROUTING, configs
from domicile.provision.judge import judge, read_routing


def run(root: Path | None = None) -> None:
    """Declare the resources of the selected stack.

    Args:
        root: the workspace; absent: the folder above the program's own.

    Raises:
        pulumi.RunError: the stack is refused; one sentence, no traceback.
    """
    try:
        _run((root or Path.cwd().parent).resolve())
    except DomicileError as error:
        said = f"{error.message}; {error.help}" if error.help else error.message
        raise pulumi.RunError(said) from None


def _run(root: Path) -> None:
    config = pulumi.Config("domicile")
    environment, name = config.require("environment"), config.require("adapter")
    declared: dict[str, Any] = {
        "plan": config.require("plan"),
        "pools": config.get_object("pools"),
        "traffic": config.get_object("traffic"),
        "place": config.get_object("place"),
        "datacenter": config.get("datacenter"),
        "adapter": name,
    }
    traffic = declared["traffic"]
    part = TRAFFIC if traffic is not None else config.require("datacenter")
    if pulumi.get_stack() != stack_name(environment, part):
        raise SourceError(
            f"the configuration of `{stack_name(environment, part)}` is in stack"
            f" `{pulumi.get_stack()}`"
        )
    judged = judge(root, environment, part, declared)
    world = World(root, environment, judged.plan, judged.rates, declared["plan"])
    adapter = find(name)
    if traffic is not None:
        places = {place: _place(place, its) for place, its in traffic["datacenters"].items()}
        world = replace(world, zone=traffic.get("zone", ""), places=places)
        _traffic(adapter, _on_the_way(world))
    else:
        place = _place(part, config.require_object("place"))
        _pools(adapter, world, place, declared["pools"] or [])


def _place(datacenter: str, declared: Mapping[str, str]) -> Place:
    return Place(datacenter, declared["provider"], declared["region"], declared["country"])


def _pools(adapter: Adapter, world: World, place: Place, pools: list[Any]) -> None:
    wanted = os.environ.get(POOLS)
    exported, declared = {}, {}
    for spec in _specs(place, json.loads(wanted) if wanted else pools):
        exported[spec.service] = Pool(adapter, world, spec).backends
        declared[spec.service] = _declared(spec)
    pulumi.export("pools", exported)
    pulumi.export("declared", declared)


def _specs(place: Place, pools: list[Any]) -> Iterator[PoolSpec]:
    """Pools as they are declared; of those that the plan has no more, what is known."""
    for pool in pools:
        if pool.get("leaving"):
            was = {"backend": "", **pool, "capacity": f"{pool['capacity']} {pool['unit']}"}
            yield replace(_spec(place, was, int(pool["backends"])), leaving=True)
        else:
            yield _spec(place, pool, int(pool["backends"]))


def _spec(place: Place, pool: Mapping[str, Any], backends: int) -> PoolSpec:
    capacity = parse(pool["capacity"], WORK, None)
    return PoolSpec(
        service=pool["service"],
        place=place,
        backend=pool["backend"],
        backends=backends,
        capacity=capacity.value,
        unit=capacity.unit,
        machine=pool.get("machine", ""),
        image=pool.get("image", ""),
        port=int(pool.get("port", 443)),
        health=pool.get("health", ""),
        subjects=tuple(pool.get("subjects", ())),
        data_classes=tuple(pool.get("data_classes", ())),
    )


def _declared(spec: PoolSpec) -> dict[str, Any]:
    """What a step must say of a pool later, so that it can stand as it is while it leaves."""
    said = {each.name: getattr(spec, each.name) for each in fields(spec)}
    for name in ("place", "service", "leaving", "component"):
        del said[name]
    return {name: list(each) if isinstance(each, tuple) else each for name, each in said.items()}


def _on_the_way(world: World) -> World:
    """Traffic by another routing than the plan's own, where a step of a rollout asks for it."""
    path = os.environ.get(ROUTING)
    if not path:
        return world
    routing = read_routing(world.root, world.environment, Path(path))
    used = {pool.datacenter for pool in routing.pools if pool.after}
    declared = configs(world.root, world.environment)
    places = {
        name: world.places.get(name) or _place(name, declared[name]["place"])
        for name in sorted(used & declared.keys())
    }
    return replace(world, plan=routing, places=places)


def _traffic(adapter: Adapter, world: World) -> None:
    organization, project = pulumi.get_organization(), pulumi.get_project()
    pools = {
        datacenter: pulumi.StackReference(
            f"{organization}/{project}/{stack_name(world.environment, datacenter)}"
        ).get_output("pools")
        for datacenter in world.places
    }
    counted: dict[str, dict[str, int]] = {}
    for pool in world.plan.pools:
        if pool.after:
            counted.setdefault(pool.datacenter, {})[pool.service] = pool.after
    pulumi.export("fronts", Traffic(adapter, world, pools).fronts)
    pulumi.export("counted", counted)
