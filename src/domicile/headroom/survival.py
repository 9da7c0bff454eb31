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
from domicile.headroom.steps import Steps


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
        scenarios: the different ones. What is left of a place is a part of what its backends
            give at the scenario's utilisation.
        level: int [scenarios]: which of the utilisations in `steps` that is.
        steps: the columns of a program, and what each gives.
        cost: float [places].
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
    level: Integers
    steps: Steps
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
        maximum = np.minimum(np.asarray(need.maximum), quota).astype(np.int64)
        unit = np.asarray(need.unit_capacity)
        if need.capacity_table is None:
            # In proportion, so utilisation is one more part that is left.
            table, levels, level = None, np.ones(1), np.zeros(len(rows), dtype=np.int64)
            left = np.where(lost, 0.0, usable[:, None])
        else:
            table = np.asarray(need.capacity_table)
            levels, level = np.unique(usable, return_inverse=True)
            left = np.where(lost, 0.0, 1.0)
        first, scenario = distinct(np.column_stack([factor, level, left]))
        rates = factor[first, None] * demand
        return cls(
            index=index,
            demand=demand,
            homeless=network.homeless & (demand > 0),
            contingencies=rows,
            first=first,
            scenario=scenario,
            scenarios=Scenarios(network, network.of_demands(rates), left[first]),
            level=level[first],
            steps=Steps.of(unit, table, maximum, levels),
            cost=np.asarray(need.unit_cost),
            minimum=np.asarray(need.minimum),
            maximum=maximum,
            now=np.asarray(need.now),
            duties=tuple(need.duties),
        )

    def broken(self, counts: Floats, slack: float = grid.ROUNDING) -> list[Broken]:
        """Scenarios that these whole counts leave short, worst first."""
        return self.broken_at(self.steps.of_counts(counts), slack)

    def broken_at(self, values: Floats, slack: float) -> list[Broken]:
        """Scenarios that these values of all columns leave short, worst first."""
        capacity = self.steps.capacity(values, len(self.minimum))
        return self.scenarios.broken(
            capacity[self.level] if len(capacity) > 1 else capacity[0], slack
        )

    def row(self, broken: Broken) -> Row[Cut]:
        """Say what counts must be for this set to be served, in parts of its demand."""
        return self.row_of(self.cut(broken, int(self.first[broken.scenario])))

    def row_of(self, cut: Cut) -> Row[Cut]:
        """Say what counts must be for these loads to be served, in parts of their demand."""
        scenario = self.scenario[cut.contingency]
        left = np.where(cut.places, self.scenarios.left[scenario], 0.0)
        given = left[self.steps.place] * self.steps.gain[self.level[scenario]]
        # One backend that gives more than all that is needed helps no more than that.
        return Row(rounded(np.minimum(given / cut.demand, 1.0)), cut)

    def cut(self, broken: Broken, contingency: int) -> Cut:
        """Name the loads and places of a set."""
        usable = self.scenarios.usable(broken.scenario, broken.short)
        return Cut(
            service=self.index,
            contingency=contingency,
            loads=self.scenarios.network.demands_of(broken.short) & (self.demand > 0),
            places=usable > 0,
            demand=self.scenarios.need(broken.scenario, broken.short),
        )


def rounded(factors: Floats) -> Floats:
    """Ask for whole backends, where every place gives the same: 3.2 of them are 4.

    What lies within the solver's tolerance of a whole number is not rounded up.
    """
    given = factors[factors > 0]
    if not len(given) or given.min() < given.max():
        return factors
    return np.where(factors > 0, 1.0 / np.ceil(1.0 / given[0] - 1e-9), 0.0)
