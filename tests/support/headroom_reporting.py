"""The small world of `reporting`, and what is left in it, worked out by hand.

Zurich has 200 requests/s, Tokyo 100, Singapore none: 60 % of it nominally, 90 % after a loss, under
1.2 times the demand. Swiss plain data (10 requests/s) may be in Zurich or Tokyo, Swiss health data
(10) in Zurich alone, Japanese data (10) anywhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import judging
import reporting

from domicile.model.tokens import Counts
from domicile.report.headroom.gathering import gather
from domicile.report.headroom.records import HeadroomReport

WHOLE = {
    ("nominal",): 5.0,  # 30 asked of 120 + 60
    ("surge:1.2",): 6.5,  # 36 of 180 + 90
    ("datacenter:alpha-zurich", "surge:1.2"): -12 / 36,  # health data has no place
    ("datacenter:alpha-tokyo", "surge:1.2"): 4.0,  # 36 of 180
    ("datacenter:alpha-singapore", "surge:1.2"): 6.5,  # nothing stands there
}
"""Contingency → spare of all demand."""
ALONE = {
    ("CH", "nominal"): 7.5,  # 180 - 10 hold 20
    ("JP", "nominal"): 15.0,  # 180 - 20 hold 10
    ("CH", "datacenter:alpha-zurich"): -0.5,  # 12 of 24 short
    ("JP", "datacenter:alpha-zurich"): 5.5,  # 90 - 12 hold 12
    ("CH", "datacenter:alpha-tokyo"): 6.0,  # 180 - 12 hold 24
    ("JP", "datacenter:alpha-tokyo"): 12.0,  # 180 - 24 hold 12
}
"""Subject and what is lost → its spare."""


def files(*, health: bool = True, tokyo: int = 1) -> dict[str, Any]:
    """The world; without Swiss health data, or with another number of backends in Tokyo."""
    made = reporting.files()
    if not health:
        demand = made["infra/demand.yaml"]["demand"]
        made["infra/demand.yaml"] = {
            "demand": [each for each in demand if each["id"] != "ch-health"]
        }
    for pool in made["infra/pools.yaml"]["pools"]:
        if pool["datacenter"] == "alpha-tokyo":
            pool["existing"] = f"{tokyo} backends"
    return made


def reported(folder: Path, without: tuple[str, ...] = ()) -> HeadroomReport:
    """The report on a world, of what stands."""
    situation = judging.situation(folder, Counts.EXISTING)
    return gather(situation.without(without) if without else situation, without)
