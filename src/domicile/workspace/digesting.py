"""The digest of what a plan rests on: it changes when the plan could, and with nothing else.

It covers one environment: its pools, demand and flows; the services, backend types, headroom
policies and mechanisms; the datacenters that pools and flows name, with their providers; entries
of the demand's subjects; and every link, since any may connect the rest. The law is not in it: a
plan carries a second digest, of its verdicts. Nor is prose: names, reasons and sources.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from domicile.model.base import Record
from domicile.model.quantity import Quantity
from domicile.workspace.contents import Workspace

_PROSE = frozenset(
    {"name", "description", "reason", "purpose", "source", "checked", "note", "city", "example"}
)


def digest(workspace: Workspace, environment: str) -> str:
    """`sha256:` and the digest of the canonical form, independent of order and of comments."""
    text = json.dumps(_rests_on(workspace, environment), sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _rests_on(workspace: Workspace, environment: str) -> dict[str, Any]:
    pools = workspace.pools.get(environment, ())
    demand = workspace.demand.get(environment, ())
    flows = workspace.flows.get(environment, ())
    places = {pool.datacenter for pool in pools} | {place for flow in flows for place in flow.to}
    providers = {workspace.provider_of[name] for name in places if name in workspace.provider_of}
    subjects = {each.subject for each in demand}
    subjects |= {subject.split("-")[0] for subject in subjects}
    backends = {pool.backend for pool in pools}
    return {
        "environment": _plain(workspace.environments.get(environment)),
        "pools": _unordered(pools),
        "demand": _unordered(demand),
        "flows": _unordered(flows),
        "services": _unordered(workspace.services.values()),
        "backends": _unordered(b for name, b in workspace.backends.items() if name in backends),
        "headroom": [_plain(policy) for policy in workspace.headroom],
        "mechanisms": _unordered(workspace.mechanisms),
        "side_paths": [_plain(use) for use in workspace.side_path_uses.get(environment, ())],
        "datacenters": _unordered(d for name, d in workspace.datacenters.items() if name in places),
        "providers": _unordered(p for name, p in workspace.providers.items() if name in providers),
        "entries": _unordered(e for name, e in workspace.entries.items() if name in subjects),
        "links": _unordered(workspace.links),
    }


def _unordered(records: Any) -> list[Any]:  # noqa: ANN401  (any iterable of records)
    return sorted(
        (_plain(each) for each in records), key=lambda each: json.dumps(each, sort_keys=True)
    )


def _plain(value: Any) -> Any:  # noqa: ANN401  (whatever a record holds)
    if isinstance(value, Record):
        return {
            name: _plain(getattr(value, name))
            for name in type(value).model_fields
            if name not in _PROSE
        }
    if isinstance(value, Quantity):
        return [value.value, value.unit]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value
