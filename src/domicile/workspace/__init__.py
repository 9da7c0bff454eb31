"""The one loaded, cross-referenced input: what people wrote, and the shipped catalogue below it."""

from __future__ import annotations

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
