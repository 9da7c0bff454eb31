"""What Pulumi's state says of an environment's stacks: read as files where it is in files."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domicile.model.errors import OutsideError
from domicile.model.stack import stack_name
from domicile.provision.backend import files
from domicile.provision.pulumi_cli import Cli
from domicile.provision.troubles import trouble
from domicile.rollout.counts import Key

PROJECT = "domicile"
_AT_A_TIME = 4
_ROOM = 32 * 2**20
"""Bytes that must be free before anything is changed: many times what a state takes."""
_NEWEST = 4
"""The newest version of a checkpoint that the engine knows."""
_OURS = "domicile:provision:"
"""How the types of a resource's parents begin where a component of ours made it."""


@dataclass(frozen=True, slots=True)
class State:
    """One stack's state."""

    resources: tuple[Mapping[str, Any], ...]
    """As Pulumi has them, the stack itself and components included."""
    interrupted: bool
    """Whether a run ended without finishing: operations pending, or Pulumi's lock left."""
    identity: str = ""
    """Digest of it all: another one says that somebody changed it."""
    begun: tuple[str, ...] = ()
    """Names (URNs) of what a run began to make, and did not write down whether it was made."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of what an adapter made."""
        return tuple(str(each["id"]) for each in self.made)

    @property
    def made(self) -> tuple[Mapping[str, Any], ...]:
        """Resources that an adapter made."""
        return tuple(
            each
            for each in self.resources
            if each.get("custom") and not str(each["type"]).startswith("pulumi:")
        )

    @property
    def outputs(self) -> Mapping[str, Any]:
        """What the stack exports."""
        for each in self.resources:
            if each["type"] == "pulumi:pulumi:Stack":
                return each.get("outputs") or {}
        return {}

    @property
    def standing(self) -> Mapping[str, Mapping[str, Any]]:
        """Service → its backends and what they are, as its stack declared them last."""
        said = self.outputs.get("declared")
        if isinstance(said, dict):
            return said
        return {  # made before stacks said so, of one record for each backend
            service: {
                "backends": len(backends),
                "capacity": backends[0].get("capacity"),
                "unit": backends[0].get("unit"),
            }
            for service, backends in self.pools.items()
            if backends
        }

    @property
    def pools(self) -> Mapping[str, Any]:
        """Service → where its requests go, as the stack exports it."""
        pools = self.outputs.get("pools")
        return pools if isinstance(pools, dict) else {}

    @property
    def counted(self) -> dict[Key, int] | None:
        """(service, datacenter) → backends that traffic counts on; None: the stack does not say."""
        said = self.outputs.get("counted")
        if not isinstance(said, dict):
            return None
        return {
            (service, place): int(count)
            for place, services in said.items()
            for service, count in services.items()
        }

    @property
    def strange(self) -> tuple[str, ...]:
        """Names (URNs) of resources that stand outside of domicile's components."""
        return tuple(
            str(each["urn"])
            for each in self.resources
            if not str(each["type"]).startswith("pulumi:")
            and not str(each["urn"]).split("::")[2].startswith(_OURS)
        )


def read(cli: Cli, environment: str) -> dict[str, State]:
    """Every stack of an environment that Pulumi knows, by its part: a datacenter or `traffic`."""
    folder, prefix = _folder(cli), stack_name(environment, "")
    if folder is not None:
        found = sorted((folder / ".pulumi" / "stacks" / PROJECT).glob(f"{prefix}*.json"))
        return {
            file.name.removeprefix(prefix).removesuffix(".json"): _of_file(folder, file)
            for file in found
        }
    listed = {str(stack["name"]).rpartition("/")[2]: stack for stack in cli.stacks()}
    names = [name for name in listed if name.startswith(prefix)]
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        states = pool.map(lambda name: _of_export(cli, name, listed[name]), names)
        return {name.removeprefix(prefix): state for name, state in zip(names, states, strict=True)}


def read_one(cli: Cli, environment: str, part: str) -> State | None:
    """One stack; None where Pulumi does not know it."""
    folder, name = _folder(cli), stack_name(environment, part)
    if folder is not None:
        file = folder / ".pulumi" / "stacks" / PROJECT / f"{name}.json"
        return _of_file(folder, file) if file.exists() else None
    listed = {str(stack["name"]).rpartition("/")[2]: stack for stack in cli.stacks()}
    return _of_export(cli, name, listed[name]) if name in listed else None


