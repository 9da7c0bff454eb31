"""What was applied last: to each stack, and as a whole plan; kept beside Pulumi's state.

A stack is left alone where it was told the same before and its state is still the one that this
left. The files of the plan that was applied last, and of the one before, are kept for a way back.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domicile import __version__
from domicile.provision.local.run_folder import write_whole
from domicile.rollout.counts import Counts, Key

Pools = Mapping[str, Mapping[str, Any]]
"""Service → its pool as a stack declares it."""


@dataclass
class Applied:
    """The record of one environment; written whole after each change."""

    root: Path
    """The workspace."""
    environment: str
    """The environment."""
    stacks: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Part → what it was told, the identity of the state that this left, its pools."""
    plans: list[str] = field(default_factory=list)
    """Digests of plans applied whole, the last one first; two at most."""
    counting: dict[Key, int] | None = None
    """What traffic is being told to count on; None: no such step is under way."""
    _lock: Any = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def read(cls, root: Path, environment: str) -> Applied:
        """The record; empty where there is none, or none that can be read."""
        try:
            found = json.loads(_file(root, environment).read_text(encoding="utf-8"))
            counting = found["counting"]
            return cls(
                root,
                environment,
                dict(found["stacks"]),
                list(found["plans"]),
                None if counting is None else {(s, p): int(n) for s, p, n in counting},
            )
        except (OSError, ValueError, KeyError, TypeError):
            return cls(root, environment)

    def holds(self, part: str, told: str, identity: str) -> bool:
        """Whether a stack was told just this, and its state is the one that this left."""
        found = self.stacks.get(part, {})
        return found.get("told") == told and found.get("state") == identity

    def pools(self, part: str) -> Pools:
        """The pools that a stack was last told of."""
        found: Pools = self.stacks.get(part, {}).get("pools", {})
        return found

    def known(self, part: str) -> frozenset[str]:
        """Names (URNs) of resources that a stack had after it was last told."""
        return frozenset(self.stacks.get(part, {}).get("strange", ()))

    def note(
        self,
        part: str,
        told: str,
        identity: str,
        pools: Iterable[Mapping[str, Any]],
        strange: Iterable[str],
    ) -> None:
        """A stack was told something, and its state is this now."""
        with self._lock:
            self.stacks[part] = {
                "told": told,
                "state": identity,
                "pools": {pool["service"]: dict(pool) for pool in pools},
                "strange": sorted(strange),
            }
            self._write()

    def forget(self, part: str) -> None:
        """A stack is no more."""
        with self._lock:
            self.stacks.pop(part, None)
            self._write()

    def count(self, counting: Counts | None) -> None:
        """Traffic is about to be told to count on these; None: it was."""
        with self._lock:
            self.counting = None if counting is None else dict(counting)
            self._write()

    def finish(self, plan: str) -> None:
        """A plan was applied whole: its files are kept, and those of the one before it."""
        with self._lock:
            if self.plans[:1] != [plan]:
                self.plans = [plan, *(each for each in self.plans if each != plan)][:2]
            self._keep(plan)
            self._write()

    def clear(self) -> None:
        """Nothing stands any more; the files for a way back stay."""
        with self._lock:
            self.stacks, self.counting = {}, None
            self._write()

    def files(self, plan: str) -> Path:
        """Where the files of a plan that was applied are kept."""
        return _folder(self.root) / self.environment / plan.removeprefix("sha256:")[:32]

    def _keep(self, plan: str) -> None:
        wanted = self.files(plan)
        if not wanted.is_dir():
            wanted.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            making = wanted.with_name(f".{wanted.name}")
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir(mode=0o700)
            stacks = self.root / "stacks"
            names = [stacks / f"plan.{self.environment}.yaml"]
            names += sorted(stacks.glob(f"Pulumi.{self.environment}.*.yaml"))
            for path in names:
                shutil.copyfile(path, making / path.name)
            making.rename(wanted)
        kept = {self.files(each).name for each in self.plans}
        for folder in wanted.parent.iterdir():
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    def _write(self) -> None:
        _folder(self.root).mkdir(mode=0o700, parents=True, exist_ok=True)
        counting = None
        if self.counting is not None:
            counting = [[*key, count] for key, count in sorted(self.counting.items())]
        whole = {"stacks": self.stacks, "plans": self.plans, "counting": counting}
        write_whole(_file(self.root, self.environment), json.dumps(whole))


def told(*what: object) -> str:
    """Digest of what a stack is told; another version of domicile may make something else of it."""
    text = json.dumps([__version__, *what], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _folder(root: Path) -> Path:
    return root / ".domicile" / "applied"


def _file(root: Path, environment: str) -> Path:
    return _folder(root) / f"{environment}.json"
