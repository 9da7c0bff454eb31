"""`python tests/law/survivors.py TR KE`: facts of these jurisdictions that no case would miss."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from law_mutants import survivors

import domicile


def main() -> int:
    """Print one id a line."""
    law = domicile.load_law()
    for jurisdiction in sys.argv[1:] or sorted(law.jurisdictions):
        for mutant in survivors(law, jurisdiction):
            sys.stdout.write(f"{mutant}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
