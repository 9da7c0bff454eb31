"""Which loopback address and port each thing of a local environment has.

An environment leases one block `127.<block>.0.0/16`. In it datacenter number *d* is the network
`127.<block>.<d>.0/24`: its backends listen at `.1`, and the front that stands there has one entry
address for each subject. Numbers are given in the order of names and never change while the lease
holds, so that a new datacenter moves nobody. Two workspaces never share a block.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domicile.model.errors import OutsideError
from domicile.provision.local.run_folder import RunFolder, machine_folder, write_whole

FIRST_BLOCK, LAST_BLOCK = 16, 254
ENTRY_PORTS = 8000
BACKEND_PORTS = 10000
BACKENDS_OF_A_POOL = 500
LAST_PORT = 32767  # above it the kernel gives ports to clients
MOST_NUMBERS = 254


@dataclass
class Lease:
    """The block of one environment and the numbers given so far."""

    block: int
    """Second octet of every address."""
    datacenters: dict[str, int] = field(default_factory=dict)
    """Datacenter → third octet, from 1."""
    subjects: dict[str, int] = field(default_factory=dict)
    """Subject → fourth octet of its entry addresses, from 2."""
    services: dict[str, int] = field(default_factory=dict)
    """Service → number, from 0: where the ports of its backends begin."""
    channels: dict[str, int] = field(default_factory=dict)
    """`<service>/<data classes>` → number, from 0: the port of its entries."""

    def backend(self, datacenter: str, service: str, index: int) -> tuple[str, int]:
        """Address and port of one backend of a pool, `index` from 0."""
        port = BACKEND_PORTS + self.services[service] * BACKENDS_OF_A_POOL + index
        if index >= BACKENDS_OF_A_POOL or port > LAST_PORT:
            raise OutsideError(
                f"the local provider has no port for backend {index} of `{service}`",
                help=f"a local pool holds at most {BACKENDS_OF_A_POOL} backends",
            )
        return f"127.{self.block}.{self.datacenters[datacenter]}.1", port

    def entry(self, datacenter: str, subject: str, channel: str) -> str:
        """`address:port` at which a subject's requests of a channel enter a datacenter's front."""
        address = f"127.{self.block}.{self.datacenters[datacenter]}.{self.subjects[subject]}"
        return f"{address}:{ENTRY_PORTS + self.channels[channel]}"

    def extend(
        self,
        datacenters: Iterable[str],
        subjects: Iterable[str],
        services: Iterable[str],
        channels: Iterable[str],
    ) -> None:
        """Give numbers to names that have none yet."""
        _number(self.datacenters, datacenters, 1, MOST_NUMBERS)
        _number(self.subjects, subjects, 2, MOST_NUMBERS)
        _number(self.services, services, 0, (LAST_PORT - BACKEND_PORTS) // BACKENDS_OF_A_POOL)
        _number(self.channels, channels, 0, BACKEND_PORTS - ENTRY_PORTS - 1)


def _number(numbers: dict[str, int], names: Iterable[str], first: int, last: int) -> None:
    for name in sorted(set(names) - set(numbers)):
        free = next((n for n in range(first, last + 1) if n not in numbers.values()), None)
        if free is None:
            raise OutsideError(
                f"the local provider has no address left for `{name}`",
                help=f"at most {last - first + 1} of them stand on one machine",
            )
        numbers[name] = free


def lease(folder: RunFolder, names: Sequence[Iterable[str]], *, keep: bool) -> Lease:
    """The lease of an environment, extended by these datacenters, subjects, services, channels.

    Args:
        folder: the environment's run folder.
        names: datacenters, subjects, services and channels, in this order.
        keep: whether to write it down; a preview does not.
    """
    with folder.lock("addresses"):
        file = folder.path / "addresses.json"
        if keep:
            folder.make()
        found = Lease(**_read(file)) if file.exists() else Lease(_claim(folder, keep=keep))
        before = json.dumps(vars(found))
        found.extend(*names)
        if keep and (not file.exists() or json.dumps(vars(found)) != before):
            write_whole(file, json.dumps(vars(found), indent=1))
    return found


def _read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _claim(folder: RunFolder, *, keep: bool) -> int:
    """A block that no other environment on this machine holds."""
    size = LAST_BLOCK - FIRST_BLOCK + 1
    start = int(folder.identity, 16) % size
    with _blocks() as blocks:
        for step in range(size):
            block = FIRST_BLOCK + (start + step) % size
            if _holder(blocks / str(block)) in (None, str(folder.path)):
                if keep:
                    write_whole(blocks / str(block), str(folder.path))
                return block
    raise OutsideError(
        "every loopback block is leased to some workspace on this machine",
        help=f"run `domicile down` in workspaces that are done with, or empty `{blocks}`",
    )


@contextmanager
def _blocks() -> Iterator[Path]:
    """The folder that says who holds which block, while nobody else may change it."""
    blocks = machine_folder() / "blocks"
    blocks.mkdir(mode=0o700, exist_ok=True)
    with (machine_folder() / "blocks.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield blocks


def _holder(claim: Path) -> str | None:
    """The run folder that holds a block; None where it is free or its holder has gone."""
    try:
        holder = claim.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return holder if holder and Path(holder).is_dir() else None


def release(folder: RunFolder) -> None:
    """Give the block back."""
    with _blocks() as blocks:
        for claim in blocks.iterdir():
            if _holder(claim) == str(folder.path):
                claim.unlink(missing_ok=True)
