"""One service of a fleet: what its counts must be to survive its contingencies."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from domicile.headroom import grid
from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.contingency import Contingency, by_law
from domicile.headroom.cut_pool import CutPool
from domicile.headroom.fleet import Cut, Duty, Need, read_need
from domicile.headroom.lazy import Row
from domicile.headroom.network import Network
from domicile.headroom.scenarios import Broken, Scenarios, distinct
from domicile.headroom.steps import Steps
from domicile.headroom.strengthen import strengthened


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
        pools: for each state of the law, the sets of loads known to be short; none where a table
            caps what a pool may take.
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
    pools: tuple[CutPool, ...]
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
        minimum = np.asarray(need.minimum)
        return cls(
            index=index,
            demand=demand,
            contingencies=rows,
            first=first,
            scenario=scenario,
            laws=tuple(laws),
            start=np.array(start, dtype=np.int64),
            pools=tuple(CutPool(law, unit * minimum) for law in laws) if table is None else (),
            level=level[first],
            steps=Steps.of(unit, None if table is None else np.asarray(table), maximum, levels),
            cost=np.asarray(need.unit_cost),
            minimum=minimum,
            maximum=maximum,
            now=np.asarray(need.now),
            duties=tuple(need.duties),
        )

    def broken(self, counts: Floats, slack: float = 0.0) -> list[Broken]:
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

    def broken_by_each(self, counts: Floats) -> list[list[Broken]]:
        """List for each of several whole counts, float [cases, places], what they leave short."""
        if not self.pools:
            return [self.broken(row) for row in counts]
        found: list[list[Broken]] = [[] for _ in counts]
        for start, law in zip(self.start.tolist(), self.laws, strict=True):
            for case, its in enumerate(law.broken_by_each(self.steps.unit[0] * counts)):
                found[case] += [replace(one, scenario=start + one.scenario) for one in its]
        return found

    def rows(self, values: Floats, capped: Bools, slack: float) -> list[Row[Cut]]:
        """Say what columns must be for sets to be served that these values leave short.

        Args:
            values: float [columns]: counts, at least the minimum, then steps.
            capped: bool [places]: where tables cap in this program.
            slack: as in `CutPool.broken`.
        """
        if not self.pools:
            broken = self.broken_at(values, capped, slack)
            return [
                self.row_of(self.cut(its, int(self.first[its.scenario])), capped) for its in broken
            ]
        found: list[Row[Cut]] = []
        for start, law, pool in zip(self.start.tolist(), self.laws, self.pools, strict=True):
            found += self._rows(start, law, pool.broken(self.steps.unit[0] * values, slack))
        return found

    def _rows(self, start: int, law: Scenarios, broken: list[Broken]) -> list[Row[Cut]]:
        """Rows of sets that are short in one state of the law, where nothing caps."""
        if not broken:
            return []
        own = np.array([its.scenario for its in broken])
        short = np.array([its.short for its in broken])
        usable = law.usable(own, short)
        need = law.need(own, short)
        first = self.first[start + own]
        wanted = np.array([self.contingencies[at].demand(self.demand) > 0 for at in first])
        loads = law.network.demands_of(short) & wanted
        factors = _factors(usable * self.steps.unit[0], need)
        return [
            Row(row, Cut(self.index, contingency, whose, where, rate))
            for row, contingency, whose, where, rate in zip(
                factors, first.tolist(), loads, usable > 0, need.tolist(), strict=True
            )
        ]

    def row_of(self, cut: Cut, capped: Bools) -> Row[Cut]:
        """Say what columns must be for these loads to be served, in parts of their demand."""
        given = self.given(cut.contingency, capped)
        given *= np.append(cut.places, cut.places[self.steps.place])
        return Row(_factors(given[None], np.array([cut.demand]))[0], cut)

    def given(self, contingency: int, capped: Bools) -> Floats:
        """What one of each column gives in a contingency: float [columns]."""
        scenario = int(self.scenario[contingency])
        left = self.left(scenario)
        given: Floats = self.steps.factors(int(self.level[scenario]), capped)
        return given * np.append(left, left[self.steps.place])

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
            demand=float(law.need(own, broken.short)),
        )

    def _number(self, scenario: int) -> int:
        return int(np.searchsorted(self.start, scenario, side="right")) - 1

    def _law(self, scenario: int) -> Scenarios:
        return self.laws[self._number(scenario)]


def _factors(given: Floats, need: Floats) -> Floats:
    """Part of what each set needs that one of each column gives: float [sets, columns]."""
    # What is missing within rounding of the need is not missing.
    return strengthened(given / (need * (1 - grid.ROUNDING))[:, None])
