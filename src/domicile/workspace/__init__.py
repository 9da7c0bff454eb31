"""The one loaded, cross-referenced input: what people wrote, and the shipped catalogue below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domicile.lazy import exports

if TYPE_CHECKING:
    from domicile.model.errors import SourceErrors
    from domicile.workspace.contents import Workspace
    from domicile.workspace.files import find_root
    from domicile.workspace.loading import load, load_law, load_places, load_shipped

__all__ = [
    "SourceErrors",
    "Workspace",
    "find_root",
    "load",
    "load_law",
    "load_places",
    "load_shipped",
]

__getattr__ = exports(
    __name__,
    {
        "SourceErrors": "domicile.model.errors",
        "Workspace": "domicile.workspace.contents",
        "find_root": "domicile.workspace.files",
        **dict.fromkeys(
            ("load", "load_law", "load_places", "load_shipped"), "domicile.workspace.loading"
        ),
    },
)
