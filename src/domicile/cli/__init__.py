"""The command line: one module for each command, heavy imports only where a command needs them."""

from __future__ import annotations

import sys

from domicile.cli.remembered import answer

__all__ = ["main"]


def main() -> None:
    """Run the command line and end the process with the contract's exit code."""
    sys.exit(answer(sys.argv[1:]))
