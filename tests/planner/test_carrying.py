"""What networks are asked for, in worlds that are small enough to be solved by hand.

Voice of France, 100 calls, needs directory. The plan serves voice at p and directory at q; p, q and
r are joined in a triangle of 100 Gbit/s links: 200 Gbit/s can go from p to q, half by way of r.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import small_worlds
import yaml
from small_worlds import PRICED

from domicile.carrying import Carrying, Overload
from domicile.model.plan import ContingencyRouting, Cost, Plan
from domicile.situation import Situation


def overloads(
    folder: Path,
    *,
    between: str | None = None,
    users: str | None = None,
    network: str | None = None,
    policy: dict[str, Any] | None = None,
    losses: tuple[str, ...] = ("link",),
) -> dict[str, Overload]:
    """First id of the contingency → its overload."""
    small_worlds.write(
        folder,
        [replace(site, existing=9) for site in PRICED],
        services=("directory", "voice"),
        losses=losses,
        surge=1,
        policy=policy,
        depends={"voice": {"directory": 1}},
    )
    services = folder / "infra/services.yaml"
    data = yaml.safe_load(services.read_text())
    voice = next(each for each in data["services"] if each["id"] == "voice")
    if between:
        voice["depends_on"][0]["traffic"] = between
    if users:
        voice["traffic"] = users
    services.write_text(json.dumps(data))
    if network:
        region = folder / "regions/of-p.yaml"
        data = yaml.safe_load(region.read_text())
        data["datacenters"][0]["capacity"] = network
        region.write_text(json.dumps(data))
    situation = small_worlds.situation(folder)
    found = Carrying(situation, _plan(situation)).overloads()
    return {each.contingency[0]: each for each in found}


def _plan(situation: Situation) -> Plan:
    """Voice at p, directory at q, whatever happens."""
    cases = {case.ids for strain in situation.strains.values() for case in strain.contingencies}
    return Plan(
        environment="production",
        as_of=situation.as_of,
        inputs="",
        verdicts="",
        optimal=True,
        cost=Cost(now=0, after=0),
        pools=(),
        nominal={
            "FR/voice/communications": {"p": 1.0},
            "FR/directory/communications": {"q": 1.0},
        },
        contingencies=tuple(ContingencyRouting(contingency=ids) for ids in sorted(cases)),
        order={},
    )


def test_what_fits_is_carried(tmp_path: Path) -> None:
    """100 x 1 Gbit/s fill the straight link, and when that breaks, the way round."""
    assert overloads(tmp_path, between="1 Gbit/s") == {}


def test_two_ways_carry_twice_as_much(tmp_path: Path) -> None:
    """200 Gbit/s need both ways; with either broken 100 are missing, named or not."""
    policy = {
        "contingencies": [
            {"id": "broken", "lost": ["link:p~q"], "reason": "invented"},
            {"id": "round", "lost": ["link:q~r"], "reason": "invented"},
        ]
    }
    found = overloads(tmp_path, between="2 Gbit/s", policy=policy)
    assert found.keys() == {"broken", "round", "link:p~q", "link:p~r", "link:q~r"}
    for each in found.values():
        assert each.place is None
        assert each.asked == pytest.approx(200)
        assert each.missing == pytest.approx(100, rel=1e-6)
        assert each.pairs[0] == ("p", "q")


def test_a_congested_link(tmp_path: Path) -> None:
    """The straight link keeps 30 of 100: 130 of 150 Gbit/s go, 20 are missing.

    A policy that loses no links foresees just that.
    """
    policy = {
        "contingencies": [{"id": "slow", "congested": {"link:p~q": "30 %"}, "reason": "invented"}]
    }
    found = overloads(tmp_path, between="1.5 Gbit/s", policy=policy, losses=())
    assert found.keys() == {"slow"}
    assert found["slow"].missing == pytest.approx(20, rel=1e-6)


def test_what_users_send(tmp_path: Path) -> None:
    """100 calls of 1 Gbit/s and 100 Gbit/s to q go through p's network, which carries 150."""
    found = overloads(tmp_path, between="1 Gbit/s", users="1 Gbit/s", network="150 Gbit/s")
    assert found["nominal"].place == "p"
    assert found["nominal"].asked == pytest.approx(200)
    assert found["nominal"].missing == pytest.approx(50)
