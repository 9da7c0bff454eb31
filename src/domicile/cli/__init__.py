"""The command line: one module for each command, heavy imports only where a command needs them."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and end the process with the contract's exit code."""
    try:
        from domicile.cli.app import run  # noqa: PLC0415 - a signal may come while this loads

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
