"""The Pulumi program of every stack: judge the stack again, then make what it declares."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pulumi

from domicile.model.errors import DomicileError, SourceError
from domicile.model.quantity import WORK, parse
from domicile.model.stack import TRAFFIC, stack_name
from domicile.provision.adapters import Adapter, PoolSpec, World, find
from domicile.provision.components import Pool, Traffic
from domicile.provision.judge import judge

KEEP = "DOMICILE_KEEP"
"""Pools that still stand larger than declared, as JSON: service → backends, capacity, unit.

A pool shrinks only after traffic has left it, so a run before that keeps it as large as it is.
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
    world = World(root, environment, judged.plan, judged.rates)
    adapter = find(name)
    if traffic is not None:
        _traffic(adapter, world, traffic)
    else:
        _pools(adapter, world, part, declared["pools"] or [])


def _pools(adapter: Adapter, world: World, datacenter: str, pools: list[Any]) -> None:
    kept: Mapping[str, Any] = json.loads(os.environ.get(KEEP) or "{}")
    exported = {}
    for spec in _specs(datacenter, pools, kept):
        exported[spec.service] = Pool(adapter, world, spec).backends
    pulumi.export("pools", exported)


def _specs(datacenter: str, pools: list[Any], kept: Mapping[str, Any]) -> Iterator[PoolSpec]:
    """Declared pools, not smaller than what is kept, and kept pools that are declared no more."""
    for pool in pools:
        capacity = parse(pool["capacity"], WORK, None)
        standing = kept.get(pool["service"], {}).get("backends", 0)
        yield PoolSpec(
            service=pool["service"],
            datacenter=datacenter,
            backend=pool["backend"],
            backends=max(int(pool["backends"]), int(standing)),
            capacity=capacity.value,
            unit=capacity.unit,
        )
    for service in sorted(set(kept) - {pool["service"] for pool in pools}):
        was = kept[service]
        yield PoolSpec(
            service, datacenter, "", int(was["backends"]), float(was["capacity"]), was["unit"]
        )


def _traffic(adapter: Adapter, world: World, traffic: Mapping[str, Any]) -> None:
    organization, project = pulumi.get_organization(), pulumi.get_project()
    pools = {
        datacenter: pulumi.StackReference(
            f"{organization}/{project}/{stack_name(world.environment, datacenter)}"
        ).get_output("pools")
        for datacenter in traffic["datacenters"]
    }
    pulumi.export("fronts", Traffic(adapter, world, pools).fronts)
