"""Run programs that die with whoever started them, and two that die together.

`tether.py PROGRAM ARGUMENT …` replaces itself by the program (so it costs one start of Python and
no memory), after asking the kernel to kill it when its parent ends: a front or an engine never
outlives its supervisor. `tether.py SERVING … -- BEHIND …` runs two programs, the second for the
first: told to end, it lets the first finish what it serves; when either ends, it ends the other.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
_AND = "--"


def interpreter() -> str:
    """This Python, by one name: as `python` and as `python3` it would make different commands.

    What runs is compared by its command with what should run.
    """
    named = os.path.join(sys.exec_prefix, "bin", "python3")  # noqa: PTH118 - imports little
    return named if os.path.exists(named) else sys.executable  # noqa: PTH110 - imports little


def tethered(command: list[str]) -> list[str]:
    """The command line that runs a program tethered to the process that starts it."""
    return [interpreter(), "-S", "-E", __file__, *command]


def paired(serving: list[str], behind: list[str]) -> list[str]:
    """The command line that runs two programs that die together, and with who starts them."""
    return tethered([*serving, _AND, *behind])


def main(command: list[str]) -> None:
    """Tether this process to its parent and become the program, or run the two."""
    _tether(os.getppid())
    if _AND not in command:
        os.execvp(command[0], command)  # noqa: S606 -- no shell: that is the point
    middle = command.index(_AND)
    _run_both(command[:middle], command[middle + 1 :])


def _tether(parent: int) -> None:
    """Have the kernel kill this process when its parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it ended before the kernel knew
            os._exit(1)


def _run_both(serving: list[str], behind: list[str]) -> None:
    """Run two programs until one has ended; then none is left."""
    back = _start(behind)
    front = _start(serving)

    def finish(*_: object) -> None:
        os.kill(front, signal.SIGTERM)

    # Safe until it is reaped, and from then on nobody is told to finish any more.
    signal.signal(signal.SIGTERM, finish)
    signal.signal(signal.SIGINT, finish)
    os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for process in (front, back):
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def _start(command: list[str]) -> int:
    """Start a program tethered to this process; its id."""
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _tether(parent)
        os.execvp(command[0], command)  # noqa: S606 -- no shell: that is the point
    return child


if __name__ == "__main__":
    main(sys.argv[1:])
