"""Remedies: inputs of a resource changed so that no copy goes where it may not be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from typing import Any, cast

from domicile.resources.judging import Barred
from domicile.resources.resource import parts
from domicile.resources.rows import Copy

NOT_SAID = "null"
"""Stands in a table of remedies for an input that is not said."""


def mend(
    inputs: MutableMapping[str, Any], barred: Iterable[Barred], bars: Callable[[str], bool]
) -> bool:
    """Change inputs in place, as far as the table knows a remedy.

    Args:
        inputs: of the resource; nested mappings can be set too.
        barred: where its data may not be.
        bars: whether a provider's code stands for one of these places.

    Returns:
        Whether anything was changed.
    """
    copies = {id(each.placed.copy): each.placed.copy for each in barred if each.placed.copy}
    changed = [_mend(inputs, copy, bars) for copy in copies.values()]  # each of them, not the first
    return any(changed)


def _mend(inputs: MutableMapping[str, Any], copy: Copy, bars: Callable[[str], bool]) -> bool:
    if copy.remedy == "drop" and copy.to is not None:
        return _drop(inputs, parts(copy.to.path), bars)
    if isinstance(copy.remedy, Mapping):
        changed = [_set(inputs, parts(path), copy.remedy) for path, _ in copy.when]
        return any(changed)
    return False


def _drop(
    inputs: MutableMapping[str, Any], path: tuple[str, ...], bars: Callable[[str], bool]
) -> bool:
    """Take items out of a list: texts at the path, or records with such a text at its end."""
    for depth in (len(path) - 1, len(path) - 2):
        if depth < 0:
            continue
        holder = _holder(inputs, path[:depth])
        items = None if holder is None else holder.get(path[depth])
        if holder is None or isinstance(items, str) or not isinstance(items, Sequence):
            continue
        kept = [item for item in items if not _names(item, path[depth + 1 :], bars)]
        if kept and len(kept) < len(items):
            holder[path[depth]] = kept
            return True
        if len(kept) < len(items) and path[depth] in ("replicas", "backupRegions"):
            holder[path[depth]] = []  # none at all is a setting too
            return True
    return False


def _names(item: Any, rest: tuple[str, ...], bars: Callable[[str], bool]) -> bool:  # noqa: ANN401
    for key in rest:
        item = item.get(key) if isinstance(item, Mapping) else None
    return isinstance(item, str) and bars(item)


def _set(
    inputs: MutableMapping[str, Any], path: tuple[str, ...], remedy: Mapping[str, str]
) -> bool:
    holder = _holder(inputs, path[:-1], make=NOT_SAID in remedy)
    if holder is None:
        return False
    value = holder.get(path[-1])
    better = remedy.get(NOT_SAID if value is None else str(value))
    if better is None:
        return False
    holder[path[-1]] = better
    return True


def _holder(
    inputs: MutableMapping[str, Any], path: tuple[str, ...], *, make: bool = False
) -> MutableMapping[str, Any] | None:
    """The record at a path; None where there is none, or it cannot be changed."""
    level: Any = inputs
    for key in path:
        if not isinstance(level, Mapping) or not hasattr(level, "__setitem__"):
            return None
        if level.get(key) is None:
            if not make:
                return None
            cast("MutableMapping[str, Any]", level)[key] = {}
        level = level[key]
    if isinstance(level, Mapping) and hasattr(level, "__setitem__"):
        return cast("MutableMapping[str, Any]", level)
    return None
