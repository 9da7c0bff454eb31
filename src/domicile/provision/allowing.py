"""Which places today's law allows each load, computed once for the stacks of a run.

Every stack's program asks on its own, in a process of its own. The answer is kept beside the
state under a digest of all that it follows from: each file of the workspace and of the shipped
catalogue, the program's own code, and the day. Whatever of it changes, the answer is computed anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import domicile
from domicile.provision.local.run_folder import write_whole
from domicile.workspace.catalogue import catalogue

if TYPE_CHECKING:
    from domicile.workspace import Workspace

_FOLDERS = ("regions", "policies", "policies/residency", "infra")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the law of one day lets through, in one environment."""

    places: dict[str, list[str]]
    """Load → its admissible places."""
    rates: dict[str, float]
    """Load → nominal rate, in its service's unit."""
    datacenters: dict[str, dict[str, str]]
    """Datacenter → its `provider`, `region`, `country` and `adapter`, as the catalogue has them."""


def today_allows(root: Path, environment: str, today: date) -> Allowed:
    """The admissible places of every load.

    Raises:
        SourceError: the workspace cannot be read, or does not declare the environment.
    """
    kept = root / ".domicile" / f"allowed.{environment}.json"
    key = _digest(root, environment, today)
    try:
        found = json.loads(kept.read_text(encoding="utf-8"))
        if found["key"] == key:
            return Allowed(found["places"], found["rates"], found["datacenters"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # absent, or written by another version: computed anew
    allowed = _compute(root, environment, today)
    _keep(kept, {"key": key, **asdict(allowed)})
    return allowed


def _compute(root: Path, environment: str, today: date) -> Allowed:
    from domicile.situation import Situation
    from domicile.workspace import load, load_law

    workspace = load(root)
    situation = Situation(workspace, load_law(workspace), environment, today)
    found = situation.admissible
    return Allowed(
        {
            each.key: [
                place for place, yes in zip(found.places, found.matrix[row], strict=True) if yes
            ]
            for row, each in enumerate(found.loads)
        },
        {each.key: float(each.rate) for each in found.loads},
        {place: _declared(workspace, environment, place) for place in workspace.datacenters},
    )


def _declared(workspace: Workspace, environment: str, place: str) -> dict[str, str]:
    datacenter, provider = workspace.datacenters[place], workspace.provider_of[place]
    return {
        "provider": provider,
        "region": datacenter.name,
        "country": datacenter.law or datacenter.country,
        "adapter": workspace.environments[environment].adapter or provider,
    }


def _digest(root: Path, environment: str, today: date) -> str:
    digest = hashlib.sha256(f"{environment}\0{today}\0{domicile.__version__}\0".encode())
    for path in _read_from(root):
        digest.update(f"{path}\0".encode() + path.read_bytes() + b"\0")
    package = Path(domicile.__file__).parent
    for path in sorted(package.rglob("*.py")):
        status = path.stat()
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def _read_from(root: Path) -> Iterator[Path]:
    for base in (root, catalogue()):
        for folder in _FOLDERS:
            yield from sorted((base / folder).glob("*.y*ml"))


def _keep(path: Path, content: dict[str, object]) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_whole(path, json.dumps(content))
