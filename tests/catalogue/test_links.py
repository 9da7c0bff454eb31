"""The graph of links: no single loss may silently take many places with it."""

from __future__ import annotations

import networkx as nx
import pytest

from domicile.workspace import Workspace


@pytest.fixture(scope="module")
def graph(workspace: Workspace) -> nx.Graph:
    """Datacenters that say what their network carries, and links; of the others none is known."""
    graph = nx.Graph()
    graph.add_nodes_from(p.id for p in workspace.datacenters.values() if p.capacity is not None)
    graph.add_edges_from(link.between for link in workspace.links)
    return graph


def test_links_join_known_places(workspace: Workspace) -> None:
    """A link has two different ends, both of them datacenters."""
    for link in workspace.links:
        assert len(set(link.between)) == 2, link.name
        assert set(link.between) <= set(workspace.datacenters), link.name


def test_links_carry_something_and_have_names_of_their_own(workspace: Workspace) -> None:
    """Capacities are positive, and no two links share a name, however their ends are ordered."""
    assert all(link.capacity.value > 0 for link in workspace.links)
    names = [link.name for link in workspace.links]
    assert len(names) == len(set(names))


def test_every_place_is_reached(graph: nx.Graph) -> None:
    """The graph is one connected part."""
    assert nx.is_connected(graph)


def test_no_link_is_the_only_way(graph: nx.Graph) -> None:
    """No link's loss cuts anything off: there are no bridges."""
    assert list(nx.bridges(graph)) == []


def test_no_loss_cuts_off_others(graph: nx.Graph, workspace: Workspace) -> None:
    """Without any one datacenter, provider or failure domain, what is left hangs together."""
    losses = {f"datacenter:{place}": {place} for place in workspace.datacenters}
    for place, provider in workspace.provider_of.items():
        losses.setdefault(f"provider:{provider}", set()).add(place)
    for name in workspace.failure_domains:
        losses[f"failure-domain:{name}"] = {
            place.id for place in workspace.datacenters.values() if name in place.failure_domains
        }
    for name, lost in losses.items():
        left = graph.copy()
        left.remove_nodes_from(lost)
        left.remove_edges_from(
            link.between
            for link in workspace.links
            if name.removeprefix("failure-domain:") in link.failure_domains
        )
        assert nx.is_connected(left), name


def test_the_graph_says_how_long_each_link_takes(workspace: Workspace) -> None:
    """As declared where a link says so, else derived; never longer than half way round."""
    graph = workspace.graph()
    assert graph.number_of_edges() == len(workspace.links)
    for _, _, found in graph.edges(data=True):
        declared = found["link"].latency
        assert 0 <= found["latency"] < 150.2
        assert declared is None or declared.value == found["latency"]
