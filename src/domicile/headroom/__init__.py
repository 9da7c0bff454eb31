"""Headroom: what is left after the worst contingency, counted only over admissible places.

Pure: numpy in, numpy out; no files, no clock. See docs/headroom.md.
"""

from domicile.headroom.contingency import Connection, Contingency, as_arrays, contingencies
from domicile.headroom.every_set import every_shortfall
from domicile.headroom.examination import Examination, examine
from domicile.headroom.expansion import Expansion, expand
from domicile.headroom.fleet import Conflict, Cut, Duty, FleetPlan, Need, Reason
from domicile.headroom.least_cost import least_cost
from domicile.headroom.link_expansion import expand_links
from domicile.headroom.loads import cycles, dependants_first, propagate
from domicile.headroom.methods import Method
from domicile.headroom.nearest import nearest
from domicile.headroom.routing import Routing, solve
from domicile.headroom.shortfall import shortfalls

__all__ = [
    "Conflict",
    "Connection",
    "Contingency",
    "Cut",
    "Duty",
    "Examination",
    "Expansion",
    "FleetPlan",
    "Method",
    "Need",
    "Reason",
    "Routing",
    "as_arrays",
    "contingencies",
    "cycles",
    "dependants_first",
    "every_shortfall",
    "examine",
    "expand",
    "expand_links",
    "least_cost",
    "nearest",
    "propagate",
    "shortfalls",
    "solve",
]
