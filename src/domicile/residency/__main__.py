"""`python -m domicile.residency`: compile the shipped law to `index.json`, beside this file.

The one file of this room that reads and writes; nothing imports it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from domicile.workspace import load_law

if TYPE_CHECKING:
    from domicile.residency.law import Law

INDEX = Path(__file__).with_name("index.json")


def text(law: Law) -> str:
    """The index as the file holds it: one line for each jurisdiction, so that diffs can be read."""
    index = law.to_index()
    jurisdictions = ",\n".join(_line(each) for each in index.pop("jurisdictions"))
    rest = _line(index)[1:-1]
    return f'{{{rest},"jurisdictions":[\n{jurisdictions}\n]}}\n'


def main() -> int:
    """Write the index; the exit code is 0."""
    law = load_law()
    INDEX.write_text(text(law), encoding="utf-8")
    sys.stdout.write(f"{INDEX}: {law!r}\n")
    return 0


def _line(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


if __name__ == "__main__":
    sys.exit(main())
