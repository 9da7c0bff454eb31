"""Cheapest link capacity after any single loss, against HiGHS on all losses as one program."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any, NamedTuple

import highspy
import networkx as nx
import numpy as np
from numpy.typing import NDArray
from table import Row, Table, yes

from domicile.headroom import expand_links
from domicile.headroom.multiflow import from_few

PYTHON = Path(__file__).resolve().parents[2] / ".venv-bench/bin/python"
SMALL = ("sndlib/abilene", "sndlib/polska", "sndlib/nobel-germany", "topozoo/Abilene")
LARGER = (
    "sndlib/geant",
    "topozoo/Darkstrand",
    "sndlib/nobel-eu",
    "sndlib/france",
    "sndlib/cost266",
)
ALONE = ("sndlib/germany50",)
"""On this the peer takes many minutes."""

BOTH = 30_000
"""Columns above which the simplex method is not tried any more: it is then the slower one."""

AIM = 0.1
EQUAL = 1e-6
READ = "import json, sys, topohub; print(json.dumps([topohub.get(key) for key in sys.argv[1:]]))"


class _Quiet(highspy.Highs):
    """HiGHS prints a banner while it is constructed unless told here not to."""

    def enableCallbacks(self) -> None:  # noqa: N802 - HiGHS's own name
        self.silent()
        super().enableCallbacks()


class Network(NamedTuple):
    """One network, as `expand_links` takes it."""

    key: str
    ends: NDArray[np.int64]
    cost: NDArray[np.float64]
    source: NDArray[np.int64]
    sink: NDArray[np.int64]
    rate: NDArray[np.float64]
    lost: NDArray[np.bool_]

    def describe(self) -> str:
        """Its size in words."""
        nodes, links = len(np.unique(self.ends)), len(self.ends)
        return f"{self.key}: {nodes} nodes, {links} links, {len(self.lost)} losses"


def measure(*, quick: bool) -> list[Table]:
    """Small networks beside the peer; without `quick` larger ones too, and some alone."""
    title = "Headroom: cheapest link capacity after any single loss"
    if not PYTHON.exists():
        return [Table(title, (), "`topohub` is not installed: no networks.")]
    rows = []
    for network in _networks(SMALL if quick else SMALL + LARGER):
        cost, ours, _ = _ours(network)
        least, theirs, method = _peer(network)
        same = abs(cost - least) <= EQUAL * least
        aim = AIM if network.key in LARGER else None
        equal = f"{yes(same)} (differ by {abs(cost - least) / least:.0e})"
        peer = f"HiGHS, {method}"
        rows.append(Row(network.describe(), ours, peer, theirs, "s", aim, equal))
    alone = [] if quick else [_alone(network) for network in _networks(ALONE)]
    note = (
        "Networks and demands of SNDlib, networks of the Topology Zoo with a demand of 1 between "
        "any two nodes, both from `topohub`; nothing is there yet, a unit costs the link's length. "
        "Lost is each link in turn, without those whose loss parts the network: no capacity mends "
        "that. The peer is one linear program over all losses, with as few commodities as ours "
        "has, passed as arrays; the making of these arrays is not counted. Up to "
        f"{BOTH:,} columns its simplex and its interior point method are both run and the faster "
        "one counts; above, only the latter (without crossover, which only costs time). Processor "
        "time of one run, one thread each."
        + "".join(f" Without the peer: {line}." for line in alone)
    )
    return [Table(title, tuple(rows), note)]


def _networks(keys: tuple[str, ...]) -> list[Network]:
    text = subprocess.run([str(PYTHON), "-c", READ, *keys], check=True, capture_output=True)
    return [_network(key, given) for key, given in zip(keys, json.loads(text.stdout), strict=True)]


def _network(key: str, given: dict[str, Any]) -> Network:
    graph = nx.Graph()
    graph.add_nodes_from(node["id"] for node in given["nodes"])
    links = [link for link in given["edges"] if link["source"] != link["target"]]
    ends = np.array([(link["source"], link["target"]) for link in links], dtype=np.int64)
    graph.add_edges_from(ends.tolist())
    flows = [
        (int(source), int(sink), float(rate))
        for source, row in given["graph"].get("demands", {}).items()
        for sink, rate in row.items()
    ] or [
        (source, sink, 1.0)
        for part in nx.connected_components(graph)
        for source in part
        for sink in part
        if source != sink
    ]
    source, sink, rate = (np.array(column) for column in zip(*flows, strict=True))
    bridges = {frozenset(pair) for pair in nx.bridges(graph)}
    mended = [index for index, pair in enumerate(ends.tolist()) if frozenset(pair) not in bridges]
    lost = np.eye(len(ends), dtype=np.bool_)[mended]
    cost = np.array([link["dist"] for link in links], dtype=np.float64)
    return Network(key, ends, cost, source, sink, rate, lost)


def _ours(network: Network) -> tuple[float, float, bool]:
    """Least cost, seconds, and whether it is proved."""
    tail, head = network.ends.T
    flows = (network.source, network.sink, network.rate)
    begun = time.process_time()
    answer = expand_links(tail, head, np.zeros(len(tail)), network.cost, *flows, network.lost)
    return answer.cost, time.process_time() - begun, answer.proved


def _alone(network: Network) -> str:
    cost, seconds, proved = _ours(network)
    return f"{network.describe()}, {cost:.10g} in {seconds:.3g} s, {'' if proved else 'not '}proved"


def _peer(network: Network) -> tuple[float, float, str]:
    """Least cost, seconds, and the method that took them."""
    program, unit = _extensive(network)
    methods = {"ipx": "interior point"}
    if program.num_col_ <= BOTH:
        methods["simplex"] = "simplex"
    answers = []
    for method, name in methods.items():
        highs = _Quiet()
        options = {"output_flag": False, "threads": 1, "solver": method, "run_crossover": "off"}
        for option, value in options.items():
            highs.setOptionValue(option, value)
        begun = time.process_time()
        highs.passModel(program)
        highs.run()
        seconds = time.process_time() - begun
        answers.append((seconds, highs.getInfo().objective_function_value * unit, name))
    seconds, least, name = min(answers)
    return least, seconds, name


def _extensive(network: Network) -> tuple[highspy.HighsLp, float]:
    """All losses as one program; columns are what is added, then for each loss and source arcs."""
    tail, head = network.ends.T
    links, losses = len(tail), len(network.lost)
    nodes = int(network.ends.max()) + 1
    demand = np.zeros((nodes, nodes))
    np.add.at(demand, (network.source, network.sink), network.rate)
    needed = from_few(demand)
    unit = float(needed.max())
    routings = losses * len(needed)
    arcs = np.flatnonzero(~np.tile(np.repeat(network.lost, len(needed), axis=0), 2).reshape(-1))
    routing, arc = np.divmod(arcs, 2 * links)
    link, back = arc % links, arc >= links
    balances = routings * nodes
    enters = routing * nodes + np.where(back, tail[link], head[link])
    leaves = routing * nodes + np.where(back, head[link], tail[link])
    loads = balances + routing // len(needed) * links + link
    # Columns one after another: what is added stands in one row for each loss.
    entries = np.concatenate(
        [
            (balances + np.arange(losses) * links + np.arange(links)[:, None]).reshape(-1),
            np.stack([enters, leaves, loads], axis=1).reshape(-1),
        ]
    )
    program = highspy.HighsLp()
    program.num_col_ = links + len(arcs)
    program.num_row_ = balances + losses * links
    program.col_cost_ = np.append(network.cost, np.zeros(len(arcs)))
    program.col_lower_ = np.zeros(program.num_col_)
    program.col_upper_ = np.full(program.num_col_, highspy.kHighsInf)
    balanced = np.tile((needed / unit).reshape(-1), losses)
    most = np.zeros(losses * links)
    program.row_lower_ = np.append(balanced, np.full(len(most), -highspy.kHighsInf))
    program.row_upper_ = np.append(balanced, most)
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = np.append(
        np.arange(links) * losses, links * losses + 3 * np.arange(len(arcs) + 1)
    )
    program.a_matrix_.index_ = entries
    program.a_matrix_.value_ = np.append(
        np.full(links * losses, -1.0), np.tile([1.0, -1.0, 1.0], len(arcs))
    )
    return program, unit
