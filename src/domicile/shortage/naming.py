"""Places as people name them."""

from __future__ import annotations

from collections.abc import Sequence

from domicile.model.words import listed
from domicile.situation import Situation


def where(situation: Situation, places: Sequence[str], most: int = 3) -> str:
    """Places with their towns: `` `ovh-bhs` (Beauharnois, CA) ``."""
    datacenters = situation.workspace.datacenters
    return listed(
        (f"`{name}` ({datacenters[name].city}, {datacenters[name].country})" for name in places),
        most,
    )
