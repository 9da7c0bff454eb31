"""One service of a fleet: what its counts must be to survive its contingencies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domicile.headroom import grid
from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.contingency import Contingency
from domicile.headroom.cut_pool import CutPool
from domicile.headroom.fleet import Cut, Duty, Need, read_need
from domicile.headroom.lazy import Row
from domicile.headroom.network import Network
from domicile.headroom.scenarios import Broken, Scenarios, distinct
from domicile.headroom.strengthen import strengthened


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
        pool: which sets of loads they leave short.
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
    pool: CutPool
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
        scenarios = Scenarios(network, network.of_demands(rates), left[first])
        unit, minimum = np.asarray(need.unit_capacity), np.asarray(need.minimum)
        return cls(
            index=index,
            demand=demand,
            homeless=network.homeless & (demand > 0),
            contingencies=rows,
            first=first,
            scenario=scenario,
            scenarios=scenarios,
            pool=CutPool(scenarios, unit * minimum),
            unit=unit,
            cost=np.asarray(need.unit_cost),
            minimum=minimum,
            maximum=np.minimum(np.asarray(need.maximum), quota).astype(np.int64),
            now=np.asarray(need.now),
            duties=tuple(need.duties),
        )

    def broken(self, counts: Floats, slack: float = grid.ROUNDING) -> list[Broken]:
        """Scenarios that these counts leave short, worst first."""
        return self.scenarios.broken(self.unit * counts, slack)

    def broken_by_each(self, counts: Floats) -> list[list[Broken]]:
        """List for each of several counts, float [cases, places], what they leave short."""
        return self.scenarios.broken_by_each(self.unit * counts)

    def rows(self, counts: Floats, slack: float) -> list[Row[Cut]]:
        """Say what counts must be for sets to be served that these leave short.

        Args:
            counts: float [places], at least the minimum.
            slack: as in `CutPool.broken`.
        """
        broken = self.pool.broken(self.unit * counts, slack)
        if not broken:
            return []
        scenario = np.array([its.scenario for its in broken])
        short = np.array([its.short for its in broken])
        usable = self.scenarios.usable(scenario, short)
        need = self.scenarios.need(scenario, short)
        loads = self.scenarios.network.demands_of(short) & (self.demand > 0)
        first, demand = self.first[scenario].tolist(), need.tolist()
        return [
            Row(factors, Cut(self.index, contingency, whose, where, rate))
            for factors, contingency, whose, where, rate in zip(
                self.factors(usable, need), first, loads, usable > 0, demand, strict=True
            )
        ]

    def row_of(self, cut: Cut) -> Row[Cut]:
        """Say what counts must be for these loads to be served, in parts of their demand."""
        left = self.scenarios.left[self.scenario[cut.contingency]]
        usable = np.where(cut.places, left, 0.0)
        return Row(self.factors(usable[None], np.array([cut.demand]))[0], cut)

    def factors(self, usable: Floats, need: Floats) -> Floats:
        """Part of what a set needs that one backend gives: float [sets, places]."""
        # What is missing within rounding of the need is not missing.
        return strengthened(usable * self.unit / (need * (1 - grid.ROUNDING))[:, None])

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
