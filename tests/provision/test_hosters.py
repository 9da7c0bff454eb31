"""Adapters of hosters: what is refused, how pools are spread, and which codes a place has."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from mocked import Program, make_pool, make_traffic, planned, world

from domicile.model.errors import OutsideError, SourceError
from domicile.provision.adapters import Place, PoolSpec, find
from domicile.provision.selectel import adapter as selectel
from domicile.provision.selectel import hoster as regions_of_selectel
from domicile.workspace import load_shipped

FSN = Place("hetzner-fsn", "hetzner", "fsn1", "DE")
POOL = PoolSpec(
    "web", FSN, "hetzner.small", 2, 100.0, "requests/s", "ccx23", "debian-12", 443, "/healthz",
    ("DE",), ("communications",),
)  # fmt: skip
SERVER, GROUP = "hcloud:index/server:Server", "hcloud:index/placementGroup:PlacementGroup"
NUMBERED = {
    f"hcloud:index/{kind[0].lower()}{kind[1:]}:{kind}": {"id": 7}
    for kind in ("Server", "PlacementGroup", "Network", "Firewall")
}
HETZNER = {
    **NUMBERED,
    "hcloud:index/loadBalancer:LoadBalancer": {
        "id": 7,
        "ipv4": "198.51.100.1",
        "ipv6": "2001:db8::1",
    },
}
IMAGES = {
    "openstack:networking/getNetwork:getNetwork": {"id": "outside", "name": "Ext-Net"},
    "openstack:images/getImage:getImage": {"id": "image 1"},
}
REACHED = {"openstack:compute/instance:Instance": {"accessIpV4": "10.64.0.5"}}


def ovh(region: str, config: dict[str, str] | None = None, backends: int = 2) -> Program:
    """A pool at a place of OVHcloud."""
    place = Place("ovh-there", "ovh", region, "FR")
    pool = replace(POOL, place=place, backends=backends)
    return make_pool(find("ovh"), pool, answers=IMAGES, computed=REACHED, config=config)


@pytest.mark.parametrize(
    "adapter", ["hetzner", "scaleway", "exoscale", "upcloud", "openstack", "ovh", "kubernetes"]
)
@pytest.mark.parametrize("missing", ["machine", "image"])
def test_a_backend_type_must_say_what_a_machine_needs(adapter: str, missing: str) -> None:
    """Neither machine nor image is guessed: which one lacks is said, and where it is declared."""
    with pytest.raises(SourceError, match=f"`hetzner.small` has no `{missing}`"):
        make_pool(find(adapter), replace(POOL, **{missing: ""}))


@pytest.mark.parametrize(
    "adapter", ["hetzner", "scaleway", "exoscale", "upcloud", "openstack", "kubernetes"]
)
def test_who_makes_no_names_says_who_does(adapter: str) -> None:
    """A traffic stack of such an adapter is refused in words."""
    with pytest.raises(OutsideError, match="directs no traffic here"):
        make_traffic(find(adapter), world(zone="example.net"), {})


@pytest.mark.parametrize(
    ("backends", "groups", "balancer"), [(1, 1, "lb11"), (12, 3, "lb11"), (13, 3, "lb21")]
)
def test_hetzner_leaves_room_for_each_server_to_be_made_anew(
    backends: int, groups: int, balancer: str
) -> None:
    """Five in a group that takes ten, and a balancer that takes twice as many as there are."""
    made = make_pool(find("hetzner"), replace(POOL, backends=backends), computed=HETZNER)
    assert len(made.of(SERVER)) == backends
    assert len(made.of(GROUP)) == groups
    assert made.one("hcloud:index/loadBalancer:LoadBalancer").inputs["loadBalancerType"] == balancer


def test_hetzner_refuses_more_than_a_balancer_takes() -> None:
    """75 servers and 75 new ones are the most; one more is refused, with the numbers."""
    with pytest.raises(SourceError, match="has 76 backends, and a balancer of Hetzner's takes 75"):
        make_pool(find("hetzner"), replace(POOL, backends=76), computed=HETZNER)


def test_hetzner_uses_the_network_that_the_user_names() -> None:
    """Then it makes none, and servers and balancer join that one."""
    made = make_pool(find("hetzner"), POOL, computed=HETZNER, config={"network:vpc": "4711"})
    assert made.of("hcloud:index/network:Network") == []
    assert made.one(SERVER, "web-0").inputs["networks"][0]["networkId"] == 4711
    joined = made.one("hcloud:index/loadBalancerNetwork:LoadBalancerNetwork")
    assert joined.inputs["networkId"] == 4711


def test_hetzner_lets_nobody_in_but_the_balancer() -> None:
    """No rule opens a server's public side; the balancer asks its health over TLS at port 443."""
    made = make_pool(find("hetzner"), POOL, computed=HETZNER)
    assert made.one("hcloud:index/firewall:Firewall").inputs.get("rules", []) == []
    service = made.one("hcloud:index/loadBalancerService:LoadBalancerService").inputs
    assert service["healthCheck"]["http"]["tls"] is True
    plain = make_pool(find("hetzner"), replace(POOL, health=""), computed=HETZNER)
    service = plain.one("hcloud:index/loadBalancerService:LoadBalancerService").inputs
    assert service["healthCheck"]["protocol"] == "tcp"


