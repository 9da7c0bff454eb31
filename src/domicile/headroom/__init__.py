"""Headroom: what is left after the worst contingency, counted only over admissible places.

Pure: numpy in, numpy out; no files, no clock. See docs/headroom.md.
"""

from domicile.headroom.contingency import Connection, Contingency, as_arrays, contingencies
from domicile.headroom.expansion import Expansion, expand
from domicile.headroom.fleet import Conflict, Cut, Duty, FleetPlan, Need, Reason
from domicile.headroom.least_cost import least_cost
from domicile.headroom.link_expansion import expand_links
from domicile.headroom.link_shortfall import link_shortfalls, shortfalls_over_links
from domicile.headroom.loads import cycles, dependants_first, propagate
from domicile.headroom.nearest import nearest
from domicile.headroom.routing import Routing, solve
from domicile.headroom.shortfall import shortfalls

__all__ = [
    "Conflict",
    "Connection",
    "Contingency",
    "Cut",
    "Duty",
    "Expansion",
    "FleetPlan",
    "Need",
    "Reason",
    "Routing",
    "as_arrays",
    "contingencies",
    "cycles",
    "dependants_first",
    "expand",
    "expand_links",
    "least_cost",
    "link_shortfalls",
    "nearest",
    "propagate",
    "shortfalls",
    "shortfalls_over_links",
    "solve",
]
