"""How time and memory of a sweep grow: `python tests/bench/sweep_growth.py PLACES [LOSSES]`.

One made-up world of that many places, a provider for ten of them, and 35 countries under
18 regimes; every set of up to so many lost places and providers; without a number, every subset of
the places. Prints sets, sets short, seconds
in all and of this process at work, and the peak of this process's memory (workers have their own).
"""

from __future__ import annotations

import argparse
import contextlib
import resource
import sys
import time
from dataclasses import replace

import numpy as np

from domicile.headroom import Ground
from domicile.sweep import (
    Event,
    Question,
    Stand,
    count,
    every_set,
    every_subset,
    in_this_process,
    local_workers,
    sweep,
)

COUNTRIES, REGIMES, LOADS = 35, 18, 400


def world(places: int, seed: int = 1) -> Question:
    """So many places, with room for 1.15 of all demand."""
    chance = np.random.default_rng(seed)
    names = [f"place{index}" for index in range(places)]
    ground = Ground.of(names, [f"host{index // 10}" for index in range(places)], [()] * places)
    losses = (*ground.of_kind("datacenter"), *ground.of_kind("provider"))
    events = tuple(Event(loss, 0.001, together=1) for loss in losses)
    regimes = chance.random((REGIMES, places)) < chance.uniform(0.1, 0.7, (REGIMES, 1))
    regimes[:, 0] = True  # else a regime may have no place at all
    rate = chance.uniform(1, 100, LOADS)
    room = chance.uniform(0.5, 1.5, places)
    stand = Stand(
        service="calls",
        unit="calls",
        subjects=tuple(f"country{index:02}" for index in range(COUNTRIES)),
        subject=np.arange(LOADS) % COUNTRIES,
        priority=np.zeros(LOADS, dtype=np.int64),
        admissible=regimes[np.arange(LOADS) % REGIMES],
        rate=rate,
        room=1.15 * rate.sum() * room / room.sum(),
    )
    return Question("all", events, ground, np.arange(places), (stand,))


def main() -> None:
    """Sweep once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", type=int)
    parser.add_argument("losses", type=int, nargs="?", help="absent: all subsets of the places")
    parser.add_argument("--workers", type=int, default=0)
    options = parser.parse_args()
    asked = world(options.places)
    if options.losses is None:
        asked = replace(asked, events=asked.events[: options.places])
    events = len(asked.events)
    most = events if options.losses is None else options.losses
    pieces = every_subset(0, events) if options.losses is None else every_set(0, events, most)
    examiners = (
        local_workers(options.workers)
        if options.workers
        else contextlib.nullcontext(in_this_process)
    )
    with examiners as run:
        begun, busy = time.perf_counter(), time.process_time()
        ((tally,),) = sweep([asked], pieces, run)
        seconds, busy = time.perf_counter() - begun, time.process_time() - busy
    sets = sum(count(events, size) for size in range(min(most, events) + 1))
    short = sum(each.short[0] for each in tally.sizes.values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{options.places} places, {events} events, up to {most}: {sets:,} sets, "
        f"{short:,} short, {seconds:.2f} s, of them {busy:.2f} s at work, {peak:.0f} MiB\n"
    )


if __name__ == "__main__":
    main()
