"""Run a program that dies with whoever started it: `tether.py PROGRAM ARGUMENT …`.

Replaces itself by the program (so it costs one start of Python and no memory), after asking the
kernel to kill it when its parent ends: a front or an engine never outlives its supervisor.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def tethered(command: list[str]) -> list[str]:
    """The command line that runs a program tethered to the process that starts it."""
    return [sys.executable, "-S", "-E", __file__, *command]


def main(command: list[str]) -> None:
    """Tether this process to its parent and become the program."""
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it ended before the kernel knew
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 -- no shell: that is the point


if __name__ == "__main__":
    main(sys.argv[1:])
