"""What a pool's stack says of where its requests enter, read by whoever makes names for them."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from domicile.provision.machines import asked_by

Entries = Sequence[Mapping[str, Any]]


def entries(pools: pulumi.Output[Any], service: str) -> pulumi.Output[Entries]:
    """The entries of one pool, of the `pools` output of its stack."""
    return pools.apply(lambda found: found[service])


def first(pools: pulumi.Output[Any], service: str) -> pulumi.Output[Mapping[str, Any]]:
    """The first of them; each says the same of how health is asked."""
    return entries(pools, service).apply(lambda found: found[0])


def addresses(pools: pulumi.Output[Any], service: str, place: str) -> pulumi.Output[list[str]]:
    """The addresses of one pool, in order; a run ends in words where a balancer has only a name."""

    def read(found: Entries) -> list[str]:
        given = sorted({str(entry["address"]) for entry in found})
        for address in given:
            if not is_address(address):
                raise pulumi.RunError(
                    f"pool `{service}` at `{place}` is reached by the name `{address}`, and its"
                    " names need addresses: set `balancer:fixedAddresses: true` in the `config:` of"
                    " that stack"
                )
        return given

    return entries(pools, service).apply(read)


def port(entry: Mapping[str, Any]) -> int:
    """Where it listens."""
    return int(entry.get("port", 443))


def asked(entry: Mapping[str, Any]) -> str:
    """How its health is asked: `HTTPS`, `HTTP` or `TCP`."""
    return asked_by(port(entry), path(entry))


def path(entry: Mapping[str, Any]) -> str:
    """The path by which its health is asked; empty: it is enough that it listens."""
    return str(entry.get("health") or "")


def is_address(text: str) -> bool:
    """Whether this is an address, not a name."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
