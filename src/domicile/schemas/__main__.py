"""Publish the schemas anew after a model has changed: `python -m domicile.schemas`."""

from __future__ import annotations

import sys
from pathlib import Path

from domicile.schemas import write

for changed in write(Path(__file__).parent):
    sys.stdout.write(f"{changed.name}\n")
