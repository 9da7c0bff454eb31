"""Headroom: what is left after the worst contingency, counted only over admissible places.

Pure: numpy in, numpy out; no files, no clock. See docs/headroom.md.
"""

from domicile.headroom.contingency import Contingency, as_arrays, by_law, contingencies
from domicile.headroom.erlang import erlang_b, erlang_c
from domicile.headroom.expansion import Expansion, expand
from domicile.headroom.fleet import Conflict, Cut, Duty, FleetPlan, Need, Reason
from domicile.headroom.grade import Blocked, Delayed, erlang_table, graded, largest_load, usable
from domicile.headroom.growth import Growth, growth
from domicile.headroom.least_cost import least_cost
from domicile.headroom.link_expansion import expand_links
from domicile.headroom.link_shortfall import link_shortfalls, shortfalls_over_links
from domicile.headroom.loads import cycles, dependants_first, propagate
from domicile.headroom.losses import KINDS, Connection, Ground, Loss
from domicile.headroom.nearest import nearest
from domicile.headroom.routing import Routing, solve
from domicile.headroom.sharing import share
from domicile.headroom.shortfall import shortfalls

__all__ = [
    "KINDS",
    "Blocked",
    "Conflict",
    "Connection",
    "Contingency",
    "Cut",
    "Delayed",
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
    "erlang_b",
    "erlang_c",
    "erlang_table",
    "expand",
    "expand_links",
    "graded",
    "growth",
    "largest_load",
    "least_cost",
    "link_shortfalls",
    "nearest",
    "propagate",
    "share",
    "shortfalls",
    "shortfalls_over_links",
    "solve",
    "usable",
]
