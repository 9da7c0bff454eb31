"""Runs in the peers' environment: largest flows of a file's scenarios, one by one.

The file, of numpy: `admissible` [demands, places], `demand`, `capacity`, whole numbers, and `lost`
[scenarios, places]. Printed: each peer's shortfalls, its seconds for each scenario, and the most
memory that the process had.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python.max_flow import SimpleMaxFlow
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

Whole = NDArray[np.int64]


def by_ortools(links: Whole, demand: Whole, capacity: Whole, lost: list[Whole]) -> list[int]:
    """The graph is built once; only the capacities of lost places change, and change back."""
    demands, places = len(demand), len(capacity)
    source, sink = demands + places, demands + places + 1
    flow = SimpleMaxFlow()
    flow.add_arcs_with_capacity(np.full(demands, source), np.arange(demands), demand)
    flow.add_arcs_with_capacity(
        links[:, 0], demands + links[:, 1], np.full(len(links), demand.sum())
    )
    arcs = flow.add_arcs_with_capacity(demands + np.arange(places), np.full(places, sink), capacity)
    total, missing = int(demand.sum()), []
    for gone in lost:
        flow.set_arcs_capacity(arcs[gone], np.zeros(len(gone), dtype=np.int64))
        if flow.solve(source, sink) != flow.OPTIMAL:
            raise RuntimeError("no largest flow")
        missing.append(total - flow.optimal_flow())
        flow.set_arcs_capacity(arcs[gone], capacity[gone])
    return missing


def by_scipy(links: Whole, demand: Whole, capacity: Whole, lost: list[Whole]) -> list[int]:
    """The sparse matrix is built once; only the entries of lost places change, and change back."""
    demands, places = len(demand), len(capacity)
    source, sink = demands + places, demands + places + 1
    tail = np.concatenate([np.full(demands, source), links[:, 0], demands + np.arange(places)])
    head = np.concatenate([np.arange(demands), demands + links[:, 1], np.full(places, sink)])
    most = np.concatenate([demand, np.full(len(links), demand.sum()), capacity])
    # The numbers of the arcs first, to learn where each one's entry comes to stand.
    graph = csr_array((np.arange(1, len(most) + 1), (tail, head)), shape=(sink + 1, sink + 1))
    entry = np.argsort(graph.data)[-places:]
    graph.data = most[graph.data - 1].astype(np.int32)
    total, missing = int(demand.sum()), []
    for gone in lost:
        graph.data[entry[gone]] = 0
        missing.append(total - int(maximum_flow(graph, source, sink).flow_value))
        graph.data[entry[gone]] = capacity[gone]
    return missing


def main(asked: Path) -> None:
    """Ask both, and tell."""
    question = np.load(asked)
    links = np.argwhere(question["admissible"])
    lost = [np.flatnonzero(row) for row in question["lost"]]
    peers: dict[str, Callable[..., list[int]]] = {"OR-Tools": by_ortools, "scipy": by_scipy}
    told: dict[str, object] = {}
    for name in sys.argv[2:]:
        begun = time.perf_counter()
        missing = peers[name](links, question["demand"], question["capacity"], lost)
        told[name] = {"missing": missing, "each": (time.perf_counter() - begun) / len(lost)}
    told["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
