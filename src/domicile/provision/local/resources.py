"""Puts pools and traffic on this machine: declares the local provider's resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from domicile.provision.adapters import PoolSpec, World
from domicile.provision.local import fronts
from domicile.provision.local.addresses import Lease, lease
from domicile.provision.local.run_folder import RunFolder
from domicile.provision.local.things import front_of
from domicile.provision.local.traffic import Contingency, Load, Traffic, Upstream


class Backend(pulumi.CustomResource):
    """One backend process."""

    nonce: pulumi.Output[str]

    def __init__(self, name: str, inputs: dict[str, Any], parent: pulumi.Resource) -> None:
        options = pulumi.ResourceOptions(parent=parent)
        super().__init__("domicile:local:Backend", name, {**inputs, "nonce": None}, options)


class Front(pulumi.CustomResource):
    """One front process."""

    def __init__(self, name: str, inputs: dict[str, Any], parent: pulumi.Resource) -> None:
        options = pulumi.ResourceOptions(parent=parent)
        super().__init__("domicile:local:Front", name, inputs, options)


class Director(pulumi.CustomResource):
    """The routing of all fronts."""

    def __init__(self, inputs: dict[str, Any], options: pulumi.ResourceOptions) -> None:
        super().__init__("domicile:local:Director", "director", inputs, options)


class Local:
    """The adapter `local`."""

    def pool(self, world: World, pool: PoolSpec, parent: pulumi.Resource) -> list[Any]:
        """Backends of a pool."""
        leased = _lease(world)
        found = []
        for number in range(pool.backends):
            address, port = leased.backend(pool.place.datacenter, pool.service, number)
            inputs = {
                "root": str(world.root),
                "environment": world.environment,
                "service": pool.service,
                "datacenter": pool.place.datacenter,
                "backend": number,
                "address": address,
                "port": port,
                "capacity": pool.capacity,
                "unit": pool.unit,
            }
            made = Backend(f"{pool.name}-{number}", inputs, parent)
            found.append(
                {
                    "backend": number,
                    "address": f"{address}:{port}",
                    "nonce": made.nonce,
                    "capacity": pool.capacity,
                    "unit": pool.unit,
                }
            )
        return found

    def traffic(
        self, world: World, pools: Mapping[str, pulumi.Output[Any]], parent: pulumi.Resource
    ) -> pulumi.Input[Any]:
        """Fronts at lawful places, and the director that keeps their routing."""
        leased = _lease(world)
        losses = {frozenset(case.lost) for case in world.plan.contingencies}
        standing = fronts.stand(world.plan.order, pools.keys(), losses)
        folder = RunFolder(world.root, world.environment)
        where = {"root": str(world.root), "environment": world.environment}
        made = [Front(place, {**where, "datacenter": place}, parent) for place in standing]
        loads = tuple(
            _load(world, leased, key, *fronts.entries(lawful, standing, pools.keys(), losses))
            for key, lawful in sorted(world.plan.order.items())
        )

        def compose(found: dict[str, Any]) -> str:
            return Traffic(
                fronts=tuple(front_of(folder, place) for place in standing),
                loads=loads,
                upstreams=_upstreams(world, found),
                contingencies=tuple(
                    Contingency(case.lost, case.changes)
                    for case in world.plan.contingencies
                    if case.lost
                ),
            ).text()

        text = pulumi.Output.all(**pools).apply(compose)
        options = pulumi.ResourceOptions(parent=parent, depends_on=made)
        Director({**where, "traffic": text}, options)
        return _addresses(loads)


def _addresses(loads: tuple[Load, ...]) -> dict[str, list[str]]:
    """Service → the addresses of its fronts' entries, each with its load."""
    found: dict[str, list[str]] = {}
    for load in loads:
        for address in load.entries.values():
            found.setdefault(load.service, []).append(f"{load.id} http://{address}/")
    return {service: sorted(addresses) for service, addresses in sorted(found.items())}


def _lease(world: World) -> Lease:
    keys = [key.split("/") for key in world.plan.order]
    names = (
        {pool.datacenter for pool in world.plan.pools},
        {subject for subject, _, _ in keys},
        {pool.service for pool in world.plan.pools},
        {f"{service}/{classes}" for _, service, classes in keys},
    )
    folder = RunFolder(world.root, world.environment)
    return lease(folder, names, keep=not pulumi.runtime.is_dry_run())


def _load(world: World, leased: Lease, key: str, entering: list[str], refusing: list[str]) -> Load:
    subject, service, classes = key.split("/")
    channel = f"{service}/{classes}"
    return Load(
        id=key,
        subject=subject,
        service=service,
        entries={place: leased.entry(place, subject, channel) for place in entering},
        refusals={place: leased.entry(place, subject, channel) for place in refusing},
        order=world.plan.order[key],
        nominal=world.plan.nominal.get(key, {}),
        rate=world.rates.get(key),
    )


def _upstreams(world: World, pools: Mapping[str, Any]) -> tuple[Upstream, ...]:
    """The backends that the plan counts on: those that are about to go get nothing more."""
    planned = {(pool.service, pool.datacenter): pool.after for pool in world.plan.pools}
    return tuple(
        Upstream(
            service,
            datacenter,
            int(backend["backend"]),
            backend["address"],
            backend["nonce"],
            float(backend["capacity"]),
            backend["unit"],
        )
        for datacenter in sorted(pools)
        for service, backends in sorted((pools[datacenter] or {}).items())
        for backend in backends
        if backend["backend"] < planned.get((service, datacenter), 0)
    )
