"""A Pulumi stack file as it stands: what in it is ours, and what must be kept as it is spelt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from domicile.emit.stacks import NAMESPACE
from domicile.model.errors import SourceError
from domicile.model.finding import Location

FOLDER = "stacks"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONFIG = "config"

Pairs = list[tuple[yaml.Node, yaml.Node]]


@dataclass(frozen=True, slots=True)
class StackFile:
    """A stack file, taken apart."""

    ours: dict[str, Any]
    """The keys of `config:` that `emit` owns. Secrets are the user's, whatever they are called."""
    kept: Pairs
    """All other keys of `config:`."""
    above: Pairs
    """What stands before `config:`: `secretsprovider`, `encryptedkey` …"""
    below: Pairs
    """What stands after it; Pulumi adds its `encryptionsalt` there."""

    @classmethod
    def read(cls, name: str, data: bytes) -> StackFile:
        """Take apart the bytes of the stack file `name`.

        Raises:
            SourceError: they are not a stack file.
        """
        try:
            return cls._read(data.decode())
        except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
            raise SourceError(
                f"stack file `{name}` cannot be read",
                Location(f"{FOLDER}/{name}", 1, 1),
                help="restore it from version control: it may hold Pulumi's encryption salt",
            ) from error

    @classmethod
    def _read(cls, text: str) -> StackFile:
        settings = yaml.compose(text, Loader=_LOADER)
        values = yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader, the C one if there
        pairs = _pairs(settings)
        configs = [value for key, value in pairs if key.value == _CONFIG]
        if len(configs) > 1:
            raise ValueError("two settings of one name")
        config = _pairs(configs[0] if configs else None)
        known = (values or {}).get(_CONFIG) or {}
        at = next((i for i, (key, _) in enumerate(pairs) if key.value == _CONFIG), len(pairs))
        ours = {key: value for key, value in known.items() if _is_ours(key, value)}
        return cls(
            ours=ours,
            kept=[pair for pair in config if pair[0].value not in ours],
            above=pairs[:at],
            below=pairs[at + 1 :],
        )


def _is_ours(key: object, value: object) -> bool:
    secret = isinstance(value, dict) and "secure" in value
    return isinstance(key, str) and key.startswith(NAMESPACE) and not secret


def _pairs(node: yaml.Node | None) -> Pairs:
    """The keys and values of a mapping; none of what is empty."""
    if node is None or node.tag == "tag:yaml.org,2002:null":
        return []
    if not isinstance(node, yaml.MappingNode):
        raise TypeError("not a mapping")
    return list(node.value)
