"""What is asked of each service: demand, carried on through what services depend on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from domicile.headroom import cycles, propagate
from domicile.legal import Load
from domicile.model.service import Demand, Service
from domicile.model.tokens import Priority
from domicile.situation.declared import Declared


class Demanded(Declared):
    """Loads, by service, subject and data classes."""

    @cached_property
    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """Every way in which services depend on themselves."""
        return tuple(cycles(self._declared_dependencies))

    @cached_property
    def dependencies(self) -> dict[str, tuple[tuple[str, float], ...]]:
        """Service → the known services that it depends on, with fan-out; cycles are cut open."""
        found = dict(self._declared_dependencies)
        for cycle in self.cycles:
            found[cycle[0]] = ()
        return found

    @property
    def _declared_dependencies(self) -> dict[str, tuple[tuple[str, float], ...]]:
        services = self.workspace.services
        return {
            service.id: tuple(
                (dependency.service, dependency.fan_out)
                for dependency in service.depends_on
                if dependency.service in services
            )
            for service in services.values()
        }

    @cached_property
    def loads(self) -> tuple[Load, ...]:
        """Demand, propagated through dependencies and summed; by service, then subject."""
        services = self.workspace.services
        demands = {demand.id: demand for demand in self.demand if demand.service in services}
        rates = propagate(
            self.dependencies,
            {(each.service, each.id): each.rate.value for each in demands.values()},
        )
        merged: dict[tuple[str, str, tuple[str, ...]], dict[str, float]] = {}
        for (service, name), rate in rates.items():
            demand = demands[name]
            key = (service, demand.subject, self.classes_at(demand, services[service]))
            merged.setdefault(key, {})[name] = rate
        return tuple(
            Load(
                subject,
                service,
                classes,
                sum(parts.values()),
                tuple(sorted(parts)),
                _by_priority({name: demands[name] for name in parts}, parts),
            )
            for (service, subject, classes), parts in sorted(merged.items())
        )

    def reached(self, service: str) -> tuple[str, ...]:
        """A service and all that it depends on, in order of their ids."""
        rates = propagate(self.dependencies, {(service, ""): 1.0})
        return tuple(sorted(name for name, _ in rates))

    @staticmethod
    def classes_at(demand: Demand, service: Service) -> tuple[str, ...]:
        """The data classes of a demand that reach a service.

        Where the service declares none of them, all are taken to reach it: what is not known to
        be kept out is judged as if it came in.
        """
        handled = tuple(sorted(set(demand.data_classes) & set(service.data_classes)))
        return handled or tuple(sorted(set(demand.data_classes)))


def _by_priority(
    demands: Mapping[str, Demand], rates: Mapping[str, float]
) -> tuple[tuple[Priority, float], ...]:
    """Rates added up by priority, last to be served first."""
    found: dict[Priority, float] = {}
    for name, demand in demands.items():
        found[demand.priority] = found.get(demand.priority, 0.0) + rates[name]
    return tuple(sorted(found.items(), key=lambda each: each[0].rank))
