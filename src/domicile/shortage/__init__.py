"""Shortfalls explained: who lacks what and why, where spare stands, what would close it.

Everything that is offered was solved again before it is said. See docs/headroom.md.
"""

from domicile.shortage.explaining import explain
from domicile.shortage.giving import gives
from domicile.shortage.narrow import Bound, Crossing, Narrow, explained, narrow, narrow_in
from domicile.shortage.needed import Needed, needed
from domicile.shortage.prices import RulePrice, RulePrices, rule_prices
from domicile.shortage.quota import quota_gives
from domicile.shortage.records import Remedy, Shortage, Spare
from domicile.shortage.widening import Strait

__all__ = [
    "Bound",
    "Crossing",
    "Narrow",
    "Needed",
    "Remedy",
    "RulePrice",
    "RulePrices",
    "Shortage",
    "Spare",
    "Strait",
    "explain",
    "explained",
    "gives",
    "narrow",
    "narrow_in",
    "needed",
    "quota_gives",
    "rule_prices",
]
