"""Walks through a rollout, every prefix and every half-done step, by simpler means.

What can be served is asked of networkx, one contingency at a time. The law is asked one pair at a
time. A pool that grows or shrinks may stand at any number in between; while traffic changes, each
load may still enter by the old routing or already by the new one.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping

import networkx as nx

from domicile.headroom import Contingency
from domicile.model.plan import Cost, Plan, PlannedPool
from domicile.model.rollout import StepKind
from domicile.rollout import Counts, Key, Rollout, Start
from domicile.rollout.steps import routed
from domicile.situation import Situation
from domicile.strain import Strain

NOISE = 1e-6
"""Part of a service's demand that rounding may move."""
_EVERY = 16
"""Most assignments of loads to old and new routings that are all tried."""


def plan_of(situation: Situation, counts: Counts) -> Plan:
    """A plan with these counts, routed as the planner routes."""
    bare = Plan(
        environment="production",
        as_of=situation.as_of,
        inputs="",
        verdicts="",
        optimal=False,
        cost=Cost(now=0, after=0),
        pools=(),
        nominal={},
        contingencies=(),
        order={},
    )
    found = routed(situation, bare, counts)
    pools = [
        PlannedPool(service=s, datacenter=p, now=0, after=counts.get((s, p), 0))
        for s, p in situation.known_pools
    ]
    return found.model_copy(update={"pools": tuple(pools)})


class Walk:
    """One rollout in its world."""

    def __init__(self, situation: Situation, start: Start, found: Rollout, seed: int = 0) -> None:
        self.situation, self.start, self.found = situation, start, found
        self.random = random.Random(seed)
        self.lawful = {
            load.key: {
                place
                for place in situation.places
                if (load.service, place) in situation.known_pools
                and situation.explain(load, place).verdict.lets_through
                and place in situation.allowed[load.key]
            }
            for load in situation.loads
        }
        self.may = {
            (name, case.ids): self.short(
                strain, case, {load.key: start.counted for load in strain.loads}
            )
            for name, strain in situation.strains.items()
            for case in strain.contingencies
        }

    def check(self) -> int:
        """Assert what must hold in every state; how many states were looked at."""
        standing, counted = self.start.standing, self.start.counted
        states = 0
        for step, after, routing in zip(
            self.found.steps, self.found.standing, self.found.routing, strict=True
        ):
            if step.kind is StepKind.TRAFFIC:
                assert routing is not None
                assert _equal(standing, after)
                self.routing_is_lawful(
                    routing.plan.nominal, *(c.changes for c in routing.plan.contingencies)
                )
                for halves in self.halves(counted, routing.counted):
                    self.serves(halves)
                    states += 1
                counted = routing.counted
            else:
                assert routing is None
                for between in self.between(standing, after):
                    self.within_quotas(between)
                    self.stands(between, counted)
                    states += 1
                standing = after
            self.within_quotas(standing)
            self.stands(standing, counted)
            self.serves({load.key: (counted, counted) for load in self.situation.loads})
            states += 1
        return states

    def stands(self, standing: Counts, counted: Counts) -> None:
        """Traffic counts on nothing that does not stand, so what it serves is what was asked."""
        for key, count in counted.items():
            assert count <= standing.get(key, 0), key

    def within_quotas(self, standing: Counts) -> None:
        """No place holds more than its quota, or than it held at the start."""
        for place in self.situation.places:
            quota = self.situation.workspace.datacenters[place].quota
            held = sum(n for (_, at), n in standing.items() if at == place)
            before = sum(n for (_, at), n in self.start.standing.items() if at == place)
            assert quota is None or held <= max(quota.value, before), place

    def routing_is_lawful(self, *routings: Mapping[str, Mapping[str, float]]) -> None:
        """Nobody is sent where the law, asked one pair at a time, lets nobody go."""
        for routing in routings:
            for load, shares in routing.items():
                assert set(shares) <= self.lawful[load], load

    def between(self, one: Counts, other: Counts) -> Iterator[dict[Key, int]]:
        """Some of what a half-done step of pools may leave."""
        for _ in range(3):
            yield {
                key: self.random.randint(*sorted((one.get(key, 0), other.get(key, 0))))
                for key in one.keys() | other.keys()
            }

    def halves(self, old: Counts, new: Counts) -> Iterator[dict[str, tuple[Counts, Counts]]]:
        """Each load by the old routing or the new: all ways where few, some where many."""
        keys = [load.key for load in self.situation.loads]
        ways = itertools.product((old, new), repeat=len(keys))
        if 2 ** len(keys) > _EVERY:
            ways = (tuple(self.random.choice((old, new)) for _ in keys) for _ in range(_EVERY))  # type: ignore[assignment]
        for way in ways:
            yield {
                key: (mine, old if mine is new else new)
                for key, mine in zip(keys, way, strict=True)
            }

    def serves(self, halves: Mapping[str, tuple[Counts, Counts]]) -> None:
        """Nothing is missing that was not missing at the start, nor lets the policy miss any."""
        for name, strain in self.situation.strains.items():
            knows = {load.key: halves[load.key][0] for load in strain.loads}
            for case in strain.contingencies:
                short = self.short(strain, case, knows)
                assert short <= self.may[name, case.ids] + NOISE * float(strain.rate.sum()), (
                    name,
                    case.ids,
                )

    def short(self, strain: Strain, case: Contingency, knows: Mapping[str, Counts]) -> float:
        """What is missing where each load knows of so many backends of each pool."""
        graph = nx.DiGraph()
        graph.add_nodes_from(["source", "sink"])
        wanted = 0.0
        surges = [1.0] * len(strain.loads) if case.surges is None else case.surges.tolist()
        kept = [1.0] * len(strain.places) if case.kept is None else case.kept.tolist()
        part = {
            place: 0.0 if lost else case.utilisation * keeps
            for place, lost, keeps in zip(strain.places, case.lost, kept, strict=True)
        }
        layers: dict[str, set[int]] = {}
        for load, surge in zip(strain.loads, surges, strict=True):
            rate = load.rate * case.demand_factor * surge
            wanted += rate
            graph.add_edge("source", load.key, capacity=rate)
            for place in self.lawful[load.key]:
                count = knows[load.key].get((strain.service, place), 0)
                if count and part[place]:
                    graph.add_edge(load.key, (place, count))
                    layers.setdefault(place, set()).add(count)
        for place, counts in layers.items():
            unit = self.situation.unit_capacity(self.situation.known_pools[strain.service, place])
            # Who knows of more backends knows of those that others know of too: a larger number
            # has room of its own, and passes on into the room of the smaller ones.
            ordered = sorted(counts)
            for fewer, many in itertools.pairwise(ordered):
                graph.add_edge((place, many), (place, fewer))
                graph.add_edge((place, many), "sink", capacity=(many - fewer) * unit * part[place])
            graph.add_edge((place, ordered[0]), "sink", capacity=ordered[0] * unit * part[place])
        return wanted - float(nx.maximum_flow_value(graph, "source", "sink"))


def _equal(one: Counts, other: Counts) -> bool:
    return all(one.get(key, 0) == other.get(key, 0) for key in one.keys() | other.keys())
