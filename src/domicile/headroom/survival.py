"""One service of a fleet: what its counts must be to survive its contingencies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domicile.headroom import grid
from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.contingency import Contingency
from domicile.headroom.fleet import Cut, Duty, Need, read_need
from domicile.headroom.lazy import Row
from domicile.headroom.network import Network
from domicile.headroom.scenarios import Broken, Scenarios, distinct


@dataclass(frozen=True, slots=True, eq=False)
class Survival:
    """A service's need, with every different contingency once.

    Attributes:
        index: of the service.
        demand: float [loads], nominal.
        homeless: bool [loads]: with demand, but no admissible place.
        contingencies: all of them, as given.
        first: int [scenarios]: the first contingency of each scenario.
        scenario: int [contingencies]: whose scenario it is.
        scenarios: the different ones.
        unit, cost: float [places].
        minimum, maximum, now: int [places].
        duties: what must stand where.
    """

    index: int
    demand: Floats
    homeless: Bools
    contingencies: tuple[Contingency, ...]
    first: Integers
    scenario: Integers
    scenarios: Scenarios
    unit: Floats
    cost: Floats
    minimum: Integers
    maximum: Integers
    now: Integers
    duties: tuple[Duty, ...]

    @classmethod
    def of(cls, given: Need, index: int, quota: Floats) -> Survival:
        """Read a need; no maximum exceeds its place's quota.

        Raises:
            ValueError: naming the service's index and the argument.
        """
        need = read_need(given, index)
        network = Network.of(np.asarray(need.admissible))
        demand = np.asarray(need.demand)
        rows = tuple(need.contingencies)
        places = len(np.asarray(need.minimum))
        factor = np.array([row.demand_factor for row in rows], dtype=np.float64)
        usable = np.array([row.utilisation for row in rows], dtype=np.float64)
        lost = np.array([row.lost for row in rows], dtype=np.bool_).reshape(len(rows), places)
        left = np.where(lost, 0.0, usable[:, None])
        first, scenario = distinct(np.column_stack([factor, left]))
        rates = factor[first, None] * demand
        return cls(
            index=index,
            demand=demand,
            homeless=network.homeless & (demand > 0),
            contingencies=rows,
            first=first,
            scenario=scenario,
            scenarios=Scenarios(network, network.of_demands(rates), left[first]),
            unit=np.asarray(need.unit_capacity),
            cost=np.asarray(need.unit_cost),
            minimum=np.asarray(need.minimum),
            maximum=np.minimum(np.asarray(need.maximum), quota).astype(np.int64),
            now=np.asarray(need.now),
            duties=tuple(need.duties),
        )

    def broken(self, counts: Floats, slack: float = grid.ROUNDING) -> list[Broken]:
        """Scenarios that these counts leave short, worst first."""
        return self.scenarios.broken(self.unit * counts, slack)

    def row(self, broken: Broken) -> Row[Cut]:
        """Say what counts must be for this set to be served, in parts of its demand."""
        return self.row_of(self.cut(broken, int(self.first[broken.scenario])))

    def row_of(self, cut: Cut) -> Row[Cut]:
        """Say what counts must be for these loads to be served, in parts of their demand."""
        left = self.scenarios.left[self.scenario[cut.contingency]]
        # One backend that gives more than all that is needed helps no more than that.
        factors = np.minimum(np.where(cut.places, left, 0.0) * self.unit / cut.demand, 1.0)
        return Row(rounded(factors), cut)

    def cut(self, broken: Broken, contingency: int) -> Cut:
        """Name the loads and places of a set."""
        usable = self.scenarios.usable(broken.scenario, broken.short)
        return Cut(
            service=self.index,
            contingency=contingency,
            loads=self.scenarios.network.demands_of(broken.short) & (self.demand > 0),
            places=usable > 0,
            demand=float(self.scenarios.need(broken.scenario, broken.short)),
        )


def rounded(factors: Floats) -> Floats:
    """Ask for whole backends, where every place gives the same: 3.2 of them are 4.

    What lies within the solver's tolerance of a whole number is not rounded up.
    """
    given = factors[factors > 0]
    if not len(given) or given.min() < given.max():
        return factors
    return np.where(factors > 0, 1.0 / np.ceil(1.0 / given[0] - 1e-9), 0.0)
