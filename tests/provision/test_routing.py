"""What the director decides and what fronts are told: lawful places, and no other, ever."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domicile.provision.local import fronts
from domicile.provision.local.caddy import configuration
from domicile.provision.local.decide import decide
from domicile.provision.local.entry import entry
from domicile.provision.local.run_folder import RunFolder
from domicile.provision.local.things import front_of
from domicile.provision.local.traffic import Contingency, Front, Load, Traffic, Upstream

PLACES = ("ber", "lyo", "par", "zrh")
LAWFUL = {"FR": ("par", "lyo", "ber"), "DE": ("ber", "lyo"), "CH": ("zrh",)}
NOMINAL = {"FR": {"par": 0.6, "lyo": 0.4}, "DE": {"ber": 1.0}, "CH": {"zrh": 1.0}}


def _load(subject: str) -> Load:
    own = 2 + list(LAWFUL).index(subject)
    entries = {place: f"127.1.{PLACES.index(place)}.{own}:8000" for place in LAWFUL[subject]}
    return Load(
        f"{subject}/web/c", subject, "web", entries, {}, LAWFUL[subject], NOMINAL[subject], 10.0
    )


UPSTREAMS = tuple(
    Upstream("web", place, number, f"127.2.{n}.1:{10000 + number}", "nonce", 30.0, "requests/s")
    for n, place in enumerate(PLACES)
    for number in range(2)
)
FRONTS = tuple(Front(place, "/s", "/e", "/r", "/l") for place in PLACES)
LOADS = tuple(_load(subject) for subject in LAWFUL)
PROVED = Contingency(("par",), {"FR/web/c": {"lyo": 0.5, "ber": 0.5}})
TRAFFIC = Traffic(FRONTS, LOADS, UPSTREAMS, (PROVED,))


def _down(*places: str) -> frozenset[str]:
    return frozenset(each.address for each in UPSTREAMS if each.datacenter in places)


def test_nothing_lost_is_nominal() -> None:
    """With every backend answering, each load goes where the plan sends it."""
    decision = decide(TRAFFIC, frozenset())
    assert decision.how == {"web": "nominal"}
    assert decision.shares == {load.id: load.nominal for load in LOADS}


def test_one_backend_down_loses_no_place() -> None:
    """A place with one backend left is not lost: the routing stays."""
    assert decide(TRAFFIC, frozenset([UPSTREAMS[0].address])).how == {"web": "nominal"}


def test_a_declared_loss_gets_its_proved_routing() -> None:
    """With Paris lost, exactly the plan's changes hold, and nothing else moves."""
    decision = decide(TRAFFIC, _down("par"))
    assert decision.how == {"web": "proved"}
    assert decision.shares["FR/web/c"] == {"lyo": 0.5, "ber": 0.5}
    assert decision.shares["DE/web/c"] == {"ber": 1.0}


def test_an_undeclared_loss_is_solved_or_refused() -> None:
    """With Berlin and Zurich lost, German data goes to Lyon, Swiss data nowhere."""
    decision = decide(TRAFFIC, _down("ber", "zrh"))
    assert decision.how == {"web": "solved"}
    assert decision.shares["DE/web/c"] == {"lyo": 1.0}
    assert decision.shares["CH/web/c"] == {}


def test_a_proved_routing_that_uses_a_lost_place_is_not_believed() -> None:
    """A plan that sends a load to the very place it lost is solved anew instead."""
    wrong = Traffic(FRONTS, LOADS, UPSTREAMS, (Contingency(("par",), {}),))
    decision = decide(wrong, _down("par"))
    assert decision.how == {"web": "solved"}
    assert "par" not in decision.shares["FR/web/c"]


@given(st.sets(st.sampled_from([each.address for each in UPSTREAMS])))
def test_no_fail_over_ever_leaves_the_law(down: set[str]) -> None:
    """Whatever is down, neither a decision nor any tier of any front names an unlawful place."""
    decision = decide(TRAFFIC, frozenset(down))
    place_of = {each.address: each.datacenter for each in UPSTREAMS}
    for load in LOADS:
        assert set(decision.shares[load.id]) <= set(load.order)
    for front in FRONTS:
        whole = configuration(TRAFFIC, front, decision.shares, frozenset(down))
        for load in LOADS:
            server = whole["apps"]["http"]["servers"].get(load.id)
            used = {place_of[address] for address in _dials(server)} if server else set()
            assert used <= set(load.order)
            assert not _dials(server) & down


def test_a_post_is_never_sent_twice_by_a_front() -> None:
    """After a failed exchange only GET and HEAD move on; all methods may where nothing was sent."""
    whole = configuration(TRAFFIC, FRONTS[0], decide(TRAFFIC, frozenset()).shares, frozenset())
    text = json.dumps(whole)
    assert '"retry_match": [{"method": ["GET", "HEAD"]}]' in text
    for moved in _matches(whole):
        if moved["vars"]["{http.error.status_code}"] != ["503"]:
            assert moved["method"] == ["GET", "HEAD"]


def test_what_arrives_at_an_entry_reaches_that_loads_routing_and_no_other() -> None:
    """Each entry hands on to the one socket at which its own load's routing listens."""
    for front in FRONTS:
        outer = entry(TRAFFIC, front)["apps"]["http"]["servers"]
        inner = configuration(TRAFFIC, front, {}, frozenset())["apps"]["http"]["servers"]
        assert set(outer) == set(inner) == {x.id for x in LOADS if front.datacenter in x.entries}
        behind = {load: _dials(server) for load, server in outer.items()}
        for load in outer:
            (socket,) = inner[load]["listen"]
            assert behind[load] == {socket.removesuffix("|0600")}
        assert len(set().union(*behind.values())) == len(outer)


def test_sockets_of_a_front_have_short_paths_whatever_its_datacenter_is_called() -> None:
    """The kernel takes 107 bytes; a name has up to 63, a workspace's path as many as it likes."""
    for root in ("/w", "/w" * 14, "/w" * 200):
        front = front_of(RunFolder(Path(root), "local"), "d" * 63)
        assert len(front.behind("127.254.254.254:32767")) <= 107
        assert len(front.routing_admin) <= 107


def test_the_record_survives_its_file() -> None:
    """What the director reads is what the provider wrote."""
    assert Traffic.read(TRAFFIC.text()) == TRAFFIC


def test_fronts_survive_any_two_losses_and_stand_lawfully() -> None:
    """Whatever two places are lost, a load with a lawful place left has an entry at one."""
    order = {load.id: load.order for load in LOADS}
    standing = fronts.stand(order, PLACES, set())
    for load in LOADS:
        entering, refusing = fronts.entries(load.order, standing, PLACES, set())
        assert set(entering) <= set(load.order)
        assert not set(refusing) & set(entering)
        for lost in combinations(PLACES, 2):
            left = set(load.order) - set(lost)
            assert bool(set(entering) - set(lost)) == bool(left)
            assert left or set(refusing) - set(lost)


def _dials(part: object) -> set[str]:
    if isinstance(part, dict):
        own = {part["dial"]} if "dial" in part else set()
        return own.union(*(_dials(value) for value in part.values()))
    return set().union(*(_dials(value) for value in part)) if isinstance(part, list) else set()


def _matches(part: object) -> list[dict[str, Any]]:
    if isinstance(part, dict):
        own = [part] if "{http.error.status_code}" in str(part.get("vars", "")) else []
        return own + [found for value in part.values() for found in _matches(value)]
    return [found for value in part for found in _matches(value)] if isinstance(part, list) else []
