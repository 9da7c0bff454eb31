"""domicile: where each country's data may live, and whether the service still stands there."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from domicile.api import check, plan
    from domicile.workspace import load, load_law

__all__ = ["__version__", "check", "load", "load_law", "plan"]

__version__ = "0.1.0"

_HOMES = {
    "check": "domicile.api",
    "load": "domicile.workspace",
    "load_law": "domicile.workspace",
    "plan": "domicile.api",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  (a module's attribute may be anything)
    """Import what is exported when it is first asked for, so that `import domicile` stays cheap."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module `domicile` has no attribute `{name}`")
