"""One environment of a workspace, on one day, with one set of counts: what rules look at.

Everything is computed once, when first asked for. What does not resolve (a pool of an unknown
service, say) is left out of the computations: the rules of `structure/` name it and block.

Each room builds on those before it:

- `declared`: what the environment declares, and what of it resolves;
- `demanded`: what is asked of each service;
- `counted`: how many backends stand where, and what they can do;
- `admitted`: which place may serve which load;
- `reasoned`: why the law says so;
- `strained`: what may fail, and how services stand then.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from domicile.situation.reasoned import Reasoned
from domicile.situation.strained import Strained
from domicile.workspace import Workspace

_JUDGED = (
    *("jurisdictions", "data_classes", "conditions", "confirmations", "mechanisms", "groups"),
    *("providers", "datacenters", "provider_of", "failure_domains", "links", "entries"),
    *("services", "flows", "side_paths", "side_path_uses", "headroom"),
)
"""The parts of a workspace on which the law, and what may fail, rest."""


class Situation(Reasoned, Strained):
    """What is judged.

    Args:
        workspace: the declared world.
        law: the law to apply.
        environment: which of its environments.
        as_of: the day.
        counts: judge the emitted plan's counts, or the existing ones.
        plan: judge this plan instead of the emitted one.

    Raises:
        SourceError: the environment is not declared.
    """

    _UNJUDGED = frozenset(
        {
            *("known_pools", "places", "_columns", "provider_at", "backends", "existing"),
            *("cycles", "dependencies", "loads"),
        }
    )

    def edited(self, workspace: Workspace) -> Situation:
        """The same, after rates, counts, limits or prices were edited; what still holds is kept.

        Args:
            workspace: made of this one's by `dataclasses.replace`. Where it differs in anything
                that the law or what may fail rests on, everything is computed anew.
        """
        after = Situation(
            workspace, self.law, self.environment, self.as_of, self.counts, plan=self.plan
        )
        before = self.workspace
        same = all(getattr(workspace, each) is getattr(before, each) for each in _JUDGED)
        if not same or after._shape != self._shape:
            return after
        for name in ("places", "onward", "foreseen", "_fallen", "_columns", "provider_at"):
            if name in self.__dict__:
                after.__dict__[name] = self.__dict__[name]
        if "admissible" in self.__dict__:
            after.__dict__["admissible"] = replace(self.admissible, loads=after.loads)
        after._before = self.__dict__.get("strains", {})
        return after

    @cached_property
    def _shape(self) -> tuple[object, ...]:
        """What the law is asked about: which pools for whom, and which loads."""
        pools = tuple((key, pool.subjects) for key, pool in self.known_pools.items())
        return pools, tuple(load.key for load in self.loads)
