"""The local provider with things that are made at once: what is left is the engine's own work."""

from __future__ import annotations

import sys
from typing import Any

from pulumi.provider.experimental.server import main as serve

from domicile.provision.local import provider
from domicile.provision.local.things import RUNNING, THINGS


class Instant:
    """A thing of which nothing is made."""

    def __init__(self, like: Any) -> None:  # noqa: ANN401 -- any thing
        self._like = like
        self.fixed, self.made, self.id = like.fixed, like.made, like.id

    def create(self, inputs: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
        """It stands."""
        del before
        return {**inputs, **dict.fromkeys(self.made, "n"), "standing": RUNNING}

    def read(self, state: dict[str, Any]) -> dict[str, Any]:
        """It stands as it was made."""
        return state

    def delete(self, state: dict[str, Any]) -> None:
        """It is gone."""


for name, thing in list(THINGS.items()):
    THINGS[name] = Instant(thing)
serve(sys.argv[1:], "0.0.0", provider.LocalProvider())
