"""The network of a region's pools: the user's own, else a small one over the region's zones."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from domicile.model.errors import SourceError
from domicile.provision.adapters import World
from domicile.provision.machines import Wishes
from domicile.provision.yandex.regions import Region, zones_in
from domicile.provision.yandex.sdk import yandex


@dataclass(frozen=True, slots=True)
class Network:
    """Where machines and balancers stand."""

    id: pulumi.Input[str]
    subnets: tuple[tuple[str, pulumi.Input[str]], ...]
    """Zone and subnet, one for each zone."""
    addresses: bool
    """Whether machines need public addresses to reach out."""

    @property
    def zones(self) -> list[str]:
        """The zones to spread over."""
        return [zone for zone, _ in self.subnets]


def make_network(
    world: World,
    what: str,
    region: Region,
    wishes: Wishes,
    said: dict[str, str],
    made: pulumi.ResourceOptions,
) -> Network:
    """The network that the stack's user names, else one of the stack's own.

    Raises:
        SourceError: a network is named without a zone for each of its subnets; or a zone is of
            another region.
    """
    zones = zones_in(region, wishes.zones)
    if not wishes.vpc:
        return _own(world, what, zones, said, made)
    if not wishes.subnets or len(wishes.subnets) != len(wishes.zones):
        raise SourceError(
            "`network:vpc` needs its subnets, one for each zone",
            help="set `network:subnets` and `network:zones`, in the same order, in this stack's"
            " `config:`",
        )
    return Network(wishes.vpc, tuple(zip(zones, wishes.subnets, strict=True)), addresses=False)


def _own(
    world: World,
    what: str,
    zones: tuple[str, ...],
    said: dict[str, str],
    made: pulumi.ResourceOptions,
) -> Network:
    """A subnet in each zone. The SDK has no gateway, so machines reach out by their own address."""
    network = yandex.VpcNetwork(world.name("network"), description=what, labels=said, opts=made)
    subnets = [
        (
            zone,
            yandex.VpcSubnet(
                world.name(f"machines-{zone}"),
                network_id=network.id,
                zone=zone,
                v4_cidr_blocks=[f"10.64.{16 * number}.0/20"],
                labels=said,
                opts=made,
            ).id,
        )
        for number, zone in enumerate(zones)
    ]
    return Network(network.id, tuple(subnets), addresses=True)
