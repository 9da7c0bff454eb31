"""The pool component at real providers, from a program on the real engine, against stand-ins."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from clouds import CLOUDS
from components import Program, served
from hosted import CLASSES, Hosted
from standin import Standin

PROGRAM = Path(__file__).parent / "programs" / "places"
AWS = CLOUDS["aws"]
PARIS = "aws-eu-west-3"
FALKENSTEIN, NUREMBERG = "hetzner-fsn", "hetzner-nbg"
GROUP, SERVER = "aws:autoscaling/group:Group", "hcloud:index/server:Server"
NETWORK, SUBNET = "hcloud:index/network:Network", "hcloud:index/networkSubnet:NetworkSubnet"
COMPONENT = "domicile-pools:index:Pool"


@dataclass
class Shop:
    """The program, and the clouds behind it."""

    program: Program
    standin: Standin
    region: str = "eu-west-3"
    """Where the program's own provider of `aws` works."""

    def wants(self, pools: Mapping[str, Any], **more: Any) -> None:  # noqa: ANN401 -- JSON
        """Set what the program asks for."""
        wanted = json.dumps({"pools": pools, **more})
        self.program.pulumi("config", "set", "wanted", wanted)

    def up(self, *flags: str) -> str:
        """Bring the stack to what the program asks for."""
        return self.program.pulumi("up", "--yes", "--skip-preview", *flags)

    def under(self, name: str) -> list[dict[str, Any]]:
        """What stands under a component, in the state."""
        made = self.program.resources()
        (top,) = (each["urn"] for each in made if each["urn"].endswith(f"{COMPONENT}::{name}"))
        return [each for each in made if each.get("parent") == top]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """The program with a stack that holds nothing yet."""

    def region(_: Any) -> dict[str, str]:  # noqa: ANN401 -- arguments
        return {"region": made.region}

    answers = {**AWS.answers, "aws:index/getRegion:getRegion": region}
    with Standin("aws", "hcloud", computed=AWS.computed, answers=answers) as standin:
        folder = tmp_path / "shop"
        shutil.copytree(PROGRAM, folder)
        monkeypatch.setenv("PULUMI_DEBUG_PROVIDERS", standin.setting)
        made = Shop(Program(folder, served(tmp_path)), standin)
        made.program.pulumi("stack", "init", "dev")
        yield made


@pytest.fixture
def law(tmp_path: Path, shop: Shop) -> Path:
    """A workspace by whose law French and German data may be in both countries."""
    root = tmp_path / "workspace"
    Hosted(root, "aws", AWS.places, AWS.machine, AWS.image, shop.standin).declare()
    return root


