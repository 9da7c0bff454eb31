"""Runs in the peers' environment: asks Cedar what a file says, and writes answers and seconds.

The file: `rounds`, `entities`, `schema`, and `slices`, each with `policies`, whether it is
`timed`, and `requests`. Everything is parsed once before the clock starts.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from cedarpy import Entities, PolicySet, is_authorized_batch, validate_policies


def main(asked: Path, told: Path) -> None:
    """Ask, and tell."""
    question = json.loads(asked.read_text(encoding="utf-8"))
    begun = time.perf_counter()
    entities = Entities.from_json_str(json.dumps(question["entities"]))
    slices = [
        (PolicySet.from_str(each["policies"]), each["requests"], each["timed"])
        for each in question["slices"]
    ]
    parsing = time.perf_counter() - begun
    together = [each["policies"] for each in question["slices"]]
    valid = all(validate_policies(text, question["schema"]) for text in together[::7])
    answers = [
        [result.allowed and not result.diagnostics.errors for result in _ask(slice_, entities)]
        for slice_ in slices
    ]
    errors = sum(
        len(result.diagnostics.errors) for slice_ in slices for result in _ask(slice_, entities)
    )
    seconds = []
    for _ in range(question["rounds"]):
        begun = time.perf_counter()
        for slice_ in slices:
            if slice_[2]:
                _ask(slice_, entities)
        seconds.append(time.perf_counter() - begun)
    told.write_text(
        json.dumps(
            {
                "answers": answers,
                "seconds": seconds,
                "parsing": parsing,
                "errors": errors,
                "valid": valid,
            }
        ),
        encoding="utf-8",
    )


def _ask(slice_: tuple, entities: Entities) -> list:
    policies, requests, _ = slice_
    return is_authorized_batch(requests, policies, entities)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
