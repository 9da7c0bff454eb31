"""From where things stand to the plan, in steps of which none is unlawful or below headroom.

What is served rests on two counts for each pool: how many backends *stand*, and how many of them
traffic *counts on*. Pools that grow change only the first; pools that shrink, too, as long as they
keep what traffic counts on. So headroom can only change with traffic, and a traffic step that is
half done still counts everywhere on the lesser of the two numbers before and after it. What has
to be proved is therefore a short list of counts: those of each traffic step, those between them,
and the quotas while both sides of a step stand.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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

_HOMES = {
    "Counts": "counts",
    "Key": "counts",
    "Start": "counts",
    "Proof": "proof",
    "Refusal": "refusal",
    "help_for": "refusal",
    "Rollout": "steps",
    "TrafficRouting": "steps",
    "from_nothing": "steps",
    "rollout": "steps",
    "routed": "steps",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  (a module's attribute may be anything)
    """Import what is exported when it is first asked for: most of a run needs no proof."""
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
