"""What the Public Cloud calls the places of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import pulumi
import yaml

from domicile.model.errors import SourceError
from domicile.provision.adapters import Place
from domicile.provision.openstack.hoster import Hoster

_OUTSIDE = "Ext-Net"
_LOCAL = re.compile(r"[a-z]+(-[a-z]+)*-lz-[a-z]{3}")


@cache
def _known() -> dict[str, dict[str, Any]]:
    text = resources.files(__package__).joinpath("regions.yaml").read_text(encoding="utf-8")
    known: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return known


def hoster(place: Place) -> Hoster:
    """The region of a place; `openstack:region` chooses among those that it has.

    Raises:
        SourceError: the place is not known, or has no such region.
    """
    if _LOCAL.fullmatch(place.region):
        known: Mapping[str, Any] = {"codes": [f"{place.region.upper()}-A"]}
    elif place.region in _known():
        known = _known()[place.region]
    else:
        raise SourceError(f"OVHcloud has no region `{place.region}` that this version knows")
    codes = known["codes"]
    wanted = pulumi.Config("openstack").get("region")
    if wanted and wanted not in codes:
        raise SourceError(
            f"`openstack:region` is `{wanted}`, and `{place.datacenter}` is {', '.join(codes)}",
            help="take it out of this stack's `config:`, or name a region of this place",
        )
    return Hoster(
        wanted or codes[0], tuple(known.get("zones", ())), _OUTSIDE, known.get("volume", "")
    )
