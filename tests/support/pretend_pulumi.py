"""A Pulumi that only keeps states: for what a run does around it, in milliseconds.

It takes the commands that a run gives, holds the states in files as Pulumi's file backend does, and
makes of a stack's pools one resource for each backend. It can be told to fail, or to be killed, at
any command: before it, after half of its resources, or after it without a word.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from domicile.model.errors import OutsideError
from domicile.model.plan import Plan
from domicile.provision.declared import POOLS, ROUTING
from domicile.provision.troubles import trouble

ENVIRONMENT = "production"


class Killed(BaseException):
    """The process ended here: nothing after it happens."""


@dataclass
class Pretend:
    """What stands where `domicile.provision.pulumi_cli.Cli` does."""

    root: Path
    engine: Any = None
    ran: list[tuple[str, str]] = field(default_factory=list)
    """(command, stack), in order."""
    watch: Callable[[Pretend], None] = lambda _: None
    """Is called after each change of a state: what stands then is to be lawful."""
    trouble_at: int = -1
    """The number of the `up` or `destroy` at which something goes wrong."""
    how: str = "fails"
    """`fails` half way, is `killed-half` way, or `killed-after` all was done."""
    said: str = "the provider is out of servers"

    def settings(self) -> dict[str, str]:
        """As `Cli`."""
        return {"PULUMI_BACKEND_URL": f"file://{self.root / 'state'}"}

    def run(self, stack: str, *arguments: str, more: Mapping[str, str] | None = None) -> str:
        """As `Cli`."""
        command = arguments[0]
        self.ran.append((command, stack))
        if command == "stack":
            if arguments[1] == "init":
                self._write(stack, [])
            else:
                self._file(stack).unlink()
            return ""
        if command == "cancel":
            for lock in self._locks(stack).glob("*"):
                lock.unlink()
            return ""
        if command == "preview":
            wanted = self._wanted(stack, more or {})
            names = {each["urn"] for each in wanted}
            steps = [
                {"op": "delete", "urn": each["urn"]}
                for each in self.resources(stack)
                if each["urn"] not in names
            ]
            return json.dumps({"steps": steps}) if "--json" in arguments else ""
        if command in ("up", "destroy"):
            return self._change(
                stack, [] if command == "destroy" else self._wanted(stack, more or {})
            )
        return json.dumps({"steps": []}) if command == "refresh" else ""

    def _change(self, stack: str, wanted: list[dict[str, Any]]) -> str:
        number = sum(command in ("up", "destroy") for command, _ in self.ran) - 1
        before = self.resources(stack)
        names = {each["urn"] for each in wanted}
        was = {each["urn"] for each in before}
        if number == self.trouble_at:
            self._half(stack, before, wanted)
        self._write(stack, wanted)
        self.watch(self)
        made, gone = len(names - was), len(was - names)
        changed = sum(each not in before and each["urn"] in was for each in wanted)
        said = [f"    + {made} created"] * bool(made) + [f"    - {gone} deleted"] * bool(gone)
        said += [f"    ~ {changed} updated"] * bool(changed)
        return "Resources:\n" + "\n".join(said)

    def _half(self, stack: str, before: list[Any], wanted: list[Any]) -> None:
        """Half of what was to be made or removed is, and the stack exports nothing new yet."""
        if self.how == "killed-after":
            self._write(stack, wanted)
            self.watch(self)
            raise Killed
        old = [each for each in before if not each["custom"]]
        kept = [each for each in before if each["custom"]]
        was, names = ({each["urn"] for each in some} for some in (kept, wanted))
        fresh = [each for each in wanted if each["custom"] and each["urn"] not in was]
        going = [each for each in kept if each["urn"] not in names]
        staying = [each for each in kept if each not in going[: len(going) // 2 + 1]]
        self._write(stack, [*old, *staying, *fresh[: len(fresh) // 2]])
        self.watch(self)
        if self.how == "killed-half":
            self._locks(stack).mkdir(parents=True, exist_ok=True)
            lock = {"pid": 2**22 - 1, "username": "me", "hostname": socket.gethostname()}
            (self._locks(stack) / "a.json").write_text(json.dumps(lock))
            raise Killed
        raise trouble(stack, "up", self.said)

    def resources(self, stack: str) -> list[dict[str, Any]]:
        """What a state holds."""
        file = self._file(stack)
        if not file.exists():
            return []
        found: list[dict[str, Any]] = json.loads(file.read_text())["checkpoint"]["latest"][
            "resources"
        ]
        return found

    def add(self, stack: str, urn: str) -> None:
        """Somebody adds a resource by hand."""
        own = {"type": "aws:s3:Bucket", "urn": urn, "custom": True, "id": "by-hand", "outputs": {}}
        self._write(stack, [*self.resources(stack), own])

    def standing(self) -> dict[tuple[str, str], int]:
        """(service, datacenter) → backends in the states."""
        found: dict[tuple[str, str], int] = {}
        for file in self._folder.glob(f"{ENVIRONMENT}.*.json"):
            for each in self.resources(file.name.removesuffix(".json")):
                if each["type"] == "acme:Backend":
                    key = each["outputs"]["service"], each["outputs"]["datacenter"]
                    found[key] = found.get(key, 0) + 1
        return found

    def counted(self) -> dict[tuple[str, str], int]:
        """(service, datacenter) → backends that traffic's own resource counts on."""
        for each in self.resources(f"{ENVIRONMENT}.traffic"):
            if each["type"] == "acme:Traffic":
                return {
                    (s, p): n
                    for p, services in each["outputs"]["counted"].items()
                    for s, n in services.items()
                }
        return {}

    def _wanted(self, stack: str, more: Mapping[str, str]) -> list[dict[str, Any]]:
        path = self.root / "stacks" / f"Pulumi.{stack}.yaml"
        config = yaml.safe_load(path.read_text())["config"]
        if "domicile:traffic" in config:
            return self._traffic(stack, more)
        pools = json.loads(more[POOLS]) if POOLS in more else config["domicile:pools"]
        standing = {
            p["service"]: {"backends": p["backends"], "capacity": 1.0, "unit": "calls"}
            for p in pools
        }
        place = stack.partition(".")[2]
        outputs = {"declared": standing, "pools": {name: [] for name in standing}}
        backends = [
            _resource(
                stack,
                "acme:Backend",
                f"{p['service']}-{n}",
                {"service": p["service"], "datacenter": place},
            )
            for p in pools
            for n in range(int(p["backends"]))
        ]
        return [_stack(stack, outputs), *backends]

    def _traffic(self, stack: str, more: Mapping[str, str]) -> list[dict[str, Any]]:
        if ROUTING in more:
            plan = Plan.model_validate_json(Path(more[ROUTING]).read_text())
        else:
            text = (self.root / "stacks" / f"plan.{ENVIRONMENT}.yaml").read_text()
            plan = Plan.model_validate(yaml.safe_load(text))
        counted: dict[str, dict[str, int]] = {}
        for pool in plan.pools:
            if pool.after:
                counted.setdefault(pool.datacenter, {})[pool.service] = pool.after
                have = self.standing().get((pool.service, pool.datacenter), 0)
                if have < pool.after:
                    raise OutsideError(
                        f"{pool.service} at {pool.datacenter}: {have} of {pool.after}"
                    )
        outputs = {"counted": counted}
        return [_stack(stack, outputs), _resource(stack, "acme:Traffic", "traffic", outputs)]

    @property
    def _folder(self) -> Path:
        return self.root / "state" / ".pulumi" / "stacks" / "domicile"

    def _file(self, stack: str) -> Path:
        return self._folder / f"{stack}.json"

    def _locks(self, stack: str) -> Path:
        return self.root / "state" / ".pulumi" / "locks" / "organization" / "domicile" / stack

    def _write(self, stack: str, resources: list[Any]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file(stack).write_text(
            json.dumps({"checkpoint": {"latest": {"resources": resources}}})
        )


def _stack(stack: str, outputs: dict[str, Any]) -> dict[str, Any]:
    urn = f"urn:pulumi:{stack}::domicile::pulumi:pulumi:Stack::domicile-{stack}"
    return {"type": "pulumi:pulumi:Stack", "urn": urn, "custom": False, "outputs": outputs}


def _resource(stack: str, type_: str, name: str, outputs: dict[str, Any]) -> dict[str, Any]:
    urn = f"urn:pulumi:{stack}::domicile::domicile:provision:Pool${type_}::{name}"
    return {"type": type_, "urn": urn, "custom": True, "id": f"{stack}/{name}", "outputs": outputs}
