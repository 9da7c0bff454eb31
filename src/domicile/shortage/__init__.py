"""Shortfalls explained: who lacks what and why, where spare stands, what would close it.

Everything that is offered was solved again before it is said. See docs/headroom.md.
"""

from domicile.shortage.explaining import explain
from domicile.shortage.prices import RulePrice, RulePrices, rule_prices
from domicile.shortage.records import Remedy, Shortage, Spare

__all__ = [
    "Remedy",
    "RulePrice",
    "RulePrices",
    "Shortage",
    "Spare",
    "explain",
    "rule_prices",
]