def test_scaleway_keeps_key_and_logs_when_pools_go() -> None:
    """Both stand in the region of the zone, whatever the account's default, and outlive pools."""
    place = Place("scw-waw1", "scaleway", "pl-waw-1", "PL")
    private = {"privateIps": [{"address": "fd00::1"}, {"address": "10.64.0.7"}]}
    made = make_pool(
        find("scaleway"),
        replace(POOL, place=place, machine="POP2-4C-16G", image="debian_bookworm"),
        computed={"scaleway:instance/server:Server": private},
    )
    for kind in ("scaleway:keymanager/key:Key", "scaleway:observability/source:Source"):
        assert made.one(kind).inputs["region"] == "pl-waw"
        assert made.one(kind).keeps
    backend = made.one("scaleway:loadbalancers/backend:Backend").inputs
    assert backend["serverIps"] == ["10.64.0.7", "10.64.0.7"]
    server = made.one("scaleway:instance/server:Server", "web-0").inputs
    assert "domicile:subjects=DE" in server["tags"]
    assert server["enableDynamicIp"] is False


@pytest.mark.parametrize(
    ("region", "code", "volume"),
    [
        ("GRA", "GRA11", "high-speed-luks"),
        ("UK1 (ERI)", "UK1", None),
        ("EU-WEST-PAR", "EU-WEST-PAR", "high-speed-gen2-luks"),
        ("eu-west-lz-bru", "EU-WEST-LZ-BRU-A", None),
        ("US-EAST-VIN", "US-EAST-VA-1", "high-speed-luks"),
    ],
)
def test_ovh_codes_of_places(region: str, code: str, volume: str | None) -> None:
    """The catalogue's names become region codes; disks are encrypted where the region can."""
    inputs = ovh(region).one("openstack:compute/instance:Instance", "web-0").inputs
    assert inputs["region"] == code
    started = inputs.get("blockDevices", [{}])[0].get("volumeType")
    assert started == volume
    assert ("imageName" in inputs) == (volume is None)


def test_every_place_of_ovh_in_the_catalogue_has_a_code() -> None:
    """None of the catalogue's names is unknown to the adapter."""
    from domicile.provision.ovh.regions import hoster

    catalogue = load_shipped()
    places = [
        datacenter
        for datacenter in catalogue.datacenters.values()
        if catalogue.provider_of[datacenter.id] in ("ovh", "ovh-us")
    ]
    assert len(places) > 50
    for each in places:
        assert hoster(Place(each.id, "ovh", each.name, each.country)).region.isupper()


def test_ovh_takes_another_region_of_the_same_place_and_no_other() -> None:
    """`openstack:region` chooses among Gravelines' own; Strasbourg's is refused."""
    made = ovh("GRA", {"openstack:region": "GRA9"})
    assert {each.inputs["region"] for each in made.resources if "region" in each.inputs} == {"GRA9"}
    with pytest.raises(SourceError, match="`openstack:region` is `SBG5`, and `ovh-there` is GRA11"):
        ovh("GRA", {"openstack:region": "SBG5"})


