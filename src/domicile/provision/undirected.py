"""Providers whose DNS is not used: what is said where an environment names one for its names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from domicile.model.errors import OutsideError
from domicile.provision.adapters import World


def undirected(provider: str) -> OutsideError:
    """What to raise: this provider directs no traffic."""
    return OutsideError(
        f"{provider} directs no traffic here",
        help="give `names` of the environment the adapter `aws`, `azure`, `gcp` or `ovh` in"
        " `infra/environments.yaml`, then emit again",
    )


class Undirected:
    """An adapter that makes pools, and no names."""

    provider: str
    """As it is called in words."""

    def traffic(
        self,
        world: World,  # noqa: ARG002 -- as every adapter has it
        pools: Mapping[str, pulumi.Output[Any]],  # noqa: ARG002
        parent: pulumi.Resource,  # noqa: ARG002
    ) -> pulumi.Input[Any]:
        """Refused."""
        raise undirected(self.provider)
