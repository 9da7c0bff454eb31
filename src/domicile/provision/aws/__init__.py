"""Amazon Web Services: auto scaling groups behind a balancer, names in Route 53.

Its partitions are clouds of their own, with accounts, endpoints and names of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domicile.provision.adapters import Adapter


def adapter() -> Adapter:
    """Pools in any region; names in the commercial partition."""
    return _adapter("aws")


def china() -> Adapter:
    """The partition that Sinnet and NWCD operate."""
    return _adapter("aws-cn")


def government() -> Adapter:
    """GovCloud (US)."""
    return _adapter("aws-us-gov")


def sovereign() -> Adapter:
    """The European Sovereign Cloud."""
    return _adapter("aws-eusc")


def _adapter(partition: str) -> Adapter:
    from functools import partial

    from domicile.provision.aws.ground import make_ground
    from domicile.provision.aws.pools import make_pool
    from domicile.provision.aws.records import make_names
    from domicile.provision.cloud import Cloud

    return Cloud(
        "AWS",
        partial(make_ground, partition=partition),
        make_pool,
        partial(make_names, partition=partition),
    )