def test_ovh_spreads_over_the_zones_of_a_region() -> None:
    """Four backends in Paris: zones a, b, c and a again."""
    made = ovh("EU-WEST-PAR", backends=4).of("openstack:compute/instance:Instance")
    zones = [each.inputs["availabilityZone"][-1] for each in made]
    assert zones == ["a", "b", "c", "a"]


SPB = Place("selectel-spb", "selectel", "Saint Petersburg (ru-1, ru-3, ru-9)", "RU")


def test_selectel_has_the_regions_of_the_catalogues_name() -> None:
    """The first of the town, or which of them the user names; one of another town is refused."""

    def region(**config: str) -> set[str]:
        given = {f"openstack:{key}": value for key, value in config.items()}
        pool = replace(POOL, place=SPB)
        made = make_pool(selectel(), pool, answers=IMAGES, computed=REACHED, config=given)
        return {each.inputs["region"] for each in made.resources if "region" in each.inputs}

    assert region() == {"ru-1"}
    assert region(region="ru-9") == {"ru-9"}
    with pytest.raises(SourceError, match="`selectel-spb` is ru-1 or ru-3 or ru-9"):
        region(region="ru-7")


def test_every_place_of_selectel_in_the_catalogue_has_a_region() -> None:
    """None of the catalogue's names is unknown to the adapter."""
    catalogue = load_shipped()
    for name, provider in catalogue.provider_of.items():
        if provider == "selectel":
            town = catalogue.datacenters[name]
            found = regions_of_selectel(Place(name, provider, town.name, town.country))
            assert found.region[:2].upper() == town.country


def test_openstack_opens_the_one_port_to_its_own_subnet() -> None:
    """Nothing else comes in."""
    (rule,) = ovh("GRA").of("openstack:networking/secGroupRule:SecGroupRule")
    assert rule.inputs["portRangeMin"] == rule.inputs["portRangeMax"] == 443
    assert rule.inputs["remoteIpPrefix"] == "10.64.0.0/20"


def test_openstack_asks_for_the_subnet_of_a_network() -> None:
    """A network of the user's without its subnet is refused."""
    with pytest.raises(SourceError, match="`network:vpc` needs `network:subnets`"):
        ovh("GRA", {"network:vpc": "theirs"})


KUBERNETES = {
    "kubernetes:core/v1:Service": {"status": {"loadBalancer": {"ingress": [{"hostname": "a.b"}]}}}
}


def test_kubernetes_holds_the_planned_number_as_the_least() -> None:
    """The autoscaler's least is the plan's number, and the deployment itself says none."""
    made = make_pool(find("kubernetes"), replace(POOL, backends=7), computed=KUBERNETES)
    scaler = made.one("kubernetes:autoscaling/v2:HorizontalPodAutoscaler").inputs["spec"]
    assert scaler["minReplicas"] == 7
    spec = made.one("kubernetes:apps/v1:Deployment").inputs["spec"]
    assert "replicas" not in spec
    assert made.value[0]["address"] == "a.b"


def test_karmada_divides_the_planned_number_over_clusters_of_the_place() -> None:
    """Named clusters, and of these only such as say that they stand in the region."""
    config = {"karmada:clusters": '["one", "two"]'}
    made = make_pool(find("kubernetes"), POOL, computed=KUBERNETES, config=config)
    assert made.of("kubernetes:autoscaling/v2:HorizontalPodAutoscaler") == []
    assert made.one("kubernetes:apps/v1:Deployment").inputs["spec"]["replicas"] == 2
    policy = made.one("kubernetes:policy.karmada.io/v1alpha1:PropagationPolicy").inputs["spec"]
    affinity = policy["placement"]["clusterAffinity"]
    assert affinity["clusterNames"] == ["one", "two"]
    assert affinity["fieldSelector"]["matchExpressions"][0]["values"] == ["fsn1"]


