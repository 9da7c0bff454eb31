"""Every benchmark in one run, one table each: `make bench`, or with `--quick` a rough answer.

Exit code 1 where an answer is not equal to the peer's.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

# As users run Python: its compiled files are kept.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Before numpy is imported: threads that wait for each other would count as time of ours.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "support")]

BENCHMARKS = (
    "whole_process",
    "load",
    "law_matrix",
    "law_peers",
    "max_flows",
    "reference",
    "failure_sets",
    "growth",
    "scale_out",
    "link_networks",
    "policy_pack",
    "rollouts",
)
"""In this order: the first one needs a small process, so the others are imported after it."""


def main() -> int:
    """Run the benchmarks that are named, else all of them."""
    parser = argparse.ArgumentParser(description="Time and memory beside peers.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller worlds")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    options = parser.parse_args()
    if unknown := sorted(set(options.names) - set(BENCHMARKS)):
        parser.error(f"no benchmark is called `{unknown[0]}`")
    sys.stdout.write(f"{_machine()}\n\n")
    differ = False
    for name in options.names or BENCHMARKS:
        for table in importlib.import_module(name).measure(quick=options.quick):
            sys.stdout.write(f"{table.text()}\n")
            sys.stdout.flush()
            differ = differ or any(row.equal.startswith("no") for row in table.rows)
    return 1 if differ else 0


def _machine() -> str:
    busy = f"{os.getloadavg()[0]:.1f}"
    cores = len(os.sched_getaffinity(0))
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {cores} cores, {platform.machine()}, "
        f"Python {platform.python_version()}, load average {busy} at the start"
    )


if __name__ == "__main__":
    sys.exit(main())
