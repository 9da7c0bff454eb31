"""Runs in a process of its own: one sweep, its seconds, and the most memory that it took.

Arguments: places, how many are lost together, rounds. Without losses it only imports.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def main(places: int, together: int, rounds: int) -> None:
    """Sweep, and tell."""
    from flow_worlds import losses, of_growth

    from domicile.headroom import examine

    told: dict[str, object] = {}
    if together:
        world, lost = of_growth(places), losses(places, together)
        told["given"] = lost.nbytes / _MIB
        seconds = []
        for _ in range(rounds):
            begun = time.perf_counter()
            answer = examine(world.admissible, world.demand, world.capacity, lost)
            seconds.append(time.perf_counter() - begun)
        told["seconds"] = sorted(seconds)[rounds // 2]
        told["method"] = answer.method(0)
        told["missing"] = answer.shortfall.tolist()
    # The kernel's own count: `ru_maxrss` would begin with that of the process that started this.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    told["memory"] = int(status.split("VmHWM:")[1].split()[0]) / 1024
    sys.stdout.write(json.dumps(told))


_MIB = 1 << 20

if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
