"""An emitted file that was edited by hand is refused: by `up`, and by the stack's own program.

The program of a stack calls `judge` before it registers anything, so plain `pulumi up` is refused
too, with or without a policy pack.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import small_worlds
import yaml
from small_worlds import Site
from walked import plan_of

from domicile import emit as emission
from domicile.model.errors import SourceError
from domicile.model.stack import plan_digest
from domicile.provision.declared import configs
from domicile.provision.judge import judge, judge_all, read_routing

ENVIRONMENT = "production"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """France is served in Paris and Berlin; a third site in the US is not lawful for it."""
    sites = [Site("p", 0.1), Site("q", 0.1, country="DE"), Site("u", 0.1, country="US")]
    small_worlds.write(tmp_path, sites, losses=[], nominal=100, after=100, surge=1)
    situation = small_worlds.situation(tmp_path)
    counts = {("voice", "p"): 2, ("voice", "q"): 2}
    emission.emit(situation, plan_of(situation, counts))
    return tmp_path


def edit(root: Path, part: str, *change: tuple[str, str]) -> None:
    """Replace text in a stack file; each must be there."""
    path = root / "stacks" / f"Pulumi.{ENVIRONMENT}.{part}.yaml"
    text = path.read_text()
    for before, after in change:
        assert before in text, (before, text)
        text = text.replace(before, after)
    path.write_text(text)


def refused(root: Path, part: str, match: str) -> None:
    """Both who judges all at once, and the program of that stack alone."""
    declared = configs(root, ENVIRONMENT)
    with pytest.raises(SourceError, match=match):
        judge_all(root, ENVIRONMENT, declared)
    with pytest.raises(SourceError, match=match):
        judge(root, ENVIRONMENT, part, declared[part])


def test_as_emitted_it_is_let_through(root: Path) -> None:
    """Every stack, by both."""
    declared = configs(root, ENVIRONMENT)
    judge_all(root, ENVIRONMENT, declared)
    for part, config in declared.items():
        judge(root, ENVIRONMENT, part, config)


@pytest.mark.parametrize(
    ("part", "before", "after", "said"),
    [
        ("p", "backends: 2", "backends: 3", r"`voice` at `p` has 3 backends .* 2 in the plan"),
        ("p", "country: FR", "country: US", r"puts `p` at country `US`; the catalogue says `FR`"),
        ("p", "region: p", "region: us-east-1", r"puts `p` at region `us-east-1`"),
        ("p", "provider: of-p", "provider: of-u", r"puts `p` at provider `of-u`"),
        ("p", "subjects: [FR]", "subjects: [FR, DE]", r"agree on subjects of pool `voice`: `DE`"),
        (
            "p",
            "data_classes: [communications]",
            "data_classes: [health]",
            r"agree on data classes of pool `voice`",
        ),
        ("p", "datacenter: p", "datacenter: u", r"`production.p` says that it is `u`"),
        ("p", "adapter: of-p", "adapter: of-u", r"asks for `of-p`"),
        ("traffic", "country: DE", "country: US", r"puts `q` at country `US`"),
        ("traffic", "      q:", "      u:", r"do not agree on `[qu]`"),
    ],
)
def test_a_place_a_pool_or_a_subject_that_was_edited(
    root: Path, part: str, before: str, after: str, said: str
) -> None:
    """Each field that says where, how much or whose is held against plan and catalogue."""
    path = root / "stacks" / f"Pulumi.{ENVIRONMENT}.{part}.yaml"
    if before not in path.read_text():  # the emitter may write a mapping in one line
        before, after = before.strip(), after.strip()
    edit(root, part, (before, after))
    refused(root, part, said)


def test_a_pool_that_the_plan_does_not_know(root: Path) -> None:
    """A pool added where none is planned, in the US."""
    pool = yaml.safe_dump([{"service": "voice", "backend": "u.small", "backends": 1}])
    edit(root, "u", ("domicile:pools: []", f"domicile:pools: {yaml.safe_load(pool)}"))
    refused(root, "u", r"`voice` at `u` has 1 backends in its stack and 0 in the plan")


def test_a_plan_that_sends_somebody_elsewhere_with_all_digests_mended(root: Path) -> None:
    """Even where every digest is computed anew, the law itself refuses France's calls in the US."""
    plan = root / "stacks" / f"plan.{ENVIRONMENT}.yaml"
    before = plan_digest(plan.read_text())
    plan.write_text(plan.read_text().replace('"q"', '"u"'))
    after = plan_digest(plan.read_text())
    for part in ("p", "q", "u", "traffic"):
        edit(root, part, (before, after))
    declared = configs(root, ENVIRONMENT)
    with pytest.raises(SourceError, match=r"not admissible on .*`FR/voice/.*` at `u`"):
        judge(root, ENVIRONMENT, "u", {**declared["u"], "pools": [*declared["q"]["pools"]]})


def test_a_routing_for_the_way_is_judged_too(root: Path, tmp_path: Path) -> None:
    """What a rollout hands to the traffic stack is no way around the law."""
    situation = small_worlds.situation(root)
    good = plan_of(situation, {("voice", "p"): 4})
    path = tmp_path / "routing.json"
    path.write_text(good.model_dump_json())
    assert read_routing(root, ENVIRONMENT, path) == good
    nominal = {load: {"u": 1.0} for load in good.nominal}
    path.write_text(good.model_copy(update={"nominal": nominal}).model_dump_json())
    with pytest.raises(SourceError, match=r"not admissible on .*`FR/voice/.*` at `u`"):
        read_routing(root, ENVIRONMENT, path)
    path.write_text(good.model_copy(update={"environment": "other"}).model_dump_json())
    with pytest.raises(SourceError, match="is of environment `other`"):
        read_routing(root, ENVIRONMENT, path)
    path.write_text("{")
    with pytest.raises(SourceError, match=r"`routing\.json` cannot be read"):
        read_routing(root, ENVIRONMENT, path)
