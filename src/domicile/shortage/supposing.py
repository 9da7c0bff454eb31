"""A situation in which one thing is otherwise, as far as one service is concerned."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from domicile.legal import Load
from domicile.residency import Law
from domicile.situation import Situation
from domicile.strain import Strain
from domicile.workspace import Workspace


class Supposed(Situation):
    """The same day and counts in another workspace, or under another law.

    Only the loads of some services are judged again: what is asked about others is not known here.
    What they ask of each other is that of the situation that was left.
    """

    def __init__(
        self,
        base: Situation,
        services: frozenset[str],
        workspace: Workspace | None = None,
        law: Law | None = None,
    ) -> None:
        super().__init__(
            base.workspace if workspace is None else workspace,
            base.law if law is None else law,
            base.environment,
            base.as_of,
            base.counts,
            plan=base.plan,
        )
        self._judged = tuple(load for load in base.loads if load.service in services)

    @cached_property
    def loads(self) -> tuple[Load, ...]:
        """The loads of these services."""
        return self._judged

    def strain(self, service: str) -> Strain | None:
        """How the service stands; None where no policy holds for it any more."""
        return self.strains.get(service)


def changed(workspace: Workspace, **fields: Any) -> Workspace:  # noqa: ANN401 - as `replace` takes them
    """A workspace of the same files, some of its declarations replaced."""
    from dataclasses import replace

    return replace(workspace, **fields)
