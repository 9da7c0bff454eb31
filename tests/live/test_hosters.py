"""Every adapter on the real engine, against a stand-in: made, changed, looked at again, removed.

`GOLDEN=write` writes the graphs of `tests/golden/` anew; they are read before they are committed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hosted import Hosted
from standin import Standin

from domicile.provision.declared import POOLS

GOLDEN = Path(__file__).parents[1] / "golden"
EXTERNAL = {"openstack:networking/getNetwork:getNetwork": {"id": "outside", "name": "Ext-Net"}}


@dataclass(frozen=True)
class Case:
    """One adapter in one place."""

    name: str
    packages: tuple[str, ...]
    place: str
    region: str
    country: str
    machine: str
    image: tuple[str, str]
    """What backends start from, before and after a change."""
    server: str
    """The type of resource that is one backend; of Kubernetes, of all of them."""
    size: str
    """The input of it that says the machine."""
    provider: str
    anew: tuple[str, ...] = ()
    """Inputs of it whose change makes it anew, at the provider."""
    where: frozenset[str] = frozenset()
    """What inputs that say a place may say."""
    kept: frozenset[str] = frozenset()
    """Types of which something stays when the stack is gone."""
    adapter: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    computed: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    pooled: tuple[str, str] | None = None
    """Where one resource is all backends and made anew: how many, and what they start from."""
    also: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Other types → inputs whose change makes them anew, at the provider."""


BALANCED = {
    "kubernetes:core/v1:Service": {
        "status": {"loadBalancer": {"ingress": [{"ip": "198.51.100.9"}]}}
    }
}
CASES = [
    Case(
        "hetzner", ("hcloud",), "hetzner-fsn", "fsn1", "DE", "ccx23", ("debian-12", "debian-13"),
        "hcloud:index/server:Server", "serverType", "hetzner", ("image", "location"),
        frozenset({"fsn1", "eu-central"}),
    ),
    Case(
        "scaleway", ("scaleway",), "scw-par2", "fr-par-2", "FR", "POP2-4C-16G",
        ("debian_bookworm", "debian_trixie"), "scaleway:instance/server:Server", "type", "scaleway",
        ("image", "zone"), frozenset({"fr-par", "fr-par-2"}),
        frozenset({"scaleway:keymanager/key:Key", "scaleway:observability/source:Source"}),
        computed={
            "scaleway:instance/server:Server": {
                "privateIps": [{"address": "fd00::9"}, {"address": "10.64.0.9"}]
            }
        },
    ),
    Case(
        "ovh", ("openstack", "ovh"), "ovh-par", "EU-WEST-PAR", "FR", "b3-16",
        ("Debian 12", "Debian 13"), "openstack:compute/instance:Instance", "flavorName", "ovh",
        ("blockDevices", "imageName"),
        frozenset({"EU-WEST-PAR", "eu-west-par-a", "eu-west-par-b", "eu-west-par-c"}),
        answers={
            **EXTERNAL,
            "openstack:images/getImage:getImage": lambda asked: {"id": f"id of {asked['name']}"},
        },
    ),
    Case(
        "openstack", ("openstack",), "cleura-kna1", "Kna1", "SE", "b.4c16gb",
        ("Debian 12", "Debian 13"), "openstack:compute/instance:Instance", "flavorName", "cleura",
        ("blockDevices", "imageName"), frozenset({"Kna1"}), adapter="openstack",
        config={"network:vpc": "ours", "network:subnets": ["ours within"]},
        answers={**EXTERNAL, "openstack:networking/getSubnet:getSubnet": {"cidr": "10.9.0.0/24"}},
    ),
    Case(
        "exoscale", ("exoscale",), "exoscale-gva", "CH-GVA-2", "CH", "standard.extra-large",
        ("Linux Debian 12 (Bookworm) 64-bit", "Linux Debian 13 (Trixie) 64-bit"),
        "exoscale:index/instancePool:InstancePool", "instanceType", "exoscale",
        pooled=("size", "templateId"), where=frozenset({"ch-gva-2"}),
        also={
            "exoscale:index/antiAffinityGroup:AntiAffinityGroup": frozenset({"description"}),
            "exoscale:index/nlbService:NlbService": frozenset({"instancePoolId"}),
        },
        computed={"exoscale:index/nlb:Nlb": {"ipAddress": "198.51.100.7"}},
        answers={"exoscale:index/getTemplate:getTemplate": lambda asked: {"id": asked["name"]}},
    ),
    Case(
        "upcloud", ("upcloud",), "upcloud-sto", "SE-STO1", "SE", "6xCPU-16GB",
        ("Debian GNU/Linux 12 (Bookworm)", "Debian GNU/Linux 13 (Trixie)"),
        "upcloud:index/server:Server", "plan", "upcloud", ("template", "zone"),
        frozenset({"se-sto1"}),
        computed={
            "upcloud:index/server:Server": {
                "networkInterfaces": [{"type": "private", "ipAddress": "10.64.0.9"}]
            },
            "upcloud:index/loadbalancer:Loadbalancer": {
                "networks": [{"name": "public", "type": "public", "family": "IPv4",
                              "dnsName": "lb-1.upcloudlb.com"}]
            },
        },
    ),
    Case(
        "kubernetes", ("kubernetes",), "hetzner-nbg", "nbg1", "DE", "ccx23",
        ("registry.example/web:1", "registry.example/web:2"), "kubernetes:apps/v1:Deployment",
        "spec", "hetzner", adapter="kubernetes", computed=BALANCED,
    ),
    Case(
        "karmada", ("kubernetes",), "hetzner-nbg", "nbg1", "DE", "ccx23",
        ("registry.example/web:1", "registry.example/web:2"), "kubernetes:apps/v1:Deployment",
        "spec", "hetzner", adapter="kubernetes", computed=BALANCED,
        config={"karmada:clusters": ["nbg-a", "nbg-b"], "nodes:region": "eu-de-nbg"},
    ),
    pytest.param(
        Case(
            "selectel", ("openstack",), "selectel-spb", "Saint Petersburg (ru-1, ru-3, ru-9)", "RU",
            "SL1.4-16384", ("Debian 12 (Bookworm) 64-bit", "Debian 13 (Trixie) 64-bit"),
            "openstack:compute/instance:Instance", "flavorName", "selectel",
            ("blockDevices", "imageName"), frozenset({"ru-3", "ru-3a", "ru-3b"}),
            config={
                "openstack:region": "ru-3", "network:zones": ["ru-3a", "ru-3b"],
                "machine:volumeType": "fast.ru-3a",
            },
            answers={
                **EXTERNAL,
                "openstack:images/getImage:getImage": lambda asked: {"id": asked["name"]},
            },
        ),
        marks=pytest.mark.soak,  # the same program as for `ovh`
    ),
]  # fmt: skip


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    """Each adapter."""
    found: Case = request.param
    return found


