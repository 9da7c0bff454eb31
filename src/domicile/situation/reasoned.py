"""Why the law says what it says, of loads, flows, side paths and duties at home."""

from __future__ import annotations

from collections.abc import Iterator

from domicile.legal import Load
from domicile.model.service import Flow
from domicile.model.tokens import Verdict
from domicile.onward import Barred, Handover, barred_handovers
from domicile.outflow import set_off, targets, use_of
from domicile.placement import (
    HomeDuty,
    Judged,
    barred,
    flow_verdicts,
    home_duties,
    judge_flow,
    judge_load,
)
from domicile.residency import has_regime
from domicile.situation.admitted import Admitted
from domicile.situation.counted import Counted


class Reasoned(Admitted, Counted):
    """Verdicts with their reasons."""

    def explain(self, load: Load, place: str) -> Judged:
        """Why a load may or may not be served at a place."""
        return judge_load(
            self.workspace, self.law, load, place, self.placed, self.onward, self.as_of
        )

    def flow_verdicts(
        self, flow: Flow, target: str
    ) -> tuple[tuple[str, tuple[str, ...], Verdict], ...]:
        """What each subject's law says of a flow to one of its targets, with what it moves."""
        if not self._stands(target):
            return ()
        loads = (self.workspace, self.law, flow, target, self.loads, self.placed, self.as_of)
        return tuple(flow_verdicts(*loads, self.onward.declared))

    def explain_flow(self, flow: Flow, target: str, subject: str, moved: tuple[str, ...]) -> Judged:
        """Why one subject's law says what it says of a flow to one of its targets."""
        given = (self.workspace, self.law, flow, target, subject, moved, self.placed, self.as_of)
        return judge_flow(*given)

    def _stands(self, target: str) -> bool:
        return target in self.workspace.datacenters or target.isupper()

    def barred_from(self, flow: Flow, target: str) -> tuple[Judged, ...]:
        """The subjects whose data a flow may not take to one of its targets."""
        if not self._stands(target):
            return ()
        loads = (self.workspace, self.law, flow, target, self.loads, self.placed, self.as_of)
        return tuple(barred(*loads, self.onward.declared))

    def onward_barred(self) -> Iterator[tuple[Load, str, Barred]]:
        """Loads, the places near enough where they could be, and why they may not go on."""
        judged, least = self.admissible, Verdict.WITH_MECHANISM.rank
        within = judged.latency <= judged.limit[:, None]
        barred = (judged.verdicts >= least) & (judged.onward < least) & within
        for row, load in enumerate(self.loads):
            for column in self.open_columns(row):
                if barred[row, column]:
                    place = self.places[column]
                    for each in self.onward.barred(load, place):
                        yield load, place, each

    def barred_handovers(self) -> Iterator[Handover]:
        """Steps from a load's place to one of a service depended on that a law does not allow."""
        yield from barred_handovers(
            self.onward, self.loads, self.dependencies, self.allowed, self.backends
        )

    def unsaid_side_paths(self) -> dict[str, list[tuple[str, str]]]:
        """Side paths that happen by default and that nobody speaks of → pools that set them off."""
        workspace = self.workspace
        found: dict[str, list[tuple[str, str]]] = {}
        pools: dict[str, list[tuple[str, str]]] = {}
        for service, place in self.known_pools:
            pools.setdefault(workspace.provider_of[place], []).append((service, place))
        for name, path in workspace.side_paths.items():
            if path.carries == "account" or not path.default:
                continue
            for service, place in pools.get(name.split(":", maxsplit=1)[0], ()):
                does = [str(each) for each in workspace.services[service].activities]
                if (
                    set_off(workspace, name, place, does)
                    and use_of(workspace, self.environment, name, service, place) is None
                    and targets(workspace, name, place, None)
                ):
                    found.setdefault(name, []).append((service, place))
        return found

    def home_duties(self) -> tuple[HomeDuty, ...]:
        """Duties to keep a copy at home that no flow fulfils."""
        given = (self.workspace, self.law, self.loads, self.placed, self.as_of)
        return tuple(home_duties(*given, self.onward.declared))

    def regime_known(self, subject: str) -> bool:
        """Whether the law on taking a subject's personal data abroad is known well enough."""
        abroad = "AQ" if subject != "AQ" else "BV"
        return has_regime(
            self.law,
            subject,
            ("personal",),
            "process",
            abroad,
            declared=self.onward.declared,
            as_of=self.as_of,
        )
