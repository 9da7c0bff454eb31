"""OVHcloud: its OpenStack, by the region codes that it has, and names in its DNS."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import pulumi

    from domicile.provision.adapters import Adapter, World


def adapter() -> Adapter:
    """Pools and names at OVHcloud, of any of its companies."""
    from functools import partial

    from domicile.provision.cloud import Cloud
    from domicile.provision.openstack.pools import make_ground, make_pool
    from domicile.provision.ovh.regions import hoster

    return Cloud("OVHcloud", partial(make_ground, hoster=hoster), make_pool, _names)


def _names(
    world: World, pools: Mapping[str, pulumi.Output[Any]], parent: pulumi.Resource
) -> dict[str, list[str]]:
    """By an SDK of its own, which stacks of pools need not load."""
    from domicile.provision.ovh.records import make_names

    return make_names(world, pools, parent)
