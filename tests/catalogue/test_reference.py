"""The reference workspace: what it declares resolves, and is enough to show every case."""

from __future__ import annotations

import pytest

from domicile.workspace import Workspace


@pytest.mark.parametrize("environment", ["production", "local"])
def test_every_subject_has_an_entry(workspace: Workspace, environment: str) -> None:
    """Latency is known for each country with demand."""
    subjects = {demand.subject for demand in workspace.demand[environment]}
    assert subjects - set(workspace.entries) == set()


def test_entries_stand_on_the_earth_apart(workspace: Workspace) -> None:
    """No two countries enter at the same point, unless one is a territory of the other."""
    points: dict[object, str] = {}
    for subject, entry in workspace.entries.items():
        other = points.setdefault(entry.coordinates, subject)
        assert other[:2] == subject[:2], (other, subject)


@pytest.mark.parametrize("environment", ["production", "local"])
def test_references_resolve(workspace: Workspace, environment: str) -> None:
    """Pools, demand and flows name services, datacenters and backend types that exist."""
    for pool in workspace.pools[environment]:
        backend = workspace.backends[pool.backend]
        assert backend.provider == workspace.provider_of[pool.datacenter]
        assert pool.capacity is not None or pool.service in backend.capacity
    for demand in workspace.demand[environment]:
        assert demand.rate.unit == workspace.services[demand.service].unit
    places = set(workspace.datacenters)
    for flow in workspace.flows[environment]:
        assert flow.service in workspace.services
        assert [to for to in flow.to if len(to) > 2 and to not in places] == []


def test_production_is_offered_widely(workspace: Workspace) -> None:
    """At least nine services serve at least 45 countries."""
    demand = workspace.demand["production"]
    assert len(workspace.services) >= 9
    assert len({each.subject for each in demand}) >= 45
    assert ("FR", True) in {(each.subject, "health" in each.data_classes) for each in demand}


def test_the_local_copy_fits_one_machine_and_still_shows_the_law(workspace: Workspace) -> None:
    """Twelve datacenters of five providers in eight countries, five services."""
    pools = workspace.pools["local"]
    places = {pool.datacenter for pool in pools}
    assert len(places) >= 12
    assert len({workspace.provider_of[place] for place in places}) >= 5
    assert len({workspace.datacenters[place].country for place in places}) >= 8
    assert len({pool.service for pool in pools}) >= 5
    assert len({each.subject for each in workspace.demand["local"]}) >= 8


@pytest.mark.parametrize("environment", ["production", "local"])
def test_what_is_depended_on_has_pools(workspace: Workspace, environment: str) -> None:
    """Every service that demand reaches, directly or not, has pools in that environment."""
    served = {pool.service for pool in workspace.pools[environment]}
    reached = {each.service for each in workspace.demand[environment]}
    while (
        more := {
            needed.service for name in reached for needed in workspace.services[name].depends_on
        }
        - reached
    ):
        reached |= more
    assert reached - served == set()


def test_what_is_invented_says_so(workspace: Workspace) -> None:
    """Prices and mechanisms of the reference workspace are marked as examples."""
    assert all(backend.example for backend in workspace.backends.values())
    assert all(mechanism.example for mechanism in workspace.mechanisms)
