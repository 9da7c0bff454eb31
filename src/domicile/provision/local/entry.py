"""A front's outer half: which address is which load, and nothing that a loss would change.

A front is two Caddys that live and die together. The *entry* listens at the loads' addresses and
hands each load's requests to a Unix socket of that load's own; behind it the *routing* (`caddy.py`)
decides where they go. Only the routing is replaced when something is lost, found or added. A Caddy
whose configuration is replaced closes a few connections of which it has read no request yet; done
at the addresses themselves, clients would see that. A Unix socket outlives the replacement, and the
entry asks again.

Asking again is safe for every method, because the routing closes without an answer only what it
has not begun: once it handed a request on, it answers, with 502 if it must. The body is kept until
then, up to a bound; a longer one is sent once.
"""

from __future__ import annotations

from typing import Any

from domicile.provision.local.caddy import whole
from domicile.provision.local.traffic import Front, Traffic

KEPT = 1_000_000
"""Bytes of a request's body that the entry keeps to send them again: six digits of length."""
ASKED_AGAIN_FOR = "5s"
GRACE = "10s"
_KEPT_WHOLE = {"header_regexp": {"Content-Length": {"pattern": "^[0-9]{1,6}$"}}}
"""Whole bodies only; what came in chunks has a length from here on if it was kept whole."""


def entry(traffic: Traffic, front: Front) -> dict[str, Any]:
    """The configuration of one front's entry: the same as long as the same loads enter there."""
    servers = {
        load.id: _server(front, address)
        for load in traffic.loads
        if (address := load.address_at(front.datacenter)) is not None
    }
    return whole(front.entry_admin, GRACE, servers)


def _server(front: Front, address: str) -> dict[str, Any]:
    proxy = {
        "handler": "reverse_proxy",
        "upstreams": [{"dial": f"unix/{front.behind(address)}"}],
        "request_buffers": KEPT,
        "load_balancing": {
            "try_duration": ASKED_AGAIN_FOR,
            "try_interval": "20ms",
            "retry_match": [_KEPT_WHOLE],
        },
        "transport": {
            "protocol": "http",
            "dial_timeout": "1s",
            "keep_alive": {"idle_timeout": "30s", "max_idle_conns_per_host": 64},
        },
    }
    return {
        "listen": [address],
        "automatic_https": {"disable": True},
        "protocols": ["h1"],
        "idle_timeout": "5m",
        "read_header_timeout": "10s",
        "routes": [{"handle": [proxy]}],
    }
