"""domicile: where each country's data may live, and whether the service still stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from domicile.workspace import load, load_law

__all__ = ["__version__", "load", "load_law"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:  # noqa: ANN401  (a module's attribute may be anything)
    """Import `load` and `load_law` when first asked for, so that `import domicile` stays cheap."""
    if name in {"load", "load_law"}:
        from domicile import workspace

        return getattr(workspace, name)
    raise AttributeError(f"module `domicile` has no attribute `{name}`")