def make_sure_of_room(cli: Cli) -> None:
    """Refuse to begin where states could not be written down.

    Pulumi that meets a full disk cuts the state off in the middle, and waits for ever.

    Raises:
        OutsideError: the folder of the states is read-only, or nearly full.
    """
    folder = _folder(cli)
    if folder is None or not folder.is_dir():
        return
    if not os.access(folder, os.W_OK):
        raise OutsideError(
            f"states cannot be written: `{folder}` is read-only", help="make it writable"
        )
    free = shutil.disk_usage(folder).free
    if free < _ROOM:
        raise OutsideError(
            f"the disk of the states, `{folder}`, is nearly full: {free // 2**20} MiB are left",
            help=f"make room for {_ROOM // 2**20} MiB: a state that is cut off loses what stands",
        )


def holder(cli: Cli, environment: str, part: str) -> Holder | None:
    """Who holds Pulumi's lock of a stack, where its state is in files; None: nobody."""
    folder = _folder(cli)
    if folder is None:
        return None
    for lock in sorted(_locks(folder, stack_name(environment, part)).glob("*.json")):
        try:
            said = json.loads(lock.read_text(encoding="utf-8"))
            return Holder(int(said["pid"]), str(said["hostname"]), str(said["username"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # it was released meanwhile, or is no lock of Pulumi's
    return None


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock."""

    process: int
    """The process."""
    host: str
    """On which machine."""
    user: str
    """Whose it is."""

    @property
    def works(self) -> bool:
        """Whether it may still be at work: on another machine nobody can tell."""
        if self.host != socket.gethostname():
            return True
        if not sys.platform.startswith("linux"):
            return _exists(self.process)
        try:
            said = Path(f"/proc/{self.process}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return False
        # Its name stands in brackets, then its state: a dead process that nobody has buried yet
        # holds nothing, and one that has another name only has the number of one that is gone.
        name, _, rest = said.partition("(")[2].rpartition(")")
        return name.startswith("pulumi") and rest.split()[0] not in ("Z", "X")


def _exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _folder(cli: Cli) -> Path | None:
    """Where the states are files; None: they are not."""
    settings = cli.settings()
    return files(settings["PULUMI_BACKEND_URL"], settings)


def _locks(folder: Path, name: str) -> Path:
    return folder / ".pulumi" / "locks" / "organization" / PROJECT / name


def _of_file(folder: Path, file: Path) -> State:
    locks = _locks(folder, file.name.removesuffix(".json"))
    locked = locks.is_dir() and any(locks.iterdir())
    text = file.read_bytes()
    try:
        whole = json.loads(text)
        version, latest = whole.get("version"), (whole.get("checkpoint") or {}).get("latest")
    except (ValueError, AttributeError) as error:
        raise _unreadable(file) from error
    if isinstance(version, int) and version > _NEWEST:
        said = f"unsupported checkpoint version {version} in `{file}`"
        raise trouble(file.name.removesuffix(".json"), "up", said)
    try:
        return _state(latest, text, locked=locked)
    except (TypeError, AttributeError) as error:
        raise _unreadable(file) from error


def _unreadable(file: Path) -> OutsideError:
    """For a file that no Pulumi wrote whole: the one before it stands beside it."""
    before = file.with_name(f"{file.name}.bak")
    way = (
        f"Pulumi kept the one before it as `{before.name}` there: look whether it is whole, copy it"
        f" to `{file.name}`, then run `domicile up`; `domicile drift` shows what it does not know"
        if before.exists()
        else "put it back from a backup, then run `domicile up`"
    )
    return OutsideError(f"the state `{file}` is damaged: it is no whole JSON of Pulumi's", help=way)


def _of_export(cli: Cli, name: str, listed: Mapping[str, Any]) -> State:
    exported = json.loads(cli.run(name, "stack", "export"))["deployment"]
    text = json.dumps(exported, sort_keys=True).encode()
    return _state(exported, text, locked=bool(listed.get("updateInProgress")))


def _state(deployment: Mapping[str, Any] | None, text: bytes, *, locked: bool) -> State:
    known = deployment or {}
    resources = tuple(known.get("resources") or ())
    pending = bool(known.get("pending_operations")) or any(
        each.get("delete") or each.get("pendingReplacement") for each in resources
    )
    begun = tuple(
        str((each.get("resource") or {}).get("urn"))
        for each in known.get("pending_operations") or ()
        if each.get("type") == "creating"
    )
    return State(resources, locked or pending, hashlib.sha256(text).hexdigest(), begun)
