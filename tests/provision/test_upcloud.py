"""UpCloud: groups, what nobody reaches, encrypted disks, and the balancer's name or address."""

# ruff: noqa: ANN401 -- values of any kind are what this is about

from __future__ import annotations

from typing import Any

import pytest
from mocked import Program, make_pool

from domicile.provision.adapters import Place, PoolSpec, find

SERVER, BALANCER = "upcloud:index/server:Server", "upcloud:index/loadbalancer:Loadbalancer"
MEMBER = "upcloud:index/loadbalancerStaticBackendMember:LoadbalancerStaticBackendMember"
PUBLIC = {"name": "public", "type": "public", "family": "IPv4", "dnsName": "lb.example"}


def inside(inputs: Any) -> dict[str, Any]:
    """The utility network comes first, and has an address too."""
    number = int(str(inputs["hostname"]).rpartition("-")[2])
    found = [{"type": "utility", "ipAddress": "10.0.0.1"}]
    return {
        "networkInterfaces": [*found, {"type": "private", "ipAddress": f"10.64.0.{10 + number}"}]
    }


def made(config: dict[str, str] | None = None, **more: Any) -> Program:
    """A pool at London."""
    given: dict[str, Any] = {"backends": 2, "machine": "6xCPU-16GB", "image": "Debian 12"}
    given |= {"port": 443, "health": "/healthz", "subjects": ("GB",), **more}
    london = Place("upcloud-lon", "upcloud", "UK-LON1", "GB")
    backends = given.pop("backends")
    pool = PoolSpec("web", london, "upcloud.standard", backends, 100.0, "requests/s", **given)
    return make_pool(
        find("upcloud"),
        pool,
        computed={
            SERVER: inside,
            BALANCER: {"networks": [{**PUBLIC, "type": "private", "dnsName": "no"}, PUBLIC]},
            "upcloud:index/floatingIpAddress:FloatingIpAddress": {"ipAddress": "198.51.100.8"},
        },
        config=config,
    )


@pytest.mark.parametrize(("backends", "groups"), [(1, 1), (5, 1), (6, 2), (16, 4)])
def test_servers_of_a_group_share_no_host(backends: int, groups: int) -> None:
    """Five in each: while they are made anew, ten hosts are enough."""
    found = made(backends=backends)
    kept_apart = found.of("upcloud:index/serverGroup:ServerGroup")
    assert len(kept_apart) == groups
    assert {each.inputs["antiAffinityPolicy"] for each in kept_apart} == {"strict"}
    assert len(found.of(SERVER)) == backends
    last = found.one(SERVER, f"web-{backends - 1}")
    assert last.inputs["serverGroup"] == f"web-{groups - 1}-id"


def test_servers_are_reached_by_the_private_network_alone() -> None:
    """They have one interface, on it; the balancer leads to the address that each has there."""
    found = made()
    for server in found.of(SERVER):
        assert server.inputs["networkInterfaces"] == [{"type": "private", "network": "network-id"}]
        assert server.inputs["template"]["encrypt"] is True
        assert "simpleBackup" not in server.inputs
        assert "upcloud:index/gateway:Gateway out" in server.after
    led = {each.name: each.inputs["ip"] for each in found.of(MEMBER)}
    assert led == {"web-0": "10.64.0.10", "web-1": "10.64.0.11"}


def test_all_that_has_a_zone_stands_in_that_of_the_place() -> None:
    """As the provider spells it: in small letters."""
    zones = {each.inputs["zone"] for each in made().resources if "zone" in each.inputs}
    assert zones == {"uk-lon1"}


def test_a_balancer_has_a_name_or_an_address_of_its_own() -> None:
    """A name by itself; the address where the stack's user asks for it."""
    said = {"port": 443, "health": "/healthz"}
    assert made().value == [{"address": "lb.example", **said}]
    fixed = made({"balancer:fixedAddresses": "true", "balancer:type": "production-large"})
    assert fixed.value == [{"address": "198.51.100.8", **said}]
    balancer = fixed.one(BALANCER).inputs
    assert balancer["ipAddresses"] == [{"address": "198.51.100.8", "networkName": "public"}]
    assert balancer["plan"] == "production-large"


@pytest.mark.parametrize(
    ("port", "health", "asked"),
    [(443, "/healthz", ("tcp", None)), (8080, "/healthz", ("http", "/healthz"))],
)
def test_health_behind_tls_is_not_asked_by_path(
    port: int, health: str, asked: tuple[str, str | None]
) -> None:
    """The balancer would need a name to ask a server over TLS; there it is enough to listen."""
    behind = made(port=port, health=health).one(
        "upcloud:index/loadbalancerBackend:LoadbalancerBackend"
    )
    properties = behind.inputs["properties"]
    assert (properties["healthCheckType"], properties.get("healthCheckUrl")) == asked


def test_the_users_private_network_is_used() -> None:
    """Then neither network nor gateway is made."""
    found = made({"network:subnets": '["theirs"]'})
    assert {each.type for each in found.resources} & {
        "upcloud:index/network:Network",
        "upcloud:index/gateway:Gateway",
    } == set()
    assert found.one(SERVER, "web-0").inputs["networkInterfaces"][0]["network"] == "theirs"
