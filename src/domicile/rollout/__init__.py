"""From where things stand to the plan, in steps of which none is unlawful or below headroom.

What is served rests on two counts for each pool: how many backends *stand*, and how many of them
traffic *counts on*. Pools that grow change only the first; pools that shrink, too, as long as they
keep what traffic counts on. So headroom can only change with traffic, and a traffic step that is
half done still counts everywhere on the lesser of the two numbers before and after it. What has
to be proved is therefore a short list of counts: those of each traffic step, those between them,
and the quotas while both sides of a step stand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domicile.lazy import exports

if TYPE_CHECKING:
    from domicile.rollout.counts import Counts, Key, Start
    from domicile.rollout.proof import Proof
    from domicile.rollout.refusal import Refusal, help_for
    from domicile.rollout.steps import Rollout, TrafficRouting, from_nothing, rollout, routed

__all__ = [
    "Counts",
    "Key",
    "Proof",
    "Refusal",
    "Rollout",
    "Start",
    "TrafficRouting",
    "from_nothing",
    "help_for",
    "rollout",
    "routed",
]

# Most of a run needs no proof.
__getattr__ = exports(
    __name__,
    {
        "Counts": "domicile.rollout.counts",
        "Key": "domicile.rollout.counts",
        "Start": "domicile.rollout.counts",
        "Proof": "domicile.rollout.proof",
        "Refusal": "domicile.rollout.refusal",
        "help_for": "domicile.rollout.refusal",
        "Rollout": "domicile.rollout.steps",
        "TrafficRouting": "domicile.rollout.steps",
        "from_nothing": "domicile.rollout.steps",
        "rollout": "domicile.rollout.steps",
        "routed": "domicile.rollout.steps",
    },
)
