"""Sweeps: more contingencies than can be listed, counted instead of kept.

Every set of so many losses, every subset of datacenters, or random ones by their probability. A
sweep is cut into pieces, which are examined here or by Dask's workers; see docs/headroom.md.
"""

from domicile.sweep.asking import questions, subsets
from domicile.sweep.pieces import every_set, every_subset, samples
from domicile.sweep.question import Event, Question, Stand, Strained
from domicile.sweep.ranks import count, unrank
from domicile.sweep.running import in_this_process, local_workers, sweep, workers_of
from domicile.sweep.tally import Tally

__all__ = [
    "Event",
    "Question",
    "Stand",
    "Strained",
    "Tally",
    "count",
    "every_set",
    "every_subset",
    "in_this_process",
    "local_workers",
    "questions",
    "samples",
    "subsets",
    "sweep",
    "unrank",
    "workers_of",
]
