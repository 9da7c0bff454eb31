"""Where data goes on to, asked for many loads at once: equal to each step judged by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from judging import TODAY, law, lay

from domicile.legal import Load, declarations, legal_place
from domicile.model.service import SidePathUse
from domicile.model.tokens import Verdict
from domicile.onward import Handover
from domicile.outflow import outflows, targets, use_of
from domicile.residency import Law, rank
from domicile.situation import Situation
from domicile.workspace import Workspace, load

ROOT = Path(__file__).resolve().parents[2]
LEAST = Verdict.WITH_MECHANISM.rank
FALLS = ("EU:US:DPF", "scc", "certificate:ovh:HDS")


@pytest.fixture(scope="module")
def reference() -> Workspace:
    """The reference workspace."""
    return load(ROOT)


@pytest.fixture(scope="module", params=["production", "local"])
def stood(request: pytest.FixtureRequest, reference: Workspace) -> Situation:
    """One of its environments today."""
    return Situation(reference, law(reference), request.param, TODAY)


def test_ranks_are_the_least_of_all_legs(stood: Situation) -> None:
    """For every load and place: as good as the worst leg by the worst of the laws that judge it."""
    onward, seen = stood.onward, set()
    for each in stood.loads:
        ranks = onward.ranks(each, list(stood.places))
        for place, found in zip(stood.places, ranks, strict=True):
            worst = min((said.rank for *_, said in onward.legs(each, place)), default=4)
            assert found == worst, (each.key, place)
        seen.update(ranks)
    assert len(seen) > 1, "all legs are alike: this shows nothing"
    assert onward.ranks(stood.loads[0], []) == []


def test_handovers_are_those_that_one_by_one_may_not_be(stood: Situation) -> None:
    """Every load, dependency and pair of places, judged by itself."""
    found = list(stood.barred_handovers())
    assert found == list(_one_by_one(stood))


def test_handovers_that_fall(reference: Workspace) -> None:
    """The same where mechanisms have fallen, so that there are some."""
    base = Situation(reference, law(reference), "production", TODAY)
    left = base.without(["scc"])
    left.__dict__["allowed"] = base.allowed  # as a routing has it that knows nothing of the fall
    found = list(left.barred_handovers())
    assert found == list(_one_by_one(left))
    assert found


def _one_by_one(stood: Situation) -> list[Handover]:
    return [
        Handover(
            each.subject,
            each.service,
            tuple(places),
            exporter,
            dependency,
            target,
            other.data_classes,
            activity,
        )
        for each in stood.loads
        for dependency, _ in stood.dependencies[each.service]
        for other in stood.loads
        if (other.service, other.subject) == (dependency, each.subject)
        for exporter, places in _exporters(stood, each).items()
        for target in _standing(stood, other)
        for activity in _barred(stood, exporter, other, target)
    ]


def _standing(stood: Situation, load: Load) -> list[str]:
    return sorted(p for p in stood.allowed[load.key] if stood.backends[load.service, p])


def _exporters(stood: Situation, load: Load) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for place in _standing(stood, load):
        found.setdefault(stood.onward.jurisdiction(place), []).append(place)
    found.pop(load.subject, None)
    return found


def _barred(stood: Situation, exporter: str, load: Load, target: str) -> list[str]:
    """The activity of which a law says least of a step, if it does not let it through."""
    key = (id(stood), exporter, load.service, load.data_classes, target)
    if key not in _BARRED:
        ranks = {
            str(each): rank(
                stood.law,
                exporter,
                load.data_classes,
                str(each),
                legal_place(stood.workspace, target, TODAY),
                declared=declarations(stood.workspace),
                as_of=TODAY,
            )
            for each in stood.workspace.services[load.service].activities
        }
        least = min(ranks, key=lambda each: ranks[each])
        _BARRED[key] = [least] if ranks[least] < LEAST else []
    return _BARRED[key]


_BARRED: dict[tuple[object, ...], list[str]] = {}


def test_another_day_and_a_fall_are_judged_as_if_alone(stood: Situation) -> None:
    """What days and falls leave alone is kept: equal to a situation and a law that know nothing."""
    given = [stood, *(stood.on(TODAY + timedelta(days=ahead)) for ahead in (90, 2500))]
    given += [each.without([FALLS[0]]) for each in given[1:]] + [stood.without(FALLS[1:])]
    given.append(given[-1].on(date(2024, 2, 29)).without(FALLS[:1]))
    different = set()
    for each in given:
        alone = Situation(
            each.workspace, Law.from_index(each.law.to_index()), each.environment, each.as_of
        )
        found, plain = each.admissible, alone.admissible
        assert each.loads == alone.loads
        assert np.array_equal(found.verdicts, plain.verdicts)
        assert np.array_equal(found.onward, plain.onward)
        assert np.array_equal(found.matrix, plain.matrix)
        different.add(found.matrix.tobytes())
    assert len(different) > 1, "all days and falls are alike: this shows nothing"


def test_ways_are_not_taken_over_where_data_goes_elsewhere(tmp_path: Path) -> None:
    """A group of subjects that gains a member changes whose data a flow takes along."""
    groups = (ROOT / "regions/groups.yaml").read_text(encoding="utf-8")
    infra = {
        "regions/groups.yaml": f"{groups}\n  - {{id: PACT, name: a pact, members: [DE, {{of: FR, "
        "from: 2027-01-01}], source: invented, evidence: official text, checked: 2026-11-23}\n",
        "infra/flows.yaml": "flows:\n  - {id: logs, service: voice, subjects: [PACT], purpose: a "
        "test, activity: log, to: [IN]}\n",
    }
    workspace = load(lay(tmp_path, infra))
    now = Situation(workspace, law(workspace), "production", TODAY)
    carried = [_carried(now), _carried(now.on(date(2027, 1, 2)))]
    assert carried == [set(), {"logs"}]


def _carried(stood: Situation) -> set[str]:
    stood.admissible  # noqa: B018 - what was asked before must not be answered again
    return {
        leg.outflow.name
        for each in stood.loads
        for place in stood.places
        for leg, *_ in stood.onward.legs(each, place)
    }


@pytest.mark.parametrize("said", ["as declared", "nothing", "all used"])
def test_side_paths_are_looked_for_where_they_can_be(stood: Situation, said: str) -> None:
    """Looked for at every place: the same outflows as where only its provider's places are."""
    workspace, environment = stood.workspace, stood.environment
    uses = workspace.side_path_uses[environment]
    if said == "nothing":
        uses = ()
    elif said == "all used":
        uses = tuple(each.model_copy(update={"state": "used", "to": ("US",)}) for each in uses)
    workspace = replace(workspace, side_path_uses={environment: uses})
    activities = {
        (service, place): frozenset(str(a) for a in workspace.services[service].activities)
        for service, place in stood.known_pools
    }
    found = {
        (service, flow.name, flow.to): flow.leaves
        for service, flows in outflows(workspace, environment, TODAY, activities).items()
        for flow in flows
        if flow.side_path
    }
    plain: dict[tuple[str, str, tuple[str, ...]], frozenset[str]] = {}
    for (service, place), does in activities.items():
        for name in workspace.side_paths:
            use = use_of(workspace, environment, name, service, place)
            if _taken(workspace, name, place, use, does):
                key = (service, name, targets(workspace, name, place, use))
                plain[key] = plain.get(key, frozenset()) | {place}
    assert found == plain
    assert found or said == "as declared"


def _taken(
    workspace: Workspace, name: str, place: str, use: SidePathUse | None, does: frozenset[str]
) -> bool:
    """Whether a side path takes data along from a place, said in full."""
    path = workspace.side_paths[name]
    provider, _, _ = name.partition(":")
    own = workspace.provider_of[place] == provider
    if path.carries == "account":
        return False
    if use is not None:
        hosts = provider in workspace.provider_of.values()
        return use.state == "used" and (own or not hosts)
    sets_off = {str(a) for a in path.sets_off}
    default = path.default and path.evidence != "unverified"
    return default and own and (not sets_off or bool(sets_off & does))