PLACES = {
    "par": Place("par", "ovh", "EU-WEST-PAR", "FR"),
    "fra": Place("fra", "hetzner", "fsn1", "DE"),
}
EXPORTED = {
    "par": {"web": [{"address": "198.51.100.1"}]},
    "fra": {"web": [{"address": "198.51.100.2"}]},
}
BOTH = ("par", "fra")


def records(
    nominal: dict[str, dict[str, float]], order: dict[str, tuple[str, ...]], **config: str
) -> dict[tuple[str, str], set[str]]:
    """Zone and name → addresses, as OVHcloud's DNS is told."""
    in_world = world(planned(nominal, order), "eu.example.net", PLACES)
    given = {f"names:{key}": value for key, value in config.items()}
    made = make_traffic(find("ovh"), in_world, EXPORTED, config=given)
    found: dict[tuple[str, str], set[str]] = {}
    for each in made.of("ovh:Domain/zoneRecord:ZoneRecord"):
        name = each.inputs["zone"], each.inputs["subdomain"]
        found.setdefault(name, set()).add(each.inputs["target"])
        assert each.inputs["fieldtype"] == "A"
    return found


def test_ovh_answers_everybody_only_where_that_is_lawful_for_all() -> None:
    """French data may not go to Germany: `web` gets Paris alone, `de.web` what is planned."""
    made = records(
        {"FR/web/identity": {"par": 1.0}, "DE/web/identity": {"par": 0.5, "fra": 0.5}},
        {"FR/web/identity": ("par",), "DE/web/identity": BOTH},
    )
    assert made == {
        ("eu.example.net", "web"): {"198.51.100.1"},
        ("eu.example.net", "fr.web"): {"198.51.100.1"},
        ("eu.example.net", "de.web"): {"198.51.100.1", "198.51.100.2"},
    }


def test_ovh_makes_no_common_name_where_no_place_is_lawful_for_all() -> None:
    """France at home, Germany at home: `web` would lead one of them astray, so there is none."""
    made = records(
        {"FR/web/identity": {"par": 1.0}, "DE/web/identity": {"fra": 1.0}},
        {"FR/web/identity": ("par",), "DE/web/identity": ("fra",)},
        zone="example.net",
    )
    assert made == {
        ("example.net", "fr.web.eu"): {"198.51.100.1"},
        ("example.net", "de.web.eu"): {"198.51.100.2"},
    }


def test_ovh_refuses_shares_that_its_dns_cannot_keep() -> None:
    """Three quarters and one are no halves, until the user says that halves will do."""
    routing = {"FR/web/identity": {"par": 0.75, "fra": 0.25}}
    with pytest.raises(SourceError, match=r"`web` 25% at `fra`, 75% at `par`, and OVHcloud's DNS"):
        records(routing, {"FR/web/identity": BOTH})
    made = records(routing, {"FR/web/identity": BOTH}, equal="true")
    assert made["eu.example.net", "web"] == {"198.51.100.1", "198.51.100.2"}


def test_ovh_makes_names_only_within_the_users_zone() -> None:
    """A zone that does not hold the environment's names is refused; so is none at all."""
    routing = {"FR/web/identity": {"par": 1.0}}
    with pytest.raises(SourceError, match=r"`names:zone` is `other\.net`"):
        records(routing, {"FR/web/identity": ("par",)}, zone="other.net")
    with pytest.raises(SourceError, match="`tried` has no zone"):
        make_traffic(find("ovh"), world(planned(routing, {"FR/web/identity": ("par",)})), EXPORTED)


def test_adapters_are_found_by_provider() -> None:
    """Each entry point of ours leads to a function that makes an adapter."""
    from pathlib import Path

    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    listed = text.partition('[project.entry-points."domicile.adapters"]')[2].partition("\n\n")[0]
    entries = dict(line.split(" = ") for line in listed.strip().splitlines())
    providers = load_shipped().providers
    for name, where in entries.items():
        module, _, function = yaml.safe_load(where).partition(":")
        assert name in providers
        assert callable(getattr(__import__(module, fromlist=[function]), function))
    for name in ("scaleway", "ovh", "openstack", "exoscale", "upcloud", "selectel", "kubernetes"):
        assert find(name) is not None
