"""Headroom: what is left after the worst contingency, counted only over admissible places.

Pure: numpy in, numpy out; no files, no clock. See docs/headroom.md.
"""

from domicile.headroom.contingency import Connection, Contingency, as_arrays, contingencies
from domicile.headroom.loads import dependants_first, propagate
from domicile.headroom.routing import Routing, solve
from domicile.headroom.shortfall import shortfalls

__all__ = [
    "Connection",
    "Contingency",
    "Routing",
    "as_arrays",
    "contingencies",
    "dependants_first",
    "propagate",
    "shortfalls",
    "solve",
]
