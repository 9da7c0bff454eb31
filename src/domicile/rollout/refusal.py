"""Why a rollout is refused: in words, with the quotas and pools that are in each other's way."""

from __future__ import annotations

import math
from dataclasses import dataclass

from domicile.model.rollout import PoolChange
from domicile.model.words import amount, quoted, several
from domicile.rollout.counts import Counts, at_places, changes
from domicile.rollout.proof import Lacking, Proof


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no order of steps is safe."""

    reason: str
    """In words."""
    quotas: tuple[str, ...]
    """Datacenters whose quota is in the way."""
    pools: tuple[PoolChange, ...]
    """Pools that cannot get where the plan wants them: from where they are stuck."""
    proved: bool
    """Whether it is certain that no order is; else none was found."""


def below_headroom(proof: Proof, goal: Counts) -> Refusal | None:
    """Refuse a plan that leaves less than the policy asks for, and less than there is."""
    lacking = next(proof.lacking(goal), None)
    if lacking is None:
        return None
    return Refusal(
        f"the plan itself has less headroom than what stands: {_short(lacking)}",
        quotas=(),
        pools=changes(proof.start.counted, goal),
        proved=True,
    )


def no_order(proof: Proof, stuck: Counts, goal: Counts, *, proved: bool) -> Refusal:
    """Refuse where quotas leave no room to grow before something else has to go."""
    left = changes(stuck, goal)
    standing, quotas = at_places(stuck), proof.quotas
    growing = [each for each in left if each.after > each.now]
    full = sorted(
        {
            each.datacenter
            for each in growing
            if standing.get(each.datacenter, 0) >= quotas.get(each.datacenter, math.inf)
        }
    )
    said = []
    for place in full:
        wanted = [each for each in growing if each.datacenter == place]
        said.append(
            f"the quota of `{place}`, {several(int(quotas[place]), 'backend')}, leaves no room for "
            + " or ".join(f"{each.after - each.now} more of `{each.service}`" for each in wanted)
        )
    for each in left:
        if each.after < each.now:
            key = each.service, each.datacenter
            lacking = next(proof.lacking({**stuck, key: each.now - 1}, each.service), None)
            if lacking is not None:
                said.append(
                    f"`{each.service}` cannot give up a backend at `{each.datacenter}` first: "
                    f"{_short(lacking)}"
                )
    how = "no order of steps is safe" if proved else "no safe order of steps was found"
    return Refusal(f"{how}: {'; '.join(said)}", tuple(full), left, proved)


def help_for(refusal: Refusal) -> str:
    """What would make a refused rollout possible."""
    if refusal.quotas:
        return (
            f"raise the quota of {quoted(refusal.quotas)} for the time of the rollout, or let the "
            "pools named here grow somewhere else first"
        )
    return "plan anew on what stands: `domicile plan`, then `domicile emit`"


def _short(lacking: Lacking) -> str:
    return (
        f"after {' and '.join(lacking.contingency)}, `{lacking.service}` would be "
        f"{amount(lacking.missing, lacking.unit)} shorter than it may be"
    )