def pool(law: Path, place: str, backends: int = 2, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """The inputs of a pool `web`."""
    return {
        "service": "web",
        "datacenter": place,
        "backends": backends,
        "subjects": ["FR"],
        "dataClasses": [CLASSES],
        "activities": ["process"],
        "machine": AWS.machine,
        "image": AWS.image,
        "workspace": str(law),
        **more,
    }


def test_pools_of_one_service_stand_at_two_clouds(shop: Shop, law: Path) -> None:
    """Made, answered, grown, refused elsewhere with nothing changed, and taken away."""
    cloud = shop.standin.cloud
    at = {
        "paris": {"args": pool(law, PARIS)},
        "fsn": {"args": pool(law, FALKENSTEIN, machine="ccx23", image="debian-12")},
        "nbg": {"args": pool(law, NUREMBERG, machine="ccx23", image="debian-12")},
    }
    shop.wants(at)
    shop.up()
    (group,) = cloud.of(GROUP)
    assert (group.name, group.inputs["desiredCapacity"]) == ("paris", 2)
    servers = {server.name: server.inputs["location"] for server in cloud.of(SERVER)}
    assert servers == {"fsn-0": "fsn1", "fsn-1": "fsn1", "nbg-0": "nbg1", "nbg-1": "nbg1"}
    said = shop.program.output("fsn")
    (balancer,) = (
        each for each in cloud.of("hcloud:index/loadBalancer:LoadBalancer") if each.name == "fsn"
    )
    assert said["addresses"] == [balancer.outputs["ipv4"]]
    assert [(each["address"], each["port"]) for each in said["entries"]] == [
        (balancer.outputs["ipv4"], 443)
    ]
    assert _is_under_its_component(shop, cloud.made)

    at["paris"] = {"args": pool(law, PARIS, backends=5)}
    shop.wants(at)
    shop.up()
    assert group.inputs["desiredCapacity"] == 5
    assert len(cloud.of(SERVER)) == 4
    before = set(cloud.made)

    at["nbg"] = {"args": pool(law, "aws-us-east-1")}
    shop.wants(at)
    said = shop.program.refused("up", "--yes", "--skip-preview")
    assert "`web` may not stand at `aws-us-east-1` for FR (`communications`): to process" in said
    assert "provision/component" not in said  # no trace but that of Pulumi's own program
    assert set(cloud.made) == before

    shop.program.pulumi("destroy", "--yes", "--skip-preview")
    assert {made.token for made in cloud.made.values()} == AWS.kept


def _is_under_its_component(shop: Shop, made: Mapping[str, Any]) -> bool:
    """All that stands is some component's, and its name begins with the component's."""
    found = {name: shop.under(name) for name in ("paris", "fsn", "nbg")}
    for name, below in found.items():
        assert all(each["urn"].rpartition("::")[2].startswith(name) for each in below)
    return {each.get("id") for below in found.values() for each in below} >= set(made)


def test_a_programs_provider_is_used_in_its_region_and_refused_elsewhere(
    shop: Shop, law: Path
) -> None:
    """With credentials of the program's; one of another region places nothing."""
    pools = {"shop": {"args": pool(law, PARIS), "providers": ["aws"]}}
    shop.wants(pools, providers={"aws": {"region": "eu-central-1"}})
    shop.region = "eu-central-1"
    said = shop.program.refused("up", "--yes", "--skip-preview")
    expected = "the program's provider of `aws` works in `eu-central-1`, and `aws-eu-west-3` is"
    assert expected in said
    assert "provision/component" not in said  # no trace but that of Pulumi's own program
    assert shop.standin.cloud.made == {}

    shop.region = "eu-west-3"
    shop.wants(pools, providers={"aws": {"region": "eu-west-3"}})
    shop.up()
    made = shop.program.resources()
    (own,) = (each for each in made if each["type"] == "pulumi:providers:aws")
    assert own["urn"].endswith("::my-aws")
    by = {each["provider"] for each in shop.under("shop")}
    assert by == {f"{own['urn']}::{own['id']}"}


def test_what_a_program_passes_on_is_kept(shop: Shop, law: Path) -> None:
    """Protection, a new name, labels by a transform, and what must stand as long as the pool."""
    said = pool(law, FALKENSTEIN, machine="ccx23", image="debian-12")
    own = {"first": [NETWORK, {"ipRange": "10.9.0.0/16"}]}
    pools = {"shop": {"args": said, "protect": True, "after": ["first"]}}
    shop.wants(pools, own=own, marked=True)
    shop.up()
    cloud = shop.standin.cloud
    assert {server.inputs["labels"]["team"] for server in cloud.of(SERVER)} == {"shop"}
    assert all(each["protect"] for each in shop.under("shop"))
    assert "protected" in shop.program.refused("destroy", "--yes", "--skip-preview")
    stood = set(cloud.made)

    # under a new name everything is what it was
    shop.wants(
        {"store": {**pools["shop"], "was": ["shop"], "protect": False}}, own=own, marked=True
    )
    shop.up()
    assert set(cloud.made) == stood
    shop.program.pulumi("destroy", "--yes", "--skip-preview")
    order = [call.name for call in shop.standin.called("Delete")]
    assert order[-1] == "first"
    assert cloud.made == {}


def test_settings_and_what_is_not_known_yet(shop: Shop, law: Path) -> None:
    """The stack's and the component's reach the adapter; secrets stay so; a preview goes on."""
    said = pool(law, FALKENSTEIN, machine="ccx23")
    own = {
        "net": [NETWORK, {"ipRange": "10.9.0.0/16"}],
        "golden": ["hcloud:index/snapshot:Snapshot", {"serverId": 7}],
    }
    del said["image"]
    wanted = {
        "args": said,
        "ids": {"network:vpc": "net"},
        "image_of": "golden",
        "secret": {"machine:userData": "token=canary-4711"},
    }
    shop.wants({"shop": wanted}, own=own)
    shop.program.pulumi("config", "set", "--path", "machine:sshKeys[0]", "operator")
    foreseen = shop.program.pulumi("preview")
    assert "`image`, `config.network:vpc`: known only once" in foreseen
    assert shop.standin.cloud.made == {}
    shop.up()
    cloud = shop.standin.cloud
    (net,) = cloud.of(NETWORK)
    (golden,) = cloud.of("hcloud:index/snapshot:Snapshot")
    for server in cloud.of(SERVER):
        assert server.inputs["networks"][0]["networkId"] == int(net.id)
        assert server.inputs["image"] == golden.id
        assert server.inputs["userData"] == "token=canary-4711"
        assert server.inputs["sshKeys"] == ["operator"]
    assert "canary-4711" not in shop.program.pulumi("stack", "export")
    shop.program.pulumi("destroy", "--yes", "--skip-preview")
    order = [call.name for call in shop.standin.called("Delete")]
    assert set(order[-2:]) == {"net", "golden"}
