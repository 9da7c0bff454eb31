"""A pool that leaves stands as it was: what its stack said of it is enough to declare it again."""

from __future__ import annotations

import json
from dataclasses import replace

from domicile.provision.adapters import Place, PoolSpec
from domicile.provision.lifecycle import _excess, _only_shrinks
from domicile.provision.program import _declared, _specs
from domicile.provision.states import State

PLACE = Place("par", "ovh", "EU-WEST-PAR", "FR")
WAS = PoolSpec(
    "web", PLACE, "ovh.small", 3, 0.5, "requests/s", "b3-16", "Debian 12", 8443, "/up",
    ("CA-QC", "FR"), ("health", "identity"),
)  # fmt: skip


def _state(exported: dict[str, object]) -> State:
    stack = {"type": "pulumi:pulumi:Stack", "outputs": exported}
    return State((stack,), interrupted=False)


def test_a_pool_that_is_declared_no_more_keeps_its_machines_and_its_labels() -> None:
    """Through the state's JSON and back: all but that it leaves is the same."""
    exported = json.loads(json.dumps({"declared": {"web": _declared(WAS)}}))
    kept = _excess(_state(exported), {"pools": []})
    (again,) = _specs(PLACE, [], json.loads(json.dumps(kept)))
    assert again == replace(WAS, leaving=True)


def test_a_pool_behind_one_balancer_counts_its_backends_not_its_addresses() -> None:
    """One address, three backends: two declared are fewer, three are not."""
    exported = {"pools": {"web": [{"address": "a"}]}, "declared": {"web": _declared(WAS)}}
    state = _state(exported)
    two = {"pools": [{"service": "web", "backends": 2}]}
    three = {"pools": [{"service": "web", "backends": 3}]}
    assert _excess(state, two)["web"]["backends"] == 3
    assert _only_shrinks(state, two)
    assert _excess(state, three) == {}


def test_a_stack_from_before_counts_its_records() -> None:
    """Where a state says nothing of what was declared, each record is one backend."""
    record = {"backend": 0, "address": "127.0.0.1:1", "capacity": 20.0, "unit": "calls"}
    state = _state({"pools": {"voice": [record, record]}})
    kept = _excess(state, {"pools": []})
    assert kept == {"voice": {"backends": 2, "capacity": 20.0, "unit": "calls"}}
    (again,) = _specs(PLACE, [], kept)
    assert (again.backends, again.capacity, again.unit) == (2, 20.0, "calls")
