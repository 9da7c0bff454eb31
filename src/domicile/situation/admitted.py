"""Which place may serve which load, by law, latency and what pools say."""

from __future__ import annotations

import hashlib
from functools import cached_property

import numpy as np

from domicile.admissible import Admissible, admissible
from domicile.legal import copies
from domicile.legal import expand as expand_names
from domicile.onward import Onward
from domicile.situation.demanded import Demanded


class Admitted(Demanded):
    """Loads over places."""

    @cached_property
    def copies(self) -> dict[tuple[str, str], set[str]]:
        """(subject or `*`, service) → countries in which a flow keeps a copy."""
        return copies(self.flows, self.workspace, self.as_of)

    def placed(self, subject: str, service: str) -> frozenset[str]:
        """Countries in which copies of a subject's data of a service are kept."""
        own = self.copies.get((subject, service), set())
        return frozenset(own | self.copies.get(("*", service), set()))

    @cached_property
    def admissible(self) -> Admissible:
        """Every load at every place."""

        def limit(service: str) -> float:
            policy = self.policy(service)
            return 0.0 if policy is None else policy.latency.value

        kept_for = {
            key: frozenset(expand_names(self.workspace, pool.subjects, self.as_of))
            for key, pool in self.known_pools.items()
            if pool.subjects
        }
        return admissible(
            self.workspace,
            self.law,
            self.loads,
            self.places,
            limit,
            self.placed,
            kept_for,
            self.onward,
            self.as_of,
        )

    @cached_property
    def onward(self) -> Onward:
        """What leaves the places where data is, and what the law says of that."""
        services = self.workspace.services
        activities = {
            (service, place): frozenset(str(each) for each in services[service].activities)
            for service, place in self.known_pools
        }
        return Onward(
            self.workspace,
            self.law,
            self.environment,
            self.as_of,
            activities,
            before=self._onward_before,
        )

    @cached_property
    def allowed(self) -> dict[str, frozenset[str]]:
        """Load → the places that may serve it."""
        matrix = self.admissible.matrix
        return {
            load.key: frozenset(
                place for place, yes in zip(self.places, matrix[row], strict=True) if yes
            )
            for row, load in enumerate(self.loads)
        }

    @cached_property
    def _columns(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for column, place in enumerate(self.places):
            for service in self.workspace.services:
                if (service, place) in self.known_pools:
                    found.setdefault(service, []).append(column)
        return found

    def columns(self, service: str) -> list[int]:
        """The places, as indices, at which a service has a pool."""
        return self._columns.get(service, [])

    def open_columns(self, row: int) -> list[int]:
        """The places, as indices, at which a pool may serve a load, as far as pools say."""
        return self._open_columns[row]

    @cached_property
    def _open_columns(self) -> list[list[int]]:
        """[loads]: the columns of each."""
        open_ = self.admissible.open
        everywhere = np.all(open_, axis=1)
        found = []
        for row, load in enumerate(self.loads):
            columns = self.columns(load.service)
            found.append(columns if everywhere[row] else [c for c in columns if open_[row, c]])
        return found

    @cached_property
    def verdicts_digest(self) -> str:
        """Digest of which places each load may use. Changes when a verdict does, not by a date."""
        matrix = self.admissible.matrix
        digest = hashlib.sha256()
        for row, load in enumerate(self.admissible.loads):
            allowed = [place for place, yes in zip(self.places, matrix[row], strict=True) if yes]
            digest.update(f"{load.key}:{','.join(allowed)}\n".encode())
        return f"sha256:{digest.hexdigest()}"
