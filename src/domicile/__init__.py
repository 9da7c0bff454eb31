"""domicile: where each country's data may live, and whether the service still stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domicile.lazy import exports

if TYPE_CHECKING:
    from domicile.api import check, plan
    from domicile.workspace import load, load_law

__all__ = ["__version__", "check", "load", "load_law", "plan"]

__version__ = "0.1.0"

# `import domicile` stays cheap.
__getattr__ = exports(
    __name__,
    {
        "check": "domicile.api",
        "load": "domicile.workspace",
        "load_law": "domicile.workspace",
        "plan": "domicile.api",
    },
)
