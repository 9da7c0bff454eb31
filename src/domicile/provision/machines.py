"""What adapters of clouds share: sizes while machines are replaced, health checks, short names.

What a user wants otherwise stands in the stack's own `config:`, under keys that `emit` leaves.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi.runtime.config import is_config_secret

from domicile.model.errors import SourceError
from domicile.provision.adapters import NotKnownYet, Place, PoolSpec
from domicile.provision.labels import PLAN, Spelling

_TLS = frozenset({443, 5061, 8443})
"""Ports at which a service by HTTP is expected to speak it over TLS."""


def largest(backends: int) -> int:
    """Most machines at once while they are replaced: one tenth more than planned, at least one."""
    return backends + max(1, -(-backends // 10))


def short(name: str, most: int) -> str:
    """A name of at most so many characters; what is cut off is told apart by a digest."""
    if len(name) <= most:
        return name
    return f"{name[: most - 7]}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def asked_by(port: int, health: str) -> str:
    """How health is asked: `HTTPS`, `HTTP`, or `TCP` where it is enough that a backend listens."""
    if not health:
        return "TCP"
    return "HTTPS" if port in _TLS else "HTTP"


def protocol(pool: PoolSpec) -> str:
    """How a pool's health is asked."""
    return asked_by(pool.port, pool.health)


def lasting(labels: Mapping[str, str], spelling: Spelling) -> dict[str, str]:
    """Labels that do not change with each plan, for templates of machines.

    A template that changes has its machines replaced, and the plan's digest is no reason for that.
    """
    return {key: value for key, value in labels.items() if key != spelling.key(PLAN)}


def entry(
    pool: PoolSpec, address: pulumi.Input[str], **more: pulumi.Input[str]
) -> dict[str, object]:
    """One place where a pool's requests enter, with what a health check of it must know."""
    return {"address": address, "port": pool.port, "health": pool.health, **more}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a stack's user has set for its networks and balancers."""

    vpc: str
    """`network:vpc`: the network to use; empty: the stack makes one."""
    subnets: tuple[str, ...]
    """`network:subnets`: where machines stand in it."""
    public_subnets: tuple[str, ...]
    """`network:publicSubnets`: where balancers stand in it, if that is elsewhere."""
    zones: tuple[str, ...]
    """`network:zones`: which zones to spread over; empty: all, or as many as are worth it."""
    fixed_addresses: bool
    """`balancer:fixedAddresses`: whether balancers have addresses of their own instead of names."""
    user_data: pulumi.Input[str] | None
    """`machine:userData`: what starts the service on a machine; None: the image does."""
    certificate: str
    """`balancer:certificate`: ends TLS at the balancer with it, where the service speaks HTTP."""

    @classmethod
    def of_stack(cls) -> Wishes:
        """Read them."""
        network, balancer = pulumi.Config("network"), pulumi.Config("balancer")
        return cls(
            network.get("vpc") or "",
            tuple(network.get_object("subnets") or ()),
            tuple(network.get_object("publicSubnets") or ()),
            tuple(network.get_object("zones") or ()),
            bool(balancer.get_bool("fixedAddresses")),
            user_data(),
            balancer.get("certificate") or "",
        )


def user_data() -> pulumi.Input[str] | None:
    """`machine:userData`, a secret where its user made it one; None where there is none."""
    text = pulumi.Config("machine").get("userData")
    if text and is_config_secret("machine:userData"):
        return pulumi.Output.secret(text)
    return text or None


def encoded(user_data: pulumi.Input[str] | None) -> pulumi.Input[str] | None:
    """User data as most clouds take it, in base 64; None where there is none."""
    if isinstance(user_data, pulumi.Output):
        return user_data.apply(_encoded)
    return _encoded(str(user_data)) if user_data else None


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def held_to(place: Place, package: str, region: str) -> None:
    """Make sure that a provider which a program gave works in the region of the place.

    Raises:
        SourceError: it works elsewhere, where nobody judged the pool.
        NotKnownYet: its own settings are not known in this preview.
    """
    if not region and pulumi.runtime.is_dry_run():
        raise NotKnownYet(f"the region of the program's provider of `{package}`")
    if region != place.region:
        raise SourceError(
            f"the program's provider of `{package}` works in"
            f" {f'`{region}`' if region else 'no region'}, and `{place.datacenter}` is"
            f" `{place.region}`",
            help=f"give the component a provider of `{place.region}`, or none: it makes its own",
        )


def inherited(package: str, *names: str) -> dict[str, str]:
    """Settings of a package's provider in the stack's `config:`, by their names in Python.

    A provider that a program makes itself does not read them; the region is never one of them.
    """
    config = pulumi.Config(package)
    found = {name: config.get(_camel(name)) for name in names}
    return {name: value for name, value in found.items() if value}


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
