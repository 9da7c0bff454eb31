"""Exoscale: groups that take eight, what makes instances anew, and who may come in."""

# ruff: noqa: ANN401 -- values of any kind are what this is about

from __future__ import annotations

from typing import Any

import pytest
from mocked import Program, make_pool

from domicile.model.errors import SourceError
from domicile.provision.adapters import Place, PoolSpec, find

POOL = "exoscale:index/instancePool:InstancePool"
GROUP = "exoscale:index/antiAffinityGroup:AntiAffinityGroup"
SERVICE = "exoscale:index/nlbService:NlbService"
DEBIAN = "Linux Debian 12 (Bookworm) 64-bit"


def made(config: dict[str, str] | None = None, **more: Any) -> Program:
    """A pool at Vienna."""
    given: dict[str, Any] = {"backends": 2, "machine": "standard.large", "image": DEBIAN}
    given |= {"port": 443, "health": "/healthz", "subjects": ("AT",), **more}
    backends = given.pop("backends")
    vienna = Place("exoscale-vie", "exoscale", "AT-VIE-1", "AT")
    pool = PoolSpec("web", vienna, "exoscale.standard", backends, 100.0, "requests/s", **given)
    return make_pool(
        find("exoscale"),
        pool,
        answers={"exoscale:index/getTemplate:getTemplate": lambda asked: {"id": str(asked)}},
        computed={"exoscale:index/nlb:Nlb": {"ipAddress": "198.51.100.7"}},
        config=config,
    )


@pytest.mark.parametrize(("backends", "groups"), [(1, ["web-id"]), (8, ["web-id"]), (9, None)])
def test_a_group_keeps_eight_apart_and_no_more(backends: int, groups: list[str] | None) -> None:
    """Exoscale refuses a ninth; the group stays, for those that are in it already."""
    found = made(backends=backends)
    assert found.one(POOL).inputs["size"] == backends
    assert (found.one(POOL).inputs.get("antiAffinityGroupIds") or None) == groups
    assert len(found.of(GROUP)) == 1


def test_what_instances_are_made_of_makes_pool_and_group_anew() -> None:
    """Both say by their description what they were made as; neither count nor labels are in it."""
    same = {found.one(POOL).inputs["description"] for found in (made(), made(backends=5))}
    same.add(made(subjects=("CH",)).one(POOL).inputs["description"])
    assert len(same) == 1
    others = {
        found.one(POOL).inputs["description"]
        for found in (
            made(image="Linux Debian 13 (Trixie) 64-bit"),
            made(machine="standard.huge"),
            made({"machine:userData": "#cloud-config"}),
            made({"machine:sshKey": "ours"}),
        )
    }
    assert len(others | same) == 5
    found = made()
    assert found.one(GROUP).inputs["description"] == found.one(POOL).inputs["description"]


def test_all_that_has_a_zone_stands_in_that_of_the_place() -> None:
    """As the provider spells it: in small letters."""
    zones = {each.name: each.inputs["zone"] for each in made().resources if "zone" in each.inputs}
    assert set(zones) == {"web", "network"}
    assert set(zones.values()) == {"at-vie-1"}


def test_the_one_port_is_open_and_health_is_asked_at_it() -> None:
    """By TLS where the service speaks it; machines are reached by nothing else."""
    found = made()
    rule = found.one("exoscale:index/securityGroupRule:SecurityGroupRule").inputs
    assert (rule["type"], rule["startPort"], rule["endPort"]) == ("INGRESS", 443, 443)
    (check,) = found.one(SERVICE).inputs["healthchecks"]
    assert (check["mode"], check["uri"], check["port"]) == ("https", "/healthz", 443)
    (plain,) = made(health="").one(SERVICE).inputs["healthchecks"]
    assert plain["mode"] == "tcp"
    assert "uri" not in plain
    assert found.value == [{"address": "198.51.100.7", "port": 443, "health": "/healthz"}]


def test_an_image_is_a_template_by_name_or_by_id() -> None:
    """The name is looked up in the zone; an id, of a template of one's own, is taken as it is."""
    assert "at-vie-1" in made().one(POOL).inputs["templateId"]
    template = "3a45ab7f-1111-4222-8333-0123456789ab"
    assert made(image=template).one(POOL).inputs["templateId"] == template
    with pytest.raises(SourceError, match="has no `image`"):
        made(image="")


def test_the_users_private_network_is_used() -> None:
    """Then none is made."""
    found = made({"network:subnets": '["theirs"]'})
    assert found.of("exoscale:index/privateNetwork:PrivateNetwork") == []
    assert found.one(POOL).inputs["networkIds"] == ["theirs"]
