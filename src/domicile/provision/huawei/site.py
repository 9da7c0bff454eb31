"""Huawei Cloud's two sites and their regions; how its labels are spelt; in which zones pools stand.

The European site has accounts and names of its own, and its regions are numbered from 101.
"""

from __future__ import annotations

import re
from typing import Any

import pulumi

from domicile.model.errors import SourceError
from domicile.provision.adapters import Place, PoolSpec, World
from domicile.provision.huawei.sdk import huaweicloud
from domicile.provision.labels import Spelling, labels
from domicile.provision.machines import held_to, inherited, short

_REGION = re.compile(r"[a-z]{2}-[a-z]+-\d+")
_EUROPEAN = re.compile(r"eu-west-1\d\d")
_SITES = {"huawei": "myhuaweicloud.com", "huawei-eu": "myhuaweicloud.eu"}
"""Provider of the catalogue → where its services are asked."""
_OWN = ("profile", "shared_config_file", "project_name", "enterprise_project_id")
"""Settings of the provider that are no secrets; keys are left to its variables and its file."""
_ZONES = 3
"""Most zones that pools are spread over, unless the stack's user names more."""
SPELLING = Spelling("_", "_", 43, lower=True)
"""What every service takes: keys of letters, digits, `_` and `-`, values of at most 43."""


def region_of(place: Place) -> str:
    """The region of a place.

    Raises:
        SourceError: its name is none of Huawei's, or one of the other site.
    """
    region = place.region
    if not _REGION.fullmatch(region):
        raise SourceError(
            f"`{place.datacenter}` is called `{region}`, which is no region of Huawei Cloud",
            help="name the datacenter as Huawei does in its `regions/` file: `tr-west-1`",
        )
    site = _site(region)
    if place.provider in _SITES and place.provider != site:
        raise SourceError(
            f"`{region}` is a region of `{site}`, and `{place.datacenter}` is one of"
            f" `{place.provider}`",
            help="the European site has accounts of its own: declare the datacenter there",
        )
    return region


def _site(region: str) -> str:
    """The provider of the catalogue whose region it is."""
    return "huawei-eu" if _EUROPEAN.fullmatch(region) else "huawei"


def provider_of(world: World, place: Place) -> pulumi.ProviderResource:
    """The one that a program gives the component, if its region is the place's; else ours.

    Raises:
        SourceError: the place is no region, or the given provider works elsewhere.
        NotKnownYet: settings of the given one are not known in this preview.
    """
    region = region_of(place)
    given = world.given("huaweicloud")
    if given is not None:
        asking = pulumi.InvokeOptions(provider=given)
        held_to(place, "huaweicloud", huaweicloud.get_availability_zones(opts=asking).region or "")
        return given
    own: dict[str, Any] = {**inherited("huaweicloud", *_OWN)}
    made: pulumi.ProviderResource = huaweicloud.Provider(
        world.name("huaweicloud"),
        region=region,
        cloud=_SITES[_site(region)],
        **own,
        opts=pulumi.ResourceOptions(parent=world.under),
    )
    return made


def zones_of(place: Place, provider: pulumi.ProviderResource) -> tuple[str, ...]:
    """The zones, in order, that have both machines and dedicated balancers; three at most.

    Balancers can stand in zones of one set together: the one with most zones is taken.

    Raises:
        SourceError: there is none.
    """
    asking = pulumi.InvokeOptions(provider=provider)
    machines = set(huaweicloud.get_availability_zones(opts=asking).names or ())
    sets = huaweicloud.dedicatedelb.get_availability_zones(opts=asking).availability_zones or ()
    common = [
        sorted({zone.code for zone in each.lists if "L4" in zone.protocols} & machines)
        for each in sets
    ]
    # of sets with equally many the first by name, so that the order of an answer changes nothing
    zones: list[str] = min(common, key=lambda each: (-len(each), each), default=[])
    if not zones:
        raise SourceError(
            f"no zone of `{place.region}` has both machines and dedicated balancers",
            help="name zones in `network:zones` of this stack's `config:`",
        )
    return tuple(zones[:_ZONES])


def tags_of(world: World, pool: PoolSpec) -> dict[str, str]:
    """What a pool's resources say of themselves."""
    return {**labels(pool, world.digest, SPELLING), **environment(world)}


def environment(world: World) -> dict[str, str]:
    """The label by which all of an environment is found, and its machines are backed up."""
    return {SPELLING.key("environment"): short(world.scope.lower(), SPELLING.longest)}
