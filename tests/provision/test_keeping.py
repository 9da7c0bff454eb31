"""A pool that leaves stands as it was: what its stack said of it is enough to declare it again."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from domicile.provision.adapters import Place, PoolSpec
from domicile.provision.program import _declared, _specs
from domicile.provision.stages import Target
from domicile.provision.states import State

PLACE = Place("par", "ovh", "EU-WEST-PAR", "FR")
WAS = PoolSpec(
    "web", PLACE, "ovh.small", 3, 0.5, "requests/s", "b3-16", "Debian 12", 8443, "/up",
    ("CA-QC", "FR"), ("health", "identity"),
)  # fmt: skip


def _state(exported: dict[str, object]) -> State:
    stack = {"type": "pulumi:pulumi:Stack", "outputs": exported}
    return State((stack,), interrupted=False)


def _target(state: State) -> Target:
    """A run over that one stack, which is declared without pools, and of which nothing is noted."""
    applied = SimpleNamespace(pools=lambda _: {}, counting=None)
    run: Any = SimpleNamespace(known={"par": state}, applied=applied)
    return Target(run, {"par": {"pools": []}}, SimpleNamespace(pools=()))  # type: ignore[arg-type]


def test_a_pool_that_is_declared_no_more_keeps_its_machines_and_its_labels() -> None:
    """Through the state's JSON and back: all but that it leaves is the same."""
    exported = json.loads(json.dumps({"declared": {"web": _declared(WAS)}}))
    kept = _target(_state(exported)).pools("par", {("web", "par"): 3})
    (again,) = _specs(PLACE, json.loads(json.dumps(kept)))
    assert again == replace(WAS, leaving=True)
    (fewer,) = _specs(PLACE, _target(_state(exported)).pools("par", {("web", "par"): 1}))
    assert fewer == replace(WAS, leaving=True, backends=1)


def test_a_pool_behind_one_balancer_counts_its_backends_not_its_addresses() -> None:
    """One address, three backends."""
    exported = {"pools": {"web": [{"address": "a"}]}, "declared": {"web": _declared(WAS)}}
    assert _target(_state(exported)).start.standing == {("web", "par"): 3}


def test_a_stack_from_before_counts_its_records() -> None:
    """Where a state says nothing of what was declared, each record is one backend."""
    record = {"backend": 0, "address": "127.0.0.1:1", "capacity": 20.0, "unit": "calls"}
    target = _target(_state({"pools": {"voice": [record, record]}}))
    assert target.start.standing == {("voice", "par"): 2}
    (again,) = _specs(PLACE, target.pools("par", target.start.standing))
    assert (again.backends, again.capacity, again.unit) == (2, 20.0, "calls")
