"""Runs in the peers' environment, where `opa` is not to be had: asks regopy the same.

The file: `rounds`, `policy`, `data` and `input`. Everything is read once before the clock starts.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from regopy import Input, Interpreter


def main(asked: Path, told: Path) -> None:
    """Ask, and tell."""
    question = json.loads(asked.read_text(encoding="utf-8"))
    interpreter = Interpreter()
    interpreter.add_data(question["data"])
    interpreter.add_module("residency", question["policy"])
    interpreter.set_input(Input(question["input"]))
    answers: list[int] = []
    seconds = []
    for _ in range(question["rounds"]):
        begun = time.perf_counter()
        answers = json.loads(str(interpreter.query("data.residency.ranks")))["expressions"][0]
        seconds.append(time.perf_counter() - begun)
    told.write_text(json.dumps({"answers": answers, "seconds": seconds}), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
