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
from domicile.provision.judge import judge

KEEP = "DOMICILE_KEEP"
"""Pools that still stand larger than declared, as JSON: service → what its stack said of it last.

A pool shrinks only after traffic has left it, so a run before that keeps it as large as it is; one
that is declared no more also keeps its machines, image and labels, lest they be replaced.
"""


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
        _traffic(adapter, world)
    else:
        place = _place(part, config.require_object("place"))
        _pools(adapter, world, place, declared["pools"] or [])


def _place(datacenter: str, declared: Mapping[str, str]) -> Place:
    return Place(datacenter, declared["provider"], declared["region"], declared["country"])


def _pools(adapter: Adapter, world: World, place: Place, pools: list[Any]) -> None:
    kept: Mapping[str, Any] = json.loads(os.environ.get(KEEP) or "{}")
    exported, declared = {}, {}
    for spec in _specs(place, pools, kept):
        exported[spec.service] = Pool(adapter, world, spec).backends
        declared[spec.service] = _declared(spec)
    pulumi.export("pools", exported)
    pulumi.export("declared", declared)


def _specs(place: Place, pools: list[Any], kept: Mapping[str, Any]) -> Iterator[PoolSpec]:
    """Declared pools, not smaller than what is kept, and kept pools that are declared no more."""
    for pool in pools:
        standing = kept.get(pool["service"], {}).get("backends", 0)
        yield _spec(place, pool, max(int(pool["backends"]), int(standing)))
    for service in sorted(set(kept) - {pool["service"] for pool in pools}):
        was = kept[service]
        pool = {"service": service, "backend": "", **was}
        pool["capacity"] = f"{was['capacity']} {was['unit']}"
        yield replace(_spec(place, pool, int(was["backends"])), leaving=True)


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
    """What `KEEP` must say of a pool later, so that it can stand as it is while it leaves."""
    said = {each.name: getattr(spec, each.name) for each in fields(spec)}
    del said["place"], said["service"], said["leaving"]
    return {name: list(each) if isinstance(each, tuple) else each for name, each in said.items()}


def _traffic(adapter: Adapter, world: World) -> None:
    organization, project = pulumi.get_organization(), pulumi.get_project()
    pools = {
        datacenter: pulumi.StackReference(
            f"{organization}/{project}/{stack_name(world.environment, datacenter)}"
        ).get_output("pools")
        for datacenter in world.places
    }
    pulumi.export("fronts", Traffic(adapter, world, pools).fronts)
