"""What demand on one service asks of the services that it depends on."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def propagate(
    services: Mapping[str, Sequence[tuple[str, float]]],
    demands: Mapping[tuple[str, Key], float],
) -> dict[tuple[str, Key], float]:
    """Add up what every service must serve: rate times fan-out, transitively.

    Args:
        services: service → the services that it depends on, each with its fan-out: units of
            their work for each unit of its own.
        demands: (service, key) → rate in the service's unit. The key says whose demand it is
            (its subject, or its id) and is passed on unchanged.

    Returns:
        (service, key) → rate, own demand included: services before those that they depend on,
        keys in the order in which they were given.

    Raises:
        ValueError: naming the cycle, when services depend on each other in a circle; naming the
            service, when one is not among `services`.
    """
    order = dependants_first(services)
    for service, _ in demands:
        if service not in services:
            raise ValueError(f"`{service}` is not a service")
    rates: dict[str, dict[Key, float]] = {service: {} for service in order}
    for (service, key), rate in demands.items():
        rates[service][key] = rates[service].get(key, 0.0) + rate
    for service in order:
        for needed, fan_out in services[service]:
            for key, rate in rates[service].items():
                rates[needed][key] = rates[needed].get(key, 0.0) + rate * fan_out
    return {(service, key): rate for service in order for key, rate in rates[service].items()}


def dependants_first(services: Mapping[str, Sequence[tuple[str, float]]]) -> tuple[str, ...]:
    """Order services so that each stands before those that it depends on.

    Raises:
        ValueError: naming the cycle or the unknown service.
    """
    for service, dependencies in services.items():
        for needed, _ in dependencies:
            if needed not in services:
                raise ValueError(f"`{service}` depends on `{needed}`, which is not a service")
    graph = {
        service: [needed for needed, _ in dependencies]
        for service, dependencies in services.items()
    }
    try:
        order = tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " → ".join(f"`{service}`" for service in reversed(error.args[1]))
        raise ValueError(f"services depend on each other in a circle: {circle}") from error
    return order[::-1]


def cycles(services: Mapping[str, Sequence[tuple[str, float]]]) -> list[tuple[str, ...]]:
    """Every way in which services depend on themselves, one for each first service on it."""
    found: list[tuple[str, ...]] = []
    open_: dict[str, Sequence[tuple[str, float]]] = dict(services)
    while True:
        sorter = TopologicalSorter({name: [n for n, _ in needs] for name, needs in open_.items()})
        try:
            sorter.prepare()
        except CycleError as error:
            circle = tuple(reversed(error.args[1]))[:-1]
            start = circle.index(min(circle))
            found.append(circle[start:] + circle[:start])
            open_[found[-1][0]] = ()
        else:
            return found
