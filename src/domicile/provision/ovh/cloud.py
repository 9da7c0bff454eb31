"""The adapter of OVHcloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from domicile.provision.adapters import World
from domicile.provision.openstack.cloud import OpenStack
from domicile.provision.ovh.regions import hoster


class Ovh(OpenStack):
    """Pools in the Public Cloud; names in the DNS of OVHcloud."""

    def __init__(self) -> None:
        super().__init__(hoster)

    def traffic(
        self, world: World, pools: Mapping[str, pulumi.Output[Any]], parent: pulumi.Resource
    ) -> pulumi.Input[Any]:
        """Make the names that are lawful for whoever asks."""
        from domicile.provision.ovh.records import make_names

        return make_names(world, pools, parent)
