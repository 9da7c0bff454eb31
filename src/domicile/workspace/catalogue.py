"""Where the shipped catalogue stands."""

from __future__ import annotations

from pathlib import Path

import domicile


def catalogue() -> Path:
    """The folder of the shipped `regions/` and `policies/`: in the package, or the repository."""
    package = Path(domicile.__file__).resolve().parent
    inside = package / "catalogue"
    return inside if inside.is_dir() else package.parents[1]
