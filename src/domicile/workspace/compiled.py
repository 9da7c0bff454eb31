"""The shipped law without its YAML: the index that `python -m domicile.residency` compiles.

Only an installed package uses it, where neither can change. In the repository the YAML is what
people edit, and an index that lags behind would say what the law no longer is.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import domicile
from domicile.model.law import Jurisdiction


def law() -> dict[str, Any] | None:
    """The index, as `Law.from_index` takes it; None where the YAML is to be read."""
    package = Path(domicile.__file__).resolve().parent
    path = package / "residency" / "index.json"
    if not (package / "catalogue").is_dir() or not path.is_file():
        return None
    index: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return index


def jurisdictions() -> dict[str, Jurisdiction]:
    """The index's jurisdictions, by the stem of their files; none where the YAML is to be read."""
    index = law()
    return {} if index is None else records(index)


def records(index: dict[str, Any]) -> dict[str, Jurisdiction]:
    """The jurisdictions of an index, by the stem of their files."""
    return {
        each["jurisdiction"].lower(): Jurisdiction.model_validate_json(json.dumps(each))
        for each in index["jurisdictions"]
    }
