"""Pure: what the law says of data at a place. No files, no clock, no network.

`Law` is what is known, `verdict` judges one placement with its trace, `lawful` judges arrays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domicile.lazy import exports
from domicile.residency.facts import Citation, Reach, Review
from domicile.residency.journey import Hop, onward
from domicile.residency.judgement import Judgement, Step, rank, verdict
from domicile.residency.law import Law
from domicile.residency.place import Declaration, Place
from domicile.residency.questions import has_regime, open_duty
from domicile.residency.reliance import Instrument, Settlement

if TYPE_CHECKING:
    from domicile.residency.matrix import Lawful, lawful

__all__ = [
    "Citation",
    "Declaration",
    "Hop",
    "Instrument",
    "Judgement",
    "Law",
    "Lawful",
    "Place",
    "Reach",
    "Review",
    "Settlement",
    "Step",
    "has_regime",
    "lawful",
    "onward",
    "open_duty",
    "rank",
    "verdict",
]

# Arrays need numpy, which takes as long to import as all the rest: only who asks waits.
__getattr__ = exports(__name__, dict.fromkeys(("Lawful", "lawful"), "domicile.residency.matrix"))
