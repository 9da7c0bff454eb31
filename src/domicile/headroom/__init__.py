"""Headroom: what is left after the worst contingency, counted only over admissible places.

Pure: numpy in, numpy out; no files, no clock. See docs/headroom.md.
"""

from domicile.headroom.binding import Binding, bindings, excess
from domicile.headroom.cheapest import Cheapest, cheapest
from domicile.headroom.contingency import Contingency, as_arrays, by_law, contingencies
from domicile.headroom.erlang import erlang_b, erlang_c
from domicile.headroom.every_set import every_shortfall
from domicile.headroom.examination import Examination, examine
from domicile.headroom.exchange import Exchange, Roads
from domicile.headroom.exchange_placing import Placed, place, uncarried
from domicile.headroom.exchange_program import Carried, ExchangeProgram
from domicile.headroom.expansion import Expansion, expand
from domicile.headroom.fleet import Beyond, Conflict, Cut, Duty, FleetPlan, Need, Reason, Shared
from domicile.headroom.grade import Blocked, Delayed, erlang_table, graded, largest_load, usable
from domicile.headroom.growth import Growth, growth
from domicile.headroom.least_cost import least_cost
from domicile.headroom.link_expansion import expand_links
from domicile.headroom.link_shortfall import link_shortfalls, shortfalls_over_links
from domicile.headroom.loads import cycles, dependants_first, propagate
from domicile.headroom.losses import KINDS, Connection, Ground, Loss
from domicile.headroom.methods import Method
from domicile.headroom.nearest import nearest
from domicile.headroom.routing import Routing, solve
from domicile.headroom.sharing import share
from domicile.headroom.shortfall import shortfalls

__all__ = [
    "KINDS",
    "Beyond",
    "Binding",
    "Blocked",
    "Carried",
    "Cheapest",
    "Conflict",
    "Connection",
    "Contingency",
    "Cut",
    "Delayed",
    "Duty",
    "Examination",
    "Exchange",
    "ExchangeProgram",
    "Expansion",
    "FleetPlan",
    "Ground",
    "Growth",
    "Loss",
    "Method",
    "Need",
    "Placed",
    "Reason",
    "Roads",
    "Routing",
    "Shared",
    "as_arrays",
    "bindings",
    "by_law",
    "cheapest",
    "contingencies",
    "cycles",
    "dependants_first",
    "erlang_b",
    "erlang_c",
    "erlang_table",
    "every_shortfall",
    "examine",
    "excess",
    "expand",
    "expand_links",
    "graded",
    "growth",
    "largest_load",
    "least_cost",
    "link_shortfalls",
    "nearest",
    "place",
    "propagate",
    "share",
    "shortfalls",
    "shortfalls_over_links",
    "solve",
    "uncarried",
    "usable",
]
