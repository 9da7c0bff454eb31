"""Packages that import what they export when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def exports(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """A package's `__getattr__`.

    Args:
        package: its name.
        homes: what it exports → the module that has it.

    Raises:
        AttributeError: (when called) it exports no such name.
    """

    def get(name: str) -> Any:  # noqa: ANN401 - a module's attribute may be anything
        if name in homes:
            return getattr(import_module(homes[name]), name)
        raise AttributeError(f"module `{package}` has no attribute `{name}`")

    return get
