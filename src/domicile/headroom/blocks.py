"""The blocks of a graph: what no single node parts. Flow crosses each block by itself.

Between blocks there is only one way, through the nodes that they share. So what enters and
leaves a block is known beforehand, and capacity in one is worth nothing in another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from domicile.headroom.arrays import Floats, Integers
from domicile.headroom.connectivity import parts


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One block, with the demand that crosses it.

    Attributes:
        links: int [links of the block], indices into all links.
        tail, head: int [links of the block]: ends, numbered within the block.
        demand: float [nodes of the block, nodes of the block]: the rate between two nodes, above
            the diagonal; zeros below.
    """

    links: Integers
    tail: Integers
    head: Integers
    demand: Floats


def blocks(tail: Integers, head: Integers, demand: Floats) -> Iterator[Block]:
    """Split a graph; links that join a node to itself belong to no block.

    Args:
        tail: int [links].
        head: int [links].
        demand: float [nodes, nodes]: the rate between two nodes that some way joins.
    """
    import networkx as nx

    nodes = len(demand)
    ends = list(zip(tail.tolist(), head.tolist(), strict=True))
    between: dict[frozenset[int], list[int]] = {}
    for link, (one, other) in enumerate(ends):
        if one != other:
            between.setdefault(frozenset((one, other)), []).append(link)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_edges_from(ends[links[0]] for links in between.values())
    for pairs in nx.biconnected_component_edges(graph):
        links = np.array(sorted(link for pair in pairs for link in between[frozenset(pair)]))
        inside, numbered = np.unique(np.append(tail[links], head[links]), return_inverse=True)
        others = np.delete(np.arange(len(ends)), links)
        part_of = parts(nodes, [ends[link] for link in others.tolist()])
        gate_of = {part_of[node]: gate for gate, node in enumerate(inside.tolist())}
        gate = np.array([gate_of.get(part_of[node], -1) for node in range(nodes)])
        near = np.flatnonzero(gate >= 0)
        crossing = np.zeros((len(inside), len(inside)))
        np.add.at(crossing, (gate[near][:, None], gate[near][None, :]), demand[np.ix_(near, near)])
        one, other = np.split(numbered.astype(np.int64), 2)
        yield Block(links, one, other, np.triu(crossing + crossing.T, 1))
