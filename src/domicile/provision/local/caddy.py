"""A front's routing: one server for each load, and lawful places only behind it.

Each load has an address and port of its own (its *entry*), so the place at which a request arrives
says whose people it is about: the front's outer half (`entry.py`) hands what arrives there to a
socket that only this load has. Headers that a client sends in our name are struck out here, where
they are set. Behind an entry stand tiers: first the routing that was proved, by turns; then, one by
one, the other lawful places in their static order; then a refusal. No other place appears in it
anywhere.

A request moves on to the next tier when a tier has no room left (nothing was sent), when a place
said that it has none, or, for GET and HEAD only, when a place did not answer: a POST sent twice may
run twice. A 503 of overload marks no backend as down; only a connection that fails does.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from domicile.provision.local.health import PRIVATE
from domicile.provision.local.slots import spread
from domicile.provision.local.traffic import Front, Load, Shares, Traffic, Upstream

CONCURRENT = ("calls", "streams", "users")
ANSWER_WITHIN = {True: "65s", False: "3s"}
"""Until a place must begin its answer: a call may be held for a minute, a request may not hang."""
CONNECT_WITHIN = "1s"
GRACE = "75s"
"""Longer than any place may take to answer: what was begun under a replaced routing is ended."""
NO_PLACE, NO_ROOM = "no-lawful-place", "no-room"
"""Why a front refuses: no lawful place is left; or those that are do not answer or are full."""
_SAFE = {"method": ["GET", "HEAD"]}
_ACCESS = "http.log.access"
_NOTHING_ASKED = {
    "format": "filter",
    "wrap": {"format": "json"},
    "fields": {name: {"filter": "delete"} for name in ("request", "resp_headers")},
}
"""How logs are written: with nothing of a request itself."""


def configuration(
    traffic: Traffic, front: Front, shares: Mapping[str, Shares], down: frozenset[str]
) -> dict[str, Any]:
    """The configuration of one front's routing.

    Args:
        traffic: everything declared.
        front: which front.
        shares: load → where it goes now; an absent or empty one is refused.
        down: addresses of backends that are known not to answer.
    """
    servers = {}
    for load in traffic.loads:
        address = load.address_at(front.datacenter)
        if address is None:
            continue
        socket = f"unix/{front.behind(address)}|0600"
        if front.datacenter in load.entries:
            alive = _alive(traffic.upstreams, load.service, down)
            servers[load.id] = _server(load, socket, shares.get(load.id, {}), alive)
        else:
            servers[load.id] = _server(load, socket, {}, {})
    access = {
        "writer": {"output": "file", "filename": front.log, "roll_size_mb": 50, "roll_keep": 1},
        "encoder": _NOTHING_ASKED,
        "include": [_ACCESS],
    }
    return whole(front.routing_admin, GRACE, servers, {"access": access})


def whole(
    admin: str, grace: str, servers: dict[str, Any], logs: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A whole configuration of one Caddy.

    Args:
        admin: Unix socket of its admin API.
        grace: how long requests may go on once their configuration was replaced.
        servers: name → server; with none, nothing is served yet.
        logs: further logs beside its own words.
    """
    own = {"level": "WARN", "encoder": _NOTHING_ASKED, "exclude": [_ACCESS]}
    return {
        "admin": {"listen": f"unix/{admin}|0600", "config": {"persist": False}},
        "logging": {"logs": {"default": own, **(logs or {})}},
        "apps": {"http": {"grace_period": grace, "servers": servers}},
    }


def _server(
    load: Load, socket: str, shares: Shares, alive: dict[str, list[Upstream]]
) -> dict[str, Any]:
    struck = {"handler": "headers", "request": {"delete": ["X-Domicile-*"]}}
    said = {
        "handler": "headers",
        "request": {
            "set": {
                "X-Domicile-Subject": [load.subject],
                "X-Domicile-Service": [load.service],
            }
        },
    }
    # One handler would strike out what it sets: it deletes last.
    own = [struck, said, _places(alive)]
    told = [
        {"handler": "log_append", "key": "subject", "value": load.subject},
        {"handler": "log_append", "key": "service", "value": load.service},
        {"handler": "log_append", "key": "place", "value": "{domicile_place}"},
    ]
    closed = {
        "match": [{"path": [f"{PRIVATE}*"]}],
        "handle": [{"handler": "static_response", "status_code": 404}],
        "terminal": True,
    }
    return {
        "listen": [socket],
        "automatic_https": {"disable": True},
        "protocols": ["h1"],
        "logs": {},
        "trusted_proxies_unix": True,  # the entry, which says who asked
        "idle_timeout": "5m",
        "read_header_timeout": "10s",
        "named_routes": _tiers(load, shares, alive),
        "routes": [closed, {"handle": [*own, *told, _tier_number(0)]}],
    }


