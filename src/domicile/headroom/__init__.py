"""Headroom: what is left after the worst contingency, counted only over admissible places.

Pure: numpy in, numpy out; no files, no clock. See docs/headroom.md.
"""

from domicile.headroom.contingency import Contingency, as_arrays, by_law, contingencies
from domicile.headroom.expansion import Expansion, expand
from domicile.headroom.fleet import Conflict, Cut, Duty, FleetPlan, Need, Reason
from domicile.headroom.growth import Growth, growth
from domicile.headroom.least_cost import least_cost
from domicile.headroom.link_expansion import expand_links
from domicile.headroom.loads import cycles, dependants_first, propagate
from domicile.headroom.losses import KINDS, Connection, Ground, Loss
from domicile.headroom.nearest import nearest
from domicile.headroom.routing import Routing, solve
from domicile.headroom.shortfall import shortfalls

__all__ = [
    "KINDS",
    "Conflict",
    "Connection",
    "Contingency",
    "Cut",
    "Duty",
    "Expansion",
    "FleetPlan",
    "Ground",
    "Growth",
    "Loss",
    "Need",
    "Reason",
    "Routing",
    "as_arrays",
    "by_law",
    "contingencies",
    "cycles",
    "dependants_first",
    "expand",
    "expand_links",
    "growth",
    "least_cost",
    "nearest",
    "propagate",
    "shortfalls",
    "solve",
]
