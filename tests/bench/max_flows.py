"""Shortfalls of every contingency, against networkx's maximum flow, one contingency at a time."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from table import Row, Table, yes

from domicile.headroom import as_arrays, shortfalls
from domicile.model.tokens import Counts
from domicile.situation import Situation
from domicile.workspace import load, load_law

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 23)
GRID = 1e6
"""networkx is given whole millionths: its flows of fractions may not end."""


def measure(*, quick: bool) -> list[Table]:
    """The reference workspace's services, with what stands today, after every contingency."""
    workspace = load(ROOT)
    law = load_law(workspace)
    situation = Situation(workspace, law, "production", DAY, Counts.EXISTING)
    rows = []
    for service in ("telephony",) if quick else ("telephony", "signalling"):
        strain = situation.strains[service]
        wanted, failures = as_arrays(strain.contingencies, strain.rate)
        question = (strain.admissible, wanted, strain.capacity, failures)
        shortfalls(*question)
        begun = time.perf_counter()
        ours = shortfalls(*question)
        between = time.perf_counter()
        theirs = _one_by_one(*question)
        ended = time.perf_counter()
        off = float(np.abs(ours - theirs).max())
        same = off <= strain.admissible.size / GRID
        loads, places = strain.admissible.shape
        task = f"{service}: {len(ours)} contingencies, {loads} loads, {places} places"
        seconds = (between - begun, ended - between)
        equal = f"{yes(same)} (largest difference {off:.0e})"
        rows.append(Row(task, seconds[0], "networkx", seconds[1], "s", 0.1, equal))
    note = (
        "`networkx.maximum_flow_value` by preflow-push, one graph for each contingency, its making "
        "included. The peer counts in millionths of a unit, hence the difference that is allowed: "
        "a millionth for each pair of load and place."
    )
    return [Table("Headroom: exact shortfalls", tuple(rows), note)]


def _one_by_one(
    admissible: NDArray[np.bool_],
    demand: NDArray[np.float64],
    capacity: NDArray[np.float64],
    failures: NDArray[np.float64],
) -> NDArray[np.float64]:
    """[contingencies]: demand less the maximum flow."""
    missing = []
    for number, lost in enumerate(failures):
        wanted = demand[number] if demand.ndim > 1 else demand
        graph = nx.DiGraph()
        graph.add_nodes_from(("source", "sink"))
        for row, rate in enumerate(wanted):
            graph.add_edge("source", ("load", row), capacity=round(float(rate) * GRID))
            for place in np.flatnonzero(admissible[row]):
                graph.add_edge(("load", row), ("place", int(place)))
        for place, most in enumerate(capacity * (1.0 - lost)):
            graph.add_edge(("place", place), "sink", capacity=round(float(most) * GRID))
        flow = nx.maximum_flow_value(graph, "source", "sink")
        missing.append(float(wanted.sum()) - flow / GRID)
    return np.array(missing)