def _places(alive: dict[str, list[Upstream]]) -> dict[str, Any]:
    """The place at an upstream's address, for the access log; looked up when it is written."""
    hosts = {group[0].address.rpartition(":")[0]: place for place, group in alive.items()}
    return {
        "handler": "map",
        "source": "{http.reverse_proxy.upstream.host}",
        "destinations": ["{domicile_place}"],
        "mappings": [{"input": host, "outputs": [hosts[host]]} for host in sorted(hosts)],
        "defaults": [""],
    }


def _tiers(load: Load, shares: Shares, alive: dict[str, list[Upstream]]) -> dict[str, Any]:
    """The proved routing, then the static lawful order, then the refusal; each names the next."""
    proved = {place: share for place, share in shares.items() if place in load.order}
    parts = [proved] if proved else []
    if shares:
        parts += [{place: 1.0} for place in load.order if place not in proved]
    rounds = [upstreams for part in parts if (upstreams := _round(load, part, alive))]
    held = any(each.unit in CONCURRENT for group in alive.values() for each in group)
    tiers = [
        [_tier(upstreams, number + 1, ANSWER_WITHIN[held])]
        for number, upstreams in enumerate(rounds)
    ]
    refused = [
        {"handler": "log_append", "key": "refused", "value": NO_ROOM if shares else NO_PLACE},
        _refusal(load, left=bool(shares)),
    ]
    return {f"tier-{number}": {"handle": handle} for number, handle in enumerate([*tiers, refused])}


def _tier_number(number: int) -> dict[str, Any]:
    return {"handler": "invoke", "name": f"tier-{number}"}


def _tier(upstreams: list[dict[str, Any]], next_tier: int, within: str) -> dict[str, Any]:
    """One reverse proxy, and what happens where it cannot serve."""
    then = [_tier_number(next_tier)]
    full = {
        "match": {"status_code": [503], "headers": {"X-Domicile-Refused": ["capacity"]}},
        "routes": [
            {"match": [_SAFE], "handle": then},
            {"handle": [{"handler": "copy_response"}]},
        ],
    }
    proxy = {
        "handler": "reverse_proxy",
        "upstreams": upstreams,
        "load_balancing": {
            "selection_policy": {"policy": "round_robin"},
            "retries": 2,
            "retry_match": [_SAFE],
        },
        "health_checks": {"passive": {"fail_duration": "2s", "max_fails": 1}},
        "handle_response": [full],
        "transport": {
            "protocol": "http",
            "dial_timeout": CONNECT_WITHIN,
            "response_header_timeout": within,
            "keep_alive": {"idle_timeout": "30s", "max_idle_conns_per_host": 64},
        },
    }
    status = "{http.error.status_code}"
    moves_on = [
        {"vars": {status: ["503"]}},
        {"vars": {status: ["502", "504"]}, **_SAFE},
    ]
    answers = {"handle": [{"handler": "static_response", "status_code": status}]}
    return {
        "handler": "subroute",
        "routes": [{"handle": [proxy]}],
        "errors": {"routes": [{"match": moves_on, "handle": then, "terminal": True}, answers]},
    }


def _refusal(load: Load, *, left: bool) -> dict[str, Any]:
    why = NO_ROOM if left else NO_PLACE
    body = {
        "refused": why,
        "subject": load.subject,
        "service": load.service,
        "reason": f"no lawful place {'answers or has room' if left else 'is left'}",
    }
    return {
        "handler": "static_response",
        "status_code": 503,
        "headers": {
            "Content-Type": ["application/json"],
            "Retry-After": ["5"],
            "X-Domicile-Refused": [why],
        },
        "body": json.dumps(body),
    }


def _round(load: Load, shares: Shares, alive: dict[str, list[Upstream]]) -> list[dict[str, Any]]:
    """One round of turns, begun elsewhere for each load lest all start at the same backend."""
    known = {upstream.address: upstream for group in alive.values() for upstream in group}
    addresses = {place: [each.address for each in group] for place, group in alive.items()}
    turns = spread(shares, addresses)
    start = zlib.crc32(load.id.encode()) % len(turns) if turns else 0
    return [
        {"dial": address, "max_requests": _room(known[address])}
        for address in turns[start:] + turns[:start]
    ]


def _room(upstream: Upstream) -> int:
    """Requests that a front has in flight at one backend at most."""
    if upstream.unit in CONCURRENT:
        return max(1, int(upstream.capacity))
    return max(16, int(upstream.capacity))


def _alive(
    upstreams: Sequence[Upstream], service: str, down: frozenset[str]
) -> dict[str, list[Upstream]]:
    found: dict[str, list[Upstream]] = {}
    for upstream in upstreams:
        if upstream.service == service and upstream.address not in down:
            found.setdefault(upstream.datacenter, []).append(upstream)
    return found