@pytest.fixture
def hosted(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosted]:
    """Its world, declared and emitted."""
    with Standin(
        *case.packages,
        replaces={case.server: case.anew, **case.also},
        computed=case.computed,
        answers=case.answers,
    ) as standin:
        monkeypatch.setenv("PULUMI_DEBUG_PROVIDERS", standin.setting)
        made = Hosted(
            tmp_path,
            case.provider,
            {case.place: (case.region, case.country)},
            case.machine,
            case.image[0],
            standin,
            adapter=case.adapter,
            config=dict(case.config),
        )
        made.declare()
        made.emit()
        made.run(case.place, "stack", "init", "--no-select")
        yield made


def test_pools_are_made_changed_kept_and_removed(case: Case, hosted: Hosted) -> None:
    """Preview makes nothing; a backend that someone changed is found; a leaving pool is kept."""
    cloud, part = hosted.standin.cloud, case.place
    foreseen = hosted.preview(part)
    assert cloud.made == {}
    assert hosted.up(part) == {"created": foreseen["create"]}
    _as_reviewed(case, hosted.graph(part))
    _stays_in_place(case, hosted)
    one = cloud.of(case.server)[0]

    _drift(case, hosted)
    assert hosted.refresh(part)["updated"] == 1

    hosted.counts[part], hosted.image = 3, case.image[1]
    hosted.emit()
    changed = hosted.up(part)
    assert "deleted" not in changed
    servers = cloud.of(case.server)
    if case.pooled:
        (server,) = servers
        assert server.id != one.id
        assert [server.inputs[name] for name in case.pooled] == [3, case.image[1]]
    elif case.anew:
        assert len(servers) == 3
        assert changed["replaced"] == 2
        assert {server.inputs[case.size] for server in servers} == {case.machine}
    else:
        assert servers == [one]
        assert case.image[1] in json.dumps(one.inputs)

    before = {made.id for made in cloud.made.values()}
    standing = hosted.outputs(part)["declared"]
    assert standing["web"]["backends"] == 3
    hosted.counts[part] = 0
    hosted.emit()
    leaving = [{"service": service, **was, "leaving": True} for service, was in standing.items()]
    hosted.run(part, "up", "--yes", "--skip-preview", more={POOLS: json.dumps(leaving)})
    assert {made.id for made in cloud.made.values()} == before

    hosted.destroy(part)
    assert {made.token for made in cloud.made.values()} == case.kept


def _as_reviewed(case: Case, graph: str) -> None:
    path = GOLDEN / f"{case.name}.yaml"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(graph, encoding="utf-8")
    assert graph == path.read_text(encoding="utf-8")


def _drift(case: Case, hosted: Hosted) -> None:
    """Someone makes a backend smaller, by hand."""
    one = hosted.standin.cloud.of(case.server)[0]
    smaller: Any = "smaller"
    if case.size == "spec":
        smaller = {**one.inputs["spec"], "paused": True}
    one.drift(**{case.size: smaller})


def _stays_in_place(case: Case, hosted: Hosted) -> None:
    """No resource of a provider with places names another one, and each that can names its own."""
    said = set()
    for call in hosted.standin.called("Create"):
        for name in ("region", "zone", "location", "networkZone", "availabilityZone"):
            if name in call.inputs:
                said.add(call.inputs[name])
    assert said <= case.where
    assert any(name.lower() in case.region.lower() for name in said) or not case.where


def test_ovh_names_lead_to_its_pools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The traffic stack reads the pool's address from its stack, and takes its names away again."""
    with Standin("openstack", "ovh", answers=EXTERNAL) as standin:
        monkeypatch.setenv("PULUMI_DEBUG_PROVIDERS", standin.setting)
        place = {"ovh-waw": ("WAW1", "PL")}
        hosted = Hosted(tmp_path, "ovh", place, "b3-16", "Debian 12", standin, zone="example.net")
        hosted.declare()
        hosted.emit()
        for part in ("ovh-waw", "traffic"):
            hosted.run(part, "stack", "init", "--no-select")
            hosted.up(part)
        (pool,) = hosted.outputs("ovh-waw")["pools"]["web"]
        records = standin.cloud.of("ovh:Domain/zoneRecord:ZoneRecord")
        assert {(made.inputs["subdomain"], made.inputs["target"]) for made in records} == {
            ("web", pool["address"]),
            ("pl.web", pool["address"]),
        }
        assert hosted.outputs("traffic")["fronts"] == {
            "web": ["web.example.net", "pl.web.example.net"]
        }
        hosted.destroy("traffic")
        assert standin.cloud.of("ovh:Domain/zoneRecord:ZoneRecord") == []
