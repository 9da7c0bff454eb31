"""The plans that this repository emitted, checked again by simpler means."""

from __future__ import annotations

from pathlib import Path

import pytest
import second_opinion
import yaml

from domicile.emit import emit, plan_is_fresh
from domicile.emit.rendering import plan_text
from domicile.model.stack import plan_digest
from domicile.residency import Law
from domicile.situation import Situation
from domicile.workspace import Workspace, load, load_law

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = ("local", "production")


@pytest.fixture(scope="module")
def repository() -> tuple[Workspace, Law]:
    """The repository as a workspace, with its law."""
    workspace = load(ROOT)
    return workspace, load_law(workspace)


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def situation(request: pytest.FixtureRequest, repository: tuple[Workspace, Law]) -> Situation:
    """An environment on the day that its plan was made."""
    workspace, law = repository
    plan = workspace.plans[request.param]
    return Situation(workspace, law, request.param, plan.as_of)


def test_what_stands_is_what_emit_writes(situation: Situation) -> None:
    """The plan is fresh, and no file of `stacks/` differs from what it says."""
    assert situation.plan is not None
    assert plan_is_fresh(situation)
    changes = emit(situation, situation.plan, write=False)
    assert [change.path for change in changes if change.changed] == []


def test_every_stack_names_the_plan(situation: Situation) -> None:
    """A stack of another plan would be refused by its program."""
    assert situation.plan is not None
    digest = plan_digest(plan_text(situation.plan))
    for path in (ROOT / "stacks").glob(f"Pulumi.{situation.environment}.*.yaml"):
        assert yaml.safe_load(path.read_text())["config"]["domicile:plan"] == digest, path


def test_it_survives_by_a_second_method(situation: Situation) -> None:
    """A seeded sample of contingencies of each service, by networkx, and by the plan's routing."""
    assert situation.plan is not None
    assert second_opinion.verify(situation, situation.plan, most=6, seed=1) >= 5 * 6


@pytest.mark.soak
def test_it_survives_everything(situation: Situation) -> None:
    """Every contingency of every service."""
    assert situation.plan is not None
    assert second_opinion.verify(situation, situation.plan) > 100


def test_it_is_small(situation: Situation) -> None:
    """A plan is read and diffed by people: under 1,200 bytes for each load."""
    assert situation.plan is not None
    size = len(plan_text(situation.plan).encode())
    assert size < 1200 * len(situation.loads)
