"""A plan → the `config:` of one Pulumi stack for each datacenter and one for the traffic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domicile.legal import Load
from domicile.model.plan import Plan
from domicile.model.stack import TRAFFIC, stack_name
from domicile.situation import Situation

NAMESPACE = "domicile:"
"""Keys of a stack's `config:` that `emit` owns; every other key is the user's."""
Config = dict[str, Any]
Users = Mapping[tuple[str, str], list[Load]]
"""(service, datacenter) → loads."""


def configs(situation: Situation, plan: Plan, digest: str) -> dict[str, Config]:
    """Stack → the keys of its `config:` that `emit` owns."""
    environment = plan.environment
    users = _users(situation, plan)
    found = {
        stack_name(environment, place): _datacenter(situation, plan, place, digest, users)
        for place in situation.places
    }
    found[stack_name(environment, TRAFFIC)] = _traffic(situation, plan, digest)
    return found


def empty_config(situation: Situation, place: str, digest: str) -> Config:
    """A stack whose datacenter is no longer declared: nothing is left to run there."""
    workspace = situation.workspace
    adapter = workspace.environments[situation.environment].adapter
    return _config(
        environment=situation.environment,
        adapter=adapter or workspace.provider_of.get(place, place),
        plan=digest,
        datacenter=place,
        place=_place(situation, place),
        pools=[],
    )


def _place(situation: Situation, place: str) -> Config:
    """Where it is, as its provider and the law name it; nothing where it is not declared."""
    workspace = situation.workspace
    datacenter = workspace.datacenters.get(place)
    if datacenter is None:
        return {"provider": place, "region": place, "country": ""}
    return {
        "provider": workspace.provider_of[place],
        "region": datacenter.name,
        "country": datacenter.law or datacenter.country,
    }


def _datacenter(situation: Situation, plan: Plan, place: str, digest: str, users: Users) -> Config:
    workspace = situation.workspace
    pools = []
    for planned in plan.pools:
        if planned.datacenter != place or not planned.after:
            continue
        pool = situation.known_pools[planned.service, place]
        loads = users.get((planned.service, place), [])
        service, kind = workspace.services[planned.service], workspace.backends[pool.backend]
        asked = {"machine": kind.machine, "image": kind.image, "health": service.health}
        pools.append(
            {
                "service": planned.service,
                "backend": pool.backend,
                "backends": planned.after,
                "capacity": f"{situation.unit_capacity(pool):g} {service.unit}",
                "port": service.port,
                **{key: value for key, value in asked.items() if value is not None},
                "subjects": sorted({load.subject for load in loads}),
                "data_classes": sorted({name for load in loads for name in load.data_classes}),
            }
        )
    config = empty_config(situation, place, digest)
    config[f"{NAMESPACE}pools"] = pools
    return config


def _users(situation: Situation, plan: Plan) -> Users:
    """(service, datacenter) → the loads that some proved routing sends there."""
    by_key = {load.key: load for load in situation.loads}
    users: dict[tuple[str, str], dict[str, Load]] = {}
    routings = [plan.nominal, *(case.changes for case in plan.contingencies)]
    for routing in routings:
        for key, shares in routing.items():
            load = by_key[key]
            for place in shares:
                users.setdefault((load.service, place), {})[key] = load
    return {pair: list(loads.values()) for pair, loads in users.items()}


def _traffic(situation: Situation, plan: Plan, digest: str) -> Config:
    workspace = situation.workspace
    services = sorted({load.service for load in situation.loads})
    environment = workspace.environments[plan.environment]
    places = sorted({pool.datacenter for pool in plan.pools if pool.after})
    names = environment.names
    return _config(
        environment=plan.environment,
        adapter=environment.adapter or (names.adapter if names else "traffic"),
        plan=digest,
        traffic={
            "datacenters": {place: _place(situation, place) for place in places},
            "services": [{"id": name, "unit": workspace.services[name].unit} for name in services],
            **({"zone": names.zone} if names else {}),
        },
    )


def _config(**values: object) -> Config:
    return {f"{NAMESPACE}{key}": value for key, value in values.items()}
