"""Steps between services: a front at one place hands data to what it depends on at another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domicile.legal import Load
from domicile.model.tokens import Verdict
from domicile.onward.transfers import Onward

_LEAST = Verdict.WITH_MECHANISM.rank


@dataclass(frozen=True, slots=True)
class Handover:
    """A step from a service at some places to one that it depends on at another."""

    subject: str
    service: str
    places: tuple[str, ...]
    """Where the service has the data; all of one jurisdiction."""
    exporter: str
    """That jurisdiction."""
    dependency: str
    target: str
    """The dependency's datacenter."""
    data_classes: tuple[str, ...]
    activity: str
    """What the dependency does there that may not be."""


def barred_handovers(
    onward: Onward,
    loads: Iterable[Load],
    dependencies: Mapping[str, tuple[tuple[str, float], ...]],
    allowed: Mapping[str, frozenset[str]],
    backends: Mapping[tuple[str, str], int],
) -> Iterator[Handover]:
    """Steps between services that the law of the place where data is does not allow.

    Args:
        onward: what judges them.
        loads: every load.
        dependencies: service → the services that it depends on, with fan-out.
        allowed: load → the places that may serve it.
        backends: (service, datacenter) → how many stand there; where none stands nothing runs.
    """
    every = tuple(loads)
    of: dict[tuple[str, str], list[Load]] = {}
    for load in every:
        of.setdefault((load.service, load.subject), []).append(load)
    asking = _Steps(onward, allowed, backends)
    for load in every:
        exporters = asking.exporters(load)
        rows = [onward.row(exporter) for exporter in exporters]
        if not rows:
            continue
        for dependency, _ in dependencies.get(load.service, ()):
            for other in of.get((dependency, load.subject), ()):
                barred = asking.barred(other)[rows]
                if not barred.any():
                    continue
                targets = asking.standing(other)
                for (exporter, places), row in zip(exporters.items(), barred, strict=True):
                    for number in np.flatnonzero(row).tolist():
                        yield Handover(
                            load.subject,
                            load.service,
                            tuple(places),
                            exporter,
                            dependency,
                            targets[number],
                            other.data_classes,
                            asking.worst(other, exporter, targets[number]),
                        )


class _Steps:
    """Where loads stand, and what the law says of steps to there; each worked out once."""

    def __init__(
        self,
        onward: Onward,
        allowed: Mapping[str, frozenset[str]],
        backends: Mapping[tuple[str, str], int],
    ) -> None:
        self._onward = onward
        self._allowed = allowed
        self._backends = backends
        self._columns = {place: number for number, place in enumerate(onward.starts)}
        self._standing: dict[str, list[str]] = {}
        self._least: dict[tuple[str, tuple[str, ...]], NDArray[np.bool_]] = {}

    def standing(self, load: Load) -> list[str]:
        """The places where backends serve a load."""
        if load.key not in self._standing:
            self._standing[load.key] = sorted(
                place
                for place in self._allowed[load.key]
                if self._backends.get((load.service, place), 0)
            )
        return self._standing[load.key]

    def exporters(self, load: Load) -> dict[str, list[str]]:
        """Each jurisdiction other than the subject's where a load is served, with the places."""
        found: dict[str, list[str]] = {}
        for place in self.standing(load):
            found.setdefault(self._onward.jurisdiction(place), []).append(place)
        found.pop(load.subject, None)
        return found

    def barred(self, load: Load) -> NDArray[np.bool_]:
        """[exporters, places where a load stands]: whether its data may not come there."""
        key = (load.service, load.data_classes)
        if key not in self._least:
            moves = self._onward.moves(load.data_classes, self._does(load))
            self._least[key] = np.any(moves < _LEAST, axis=1)
        there = [self._columns[target] for target in self.standing(load)]
        barred: NDArray[np.bool_] = self._least[key][:, there]
        return barred

    def worst(self, load: Load, exporter: str, target: str) -> str:
        """The activity of which an exporter's law says least at a place."""
        does = self._does(load)
        moves = self._onward.moves(load.data_classes, does)
        return does[int(moves[self._onward.row(exporter), :, self._columns[target]].argmin())]

    def _does(self, load: Load) -> list[str]:
        return [str(each) for each in self._onward.workspace.services[load.service].activities]
