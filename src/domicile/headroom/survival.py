"""One service of a fleet: what its counts must be to survive its contingencies."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from domicile.headroom import grid
from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.contingency import Contingency, by_law
from domicile.headroom.fleet import Cut, Duty, Need, read_need
from domicile.headroom.lazy import Row
from domicile.headroom.network import Network
from domicile.headroom.scenarios import Broken, Scenarios, distinct
from domicile.headroom.steps import Steps


@dataclass(frozen=True, slots=True, eq=False)
class Survival:
    """A service's need, with every different contingency once.

    Contingencies in which the same law has fallen share a network, so each network has scenarios
    of its own; they are numbered through.

    Attributes:
        index: of the service.
        demand: float [loads], nominal.
        contingencies: all of them, as given.
        first: int [scenarios]: the first contingency of each scenario.
        scenario: int [contingencies]: whose scenario it is.
        laws: the different scenarios, for each state of the law.
        start: int [laws]: the number of the first scenario of each.
        level: int [scenarios]: which of the utilisations in `steps` holds.
        steps: the columns of a program, and what each gives at each utilisation. What is left of
            a place, in `laws`, is a part of that.
        cost: float [places].
        minimum, maximum, now: int [places].
        duties: what must stand where.
    """

    index: int
    demand: Floats
    contingencies: tuple[Contingency, ...]
    first: Integers
    scenario: Integers
    laws: tuple[Scenarios, ...]
    start: Integers
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
        admissible = np.asarray(need.admissible)
        demand = np.asarray(need.demand)
        rows = tuple(need.contingencies)
        table = need.capacity_table
        # In proportion, utilisation is but one more part that is left.
        strain = np.array([1.0 if table is None else row.utilisation for row in rows])
        levels, level = np.unique(strain, return_inverse=True)
        maximum = np.minimum(np.asarray(need.maximum), quota).astype(np.int64)
        unit = np.asarray(need.unit_capacity)
        scenario = np.zeros(len(rows), dtype=np.int64)
        laws, start, first = [], [], np.zeros(0, dtype=np.int64)
        for members in by_law(rows):
            of_it = np.array(members, dtype=np.int64)
            rates = np.array([rows[at].demand(demand) for at in members])
            left = np.array(
                [rows[at].left if table is None else rows[at].standing for at in members]
            )
            kept, which = distinct(np.column_stack([rates, left, level[of_it]]))
            network = Network.of(rows[members[0]].open(admissible))
            laws.append(Scenarios(network, network.of_demands(rates[kept]), left[kept]))
            start.append(len(first))
            scenario[of_it] = which + len(first)
            first = np.append(first, of_it[kept])
        return cls(
            index=index,
            demand=demand,
            contingencies=rows,
            first=first,
            scenario=scenario,
            laws=tuple(laws),
            start=np.array(start, dtype=np.int64),
            level=level[first],
            steps=Steps.of(unit, None if table is None else np.asarray(table), maximum, levels),
            cost=np.asarray(need.unit_cost),
            minimum=np.asarray(need.minimum),
            maximum=maximum,
            now=np.asarray(need.now),
            duties=tuple(need.duties),
        )

    def broken(self, counts: Floats, slack: float = grid.ROUNDING) -> list[Broken]:
        """Scenarios that these whole counts leave short, worst first."""
        everywhere = np.ones(len(counts), dtype=np.bool_)
        return self.broken_at(self.steps.of_counts(counts), everywhere, slack)

    def broken_at(self, values: Floats, capped: Bools, slack: float) -> list[Broken]:
        """Scenarios that these columns leave short, where so many places are capped."""
        capacity = self.steps.capacity(values, capped)
        of_each = capacity[self.level] if len(capacity) > 1 else None
        found = [
            replace(its, scenario=int(start) + its.scenario)
            for start, law in zip(self.start, self.laws, strict=True)
            for its in law.broken(
                capacity[0] if of_each is None else of_each[start : start + len(law.left)], slack
            )
        ]
        return sorted(found, key=lambda its: -its.missing) if len(self.laws) > 1 else found

    def homeless(self, contingency: int) -> Bools:
        """Loads with demand in a contingency, and no admissible place: bool [loads]."""
        wanted = self.contingencies[contingency].demand(self.demand) > 0
        return self._law(int(self.scenario[contingency])).network.homeless & wanted

    def left(self, scenario: int) -> Floats:
        """What part of what each place gives at its utilisation is left: float [places]."""
        law = self._number(scenario)
        part: Floats = self.laws[law].left[scenario - self.start[law]]
        return part

    def row(self, broken: Broken, capped: Bools) -> Row[Cut]:
        """Say what columns must be for this set to be served, in parts of its demand."""
        return self.row_of(self.cut(broken, int(self.first[broken.scenario])), capped)

    def row_of(self, cut: Cut, capped: Bools) -> Row[Cut]:
        """Say what columns must be for these loads to be served, in parts of their demand."""
        scenario = int(self.scenario[cut.contingency])
        left = np.where(cut.places, self.left(scenario), 0.0)
        given = self.steps.factors(int(self.level[scenario]), capped)
        given *= np.append(left, left[self.steps.place])
        # One backend that gives more than all that is needed helps no more than that.
        return Row(rounded(np.minimum(given / cut.demand, 1.0)), cut)

    def cut(self, broken: Broken, contingency: int) -> Cut:
        """Name the loads and places of a set."""
        number = self._number(broken.scenario)
        law, own = self.laws[number], int(broken.scenario - self.start[number])
        wanted = self.contingencies[contingency].demand(self.demand) > 0
        return Cut(
            service=self.index,
            contingency=contingency,
            loads=law.network.demands_of(broken.short) & wanted,
            places=law.usable(own, broken.short) > 0,
            demand=law.need(own, broken.short),
        )

    def _number(self, scenario: int) -> int:
        return int(np.searchsorted(self.start, scenario, side="right")) - 1

    def _law(self, scenario: int) -> Scenarios:
        return self.laws[self._number(scenario)]


def rounded(factors: Floats) -> Floats:
    """Ask for whole backends, where every place gives the same: 3.2 of them are 4.

    What lies within the solver's tolerance of a whole number is not rounded up.
    """
    given = factors[factors > 0]
    if not len(given) or given.min() < given.max():
        return factors
    return np.where(factors > 0, 1.0 / np.ceil(1.0 / given[0] - 1e-9), 0.0)
