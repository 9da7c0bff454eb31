"""Runs in the peers' environment: a scale-out asked of linopy or of PyPSA.

The file, of numpy arrays: `admissible`, `demand`, `capacity`, `failures`, `unit_capacity`,
`unit_cost`, `limit`, `integral`. Told: the cost, seconds for building and solving, and sizes.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

OPTIONS = {"threads": 1, "output_flag": False, "mip_rel_gap": 0.0}


def main(peer: str, asked: Path, told: Path) -> None:
    """Ask, and tell."""
    logging.disable(logging.WARNING)
    question = dict(np.load(asked))
    cost, seconds, columns, rows = {"linopy": linopy, "pypsa": pypsa}[peer](question)
    answer = {"cost": cost, "seconds": seconds, "columns": columns, "rows": rows}
    told.write_text(json.dumps(answer), encoding="utf-8")


def linopy(question: Mapping[str, Any]) -> tuple[float, float, int, int]:
    """One flow for each scenario, demand and place, in arrays with names."""
    import linopy as lp
    import xarray as xr

    begun = time.perf_counter()
    lost = xr.DataArray(question["failures"].astype(float), dims=["scenario", "place"])
    admissible = xr.DataArray(question["admissible"], dims=["demand", "place"])
    unit = xr.DataArray(question["unit_capacity"], dims=["place"])
    capacity = xr.DataArray(question["capacity"], dims=["place"])
    most = xr.DataArray(question["limit"].astype(float), dims=["place"])
    wanted = xr.DataArray(question["demand"], dims=["demand"])
    allowed = (admissible & (lost == 0)).transpose("scenario", "demand", "place")
    model = lp.Model()
    whole = bool(question["integral"])
    added = model.add_variables(lower=0, upper=most, name="added", integer=whole)
    nothing = xr.zeros_like(allowed, dtype=float)
    flow = model.add_variables(lower=nothing, mask=allowed, name="flow")
    model.add_constraints(flow.sum("place") >= wanted, name="served")
    model.add_constraints(
        flow.sum("demand") - (1 - lost) * unit * added <= (1 - lost) * capacity, name="room"
    )
    model.add_objective((xr.DataArray(question["unit_cost"], dims=["place"]) * added).sum())
    model.solve("highs", io_api="direct", **OPTIONS)
    seconds = time.perf_counter() - begun
    return float(model.objective.value), seconds, int(model.nvars), int(model.ncons)


def pypsa(question: Mapping[str, Any]) -> tuple[float, float, int, int]:
    """A snapshot for each scenario: places generate, links carry to the demands that may go there.

    A place's generator may be extended, and is available where it is not lost.
    """
    import pandas as pd
    import pypsa as pp

    begun = time.perf_counter()
    demands, places = question["admissible"].shape
    network = pp.Network()
    network.set_snapshots(pd.RangeIndex(len(question["failures"])))
    at = [f"place {number}" for number in range(places)]
    of = [f"demand {number}" for number in range(demands)]
    network.add("Bus", at)
    network.add("Bus", of)
    network.add("Load", of, bus=of, p_set=question["demand"])
    unit, standing = question["unit_capacity"], question["capacity"]
    available = 1.0 - question["failures"].astype(float)
    network.add(
        "Generator", at, bus=at, p_nom_extendable=True, p_nom_min=standing,
        p_nom_max=standing + unit * question["limit"],
        capital_cost=question["unit_cost"] / unit,
        p_max_pu=pd.DataFrame(available, index=network.snapshots, columns=at),
    )  # fmt: skip
    demand, place = np.nonzero(question["admissible"])
    network.add(
        "Link", [f"link {number}" for number in range(len(demand))],
        bus0=[at[number] for number in place], bus1=[of[number] for number in demand],
        p_nom=float(question["demand"].sum()),
    )  # fmt: skip
    network.optimize(
        solver_name="highs", io_api="direct", solver_options=OPTIONS,
        include_objective_constant=False,
    )  # fmt: skip
    added = (network.generators.p_nom_opt.to_numpy() - standing) / unit
    seconds = time.perf_counter() - begun
    model = network.model
    return float(added @ question["unit_cost"]), seconds, int(model.nvars), int(model.ncons)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
