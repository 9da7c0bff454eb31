"""What runs: outcomes of `preview`, `up`, `down` and `recover`, and `status`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from domicile.model.answer import (
    DifferenceAnswer,
    DriftAnswer,
    FrontState,
    RecoverAnswer,
    RunAnswer,
    StackRun,
    StackState,
    StatusAnswer,
)
from domicile.model.answer import (
    Recovery as RecoveryItem,
)
from domicile.model.words import listed, several
from domicile.provision.drift import Drift
from domicile.provision.results import Outcome, Recovery, Status
from domicile.report import stepping
from domicile.report.terminal import Terminal, columns, plain

_SHOWN = 6


def outcome_answer(
    command: Literal["preview", "up", "rollback", "down"], found: Outcome
) -> RunAnswer:
    """Answer of `preview`, `up`, `rollback` and `down`."""
    return RunAnswer(
        command=command,
        environment=found.environment,
        stacks=tuple(
            StackRun(name=each.name, did=each.did, changes=dict(each.changes))
            for each in found.stacks
        ),
        traffic={service: dict(shares) for service, shares in found.traffic.items()},
        seconds=round(found.seconds, 3),
        steps=found.steps,
    )


def outcome(out: Terminal, found: Outcome) -> None:
    """The steps; each stack with what was done to it; how traffic is spread; a request to try."""
    stepping.steps(out, found.steps)
    if found.steps:
        out.line("")
    table = [
        [
            plain(each.name),
            plain(each.did),
            listed(f"{count} {plain(operation)}" for operation, count in each.changes.items()),
        ]
        for each in found.stacks
    ]
    for line in columns([["stack", "", "resources"], *table]):
        out.line(line)
    out.line("")
    _spread(out, found)
    out.line(f"{several(len(found.stacks), 'stack')} in {found.seconds:.1f} s")
    if found.example:
        out.line(f"try: {plain(found.example)}")


def _spread(out: Terminal, found: Outcome) -> None:
    if not found.traffic:
        return
    table = [["service", "served at"]]
    for service, shares in found.traffic.items():
        table.append([plain(service), plain(_going(shares))])
    for line in columns(table):
        out.line(line)
    out.line("")


def recovery_answer(found: Recovery) -> RecoverAnswer:
    """Answer of `recover`."""
    return RecoverAnswer(
        environment=found.environment,
        stacks=tuple(RecoveryItem(name=each.name, did=each.did) for each in found.stacks),
    )


def recovery(out: Terminal, found: Recovery) -> None:
    """What was done to each stack, and what was swept."""
    for line in columns([[plain(each.name), plain(each.did)] for each in found.stacks]):
        out.line(line)
    if found.swept:
        out.line(f"removed what ran and was in no state: {plain(listed(found.swept))}")
    out.line("in order")


def drift_answer(found: Drift) -> DriftAnswer:
    """Answer of `drift`."""
    return DriftAnswer(
        environment=found.environment,
        stacks=found.stacks,
        differences=tuple(
            DifferenceAnswer(stack=each.stack, between=each.between, what=each.what, said=each.said)
            for each in found.differences
        ),
    )


def drift(out: Terminal, found: Drift) -> None:
    """Each difference, or that there is none."""
    table = [["stack", "between", "what", "how"]]
    table += [
        [plain(each.stack), plain(each.between), plain(each.what), plain(each.said)]
        for each in found.differences
    ]
    if found.differences:
        for line in columns(table):
            out.line(line)
        out.line("")
        out.line("`domicile up` brings it back to what was emitted")
    else:
        out.line(f"{several(found.stacks, 'stack')}: plan, state and reality agree")


def status_answer(found: Status) -> StatusAnswer:
    """Answer of `status`."""
    return StatusAnswer(
        environment=found.environment,
        stacks=tuple(
            StackState(name=each.name, resources=each.resources, state=each.state)
            for each in found.stacks
        ),
        fronts=tuple(
            FrontState(
                service=front.service,
                address=route.address,
                routes={route.load: dict(route.shares)},
            )
            for front in found.fronts
            for route in front.routes
        ),
    )


def status(out: Terminal, found: Status) -> None:
    """Stacks; then each load: which routing holds, where its requests go, and where they enter."""
    table = [["stack", "resources", "state"]]
    table += [[plain(each.name), str(each.resources), plain(each.state)] for each in found.stacks]
    for line in columns(table, right=frozenset({1})):
        out.line(line)
    out.line("")
    if not found.fronts:
        out.line("no front answers")
        return
    entries: dict[tuple[str, str], list[str]] = {}
    going: dict[str, str] = {}
    for front in found.fronts:
        for route in front.routes:
            entries.setdefault((front.service, route.load), []).append(route.address)
            going[route.load] = _going(route.shares)
    rows = [["load", "routing", "goes to", "enters at"]]
    rows += [
        [
            plain(load),
            plain(found.routing.get(service, "static order: no director answers")),
            plain(going[load]),
            plain(" ".join(addresses)),
        ]
        for (service, load), addresses in sorted(entries.items())
    ]
    for line in columns(rows):
        out.line(line)
    for service, lost in sorted(found.lost.items()):
        out.line(f"lost to {plain(service)}: {plain(listed(lost))}")


def _going(shares: Mapping[str, float]) -> str:
    """Where a load's requests go, the most first."""
    parts = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return listed((f"{place} {part:.0%}" for place, part in parts), _SHOWN) if parts else "nowhere"
