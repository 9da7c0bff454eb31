"""The network of a region's pools: the user's own, else a small one with a gateway each way."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_oci as oci

from domicile.model.errors import SourceError
from domicile.provision.adapters import World
from domicile.provision.machines import Wishes

_EVERYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, slots=True)
class Network:
    """Where machines and balancers stand."""

    id: pulumi.Input[str]
    machines: pulumi.Input[str]
    """The subnet of machines."""
    balancers: pulumi.Input[str]
    """The subnet of balancers."""


def make_network(
    world: World,
    name: str,
    compartment: str,
    wishes: Wishes,
    tags: dict[str, str],
    made: pulumi.ResourceOptions,
) -> Network:
    """The network that the stack's user names, else one of the stack's own.

    Raises:
        SourceError: a network is named without both subnets in it.
    """
    if not wishes.vpc:
        return _own(world, name, compartment, tags, made)
    if len(wishes.subnets) != 1 or len(wishes.public_subnets) != 1:
        raise SourceError(
            "`network:vpc` needs the one subnet of machines in `network:subnets`, and that of"
            " balancers in `network:publicSubnets`",
            help="set them in this stack's `config:`",
        )
    return Network(wishes.vpc, wishes.subnets[0], wishes.public_subnets[0])


def _own(
    world: World, name: str, compartment: str, tags: dict[str, str], made: pulumi.ResourceOptions
) -> Network:
    """Both subnets span all availability domains; machines in theirs get no public address."""
    vcn = oci.core.Vcn(
        world.name("network"),
        compartment_id=compartment,
        display_name=name,
        cidr_blocks=["10.64.0.0/16"],
        freeform_tags=tags,
        opts=made,
    )
    own = {"compartment_id": compartment, "vcn_id": vcn.id, "freeform_tags": tags, "opts": made}
    # without a list of its own a subnet has the network's, which lets in anybody by SSH
    closed = oci.core.SecurityList(world.name("closed"), display_name="closed", **own)
    gateways = {
        "machines": oci.core.NatGateway(world.name("machines"), display_name="machines", **own),
        "balancers": oci.core.InternetGateway(
            world.name("balancers"), display_name="balancers", **own
        ),
    }
    subnets = {
        who: oci.core.Subnet(
            world.name(who),
            display_name=who,
            cidr_block=f"10.64.{64 * number}.0/18",
            prohibit_public_ip_on_vnic=who == "machines",
            security_list_ids=[closed.id],
            route_table_id=oci.core.RouteTable(
                world.name(who),
                display_name=who,
                route_rules=[
                    oci.core.RouteTableRouteRuleArgs(
                        network_entity_id=gateway.id,
                        destination=_EVERYWHERE,
                        destination_type="CIDR_BLOCK",
                    )
                ],
                **own,
            ).id,
            **own,
        )
        for number, (who, gateway) in enumerate(gateways.items())
    }
    return Network(vcn.id, subnets["machines"].id, subnets["balancers"].id)
