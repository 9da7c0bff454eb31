"""What the emitted stacks say of the data of each pool, for tags that are too short to say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from domicile.model.stack import TRAFFIC

_KEY = "domicile:"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class StackPools:
    """The pools of `stacks/`, read when first asked for."""

    def __init__(self, root: Path | None) -> None:
        self._root = root

    def data(
        self, service: str, plan: str | None, datacenter: str = ""
    ) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """Subjects and data classes of a pool; of all pools that may be meant, together.

        Args:
            service: whose pool.
            plan: the first digits of its plan's digest; None: any that is emitted.
            datacenter: where; empty: not known.
        """
        subjects: set[str] = set()
        classes: set[str] = set()
        matched = False
        for config in self._stacks:
            digest = str(config.get("plan", "")).rpartition(":")[2]
            if plan and not digest.startswith(plan):
                continue
            if datacenter and config.get("datacenter") not in (None, datacenter):
                continue
            for pool in config.get("pools") or ():
                if pool.get("service") == service:
                    matched = True
                    subjects.update(pool.get("subjects") or ())
                    classes.update(pool.get("data_classes") or ())
        return (tuple(sorted(subjects)), tuple(sorted(classes))) if matched else None

    @cached_property
    def _stacks(self) -> list[Mapping[str, Any]]:
        return list(self._read())

    def _read(self) -> Iterator[Mapping[str, Any]]:
        if self._root is None:
            return
        for path in sorted((self._root / "stacks").glob("Pulumi.*.yaml")):
            if path.name.endswith(f".{TRAFFIC}.yaml"):
                continue
            try:
                data = yaml.load(path.read_bytes(), Loader=_LOADER)  # noqa: S506 - a safe loader
                config = (data or {}).get("config") or {}
            except (OSError, ValueError, AttributeError, yaml.YAMLError):
                continue  # a stack that cannot be read names no pool: what asks for it is told
            yield {key.removeprefix(_KEY): value for key, value in config.items()}
