"""The reference workspace, by its commands alone: check, plan, emit, up, a scale-out, a loss, down.

What `make up` does on the repository is done here on a copy of it, under load, and its promises
are held against what the access logs say.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from asking import Load, ask, enters, entries, eventually

from domicile.provision import fronts
from domicile.provision.local import faults
from domicile.provision.local.run_folder import RunFolder

REPOSITORY = Path(__file__).parents[2]
COMMAND = Path(sys.executable).parent / "domicile"
HEALTH = "FR/messaging/communications+health+identity+telecom-metadata"
AMERICAN = "US/messaging/communications+identity+telecom-metadata"
ORDINARY = "FR/messaging/communications+identity+telecom-metadata"


def domicile(root: Path, *arguments: str, exits: int = 0) -> str:
    """One command on the workspace, as a user runs it."""
    command = [str(COMMAND), *arguments, "-w", str(root), "-e", "local"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == exits, f"{arguments}: {done.stdout}\n{done.stderr}"
    return done.stdout


def plan_of(root: Path) -> dict[str, Any]:
    """The emitted plan."""
    text = (root / "stacks" / "plan.local.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return found


def total(plan: dict[str, Any]) -> int:
    """Backends of a plan."""
    return sum(pool["after"] for pool in plan["pools"])


def served(root: Path) -> Counter[tuple[str, str, str]]:
    """(subject, service, place) of every request that was served, from the access logs."""
    found: Counter[tuple[str, str, str]] = Counter()
    for path in RunFolder(root, "local").log.glob("access.*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            if entry["status"] == 200:
                found[entry["subject"], entry["service"], entry["place"]] += 1
    return found


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the repository's own workspace, running; taken down at the end."""
    root = tmp_path_factory.mktemp("reference")
    shutil.copytree(REPOSITORY / "infra", root / "infra")
    for name in ("headroom", "mechanisms", "waivers"):
        (root / "policies").mkdir(exist_ok=True)
        shutil.copy(REPOSITORY / "policies" / f"{name}.yaml", root / "policies")
    try:
        yield root
    finally:
        domicile(root, "down")
        assert not (root / ".domicile" / "run" / "local").exists()


def test_the_main_job_from_existing_counts_to_serving(workspace: Path) -> None:
    """Existing counts fall short, the plan does not, and what it planned then serves."""
    assert "must be mended" in domicile(workspace, "check", "--counts", "existing", exits=1)
    assert "proved to be the least" in domicile(workspace, "plan")
    domicile(workspace, "emit")
    assert "lawful, with headroom" in domicile(workspace, "check")
    files = {path: path.read_text() for path in (workspace / "stacks").glob("Pulumi.*.yaml")}
    assert "try: curl" in domicile(workspace, "up")
    for path, before in files.items():
        # Pulumi puts a salt into each stack's file, and leaves the rest of it as it was emitted.
        (added,) = path.read_text().removeprefix(before).splitlines()
        assert added.startswith("encryptionsalt: v1:")
    assert total(plan_of(workspace)) >= 60
    for load in plan_of(workspace)["nominal"]:
        assert ask(entries(workspace, load)[0]).status == 200


def test_raised_demand_adds_backends_and_fails_no_request(workspace: Path) -> None:
    """French messaging doubles: planned, emitted and brought up while requests go on."""
    before = total(plan_of(workspace))
    demand = workspace / "infra" / "demand.local.yaml"
    text = demand.read_text(encoding="utf-8")
    wanted = text.replace(
        "service: messaging, rate: 4 messages/s", "service: messaging, rate: 9 messages/s", 1
    )
    demand.write_text(wanted, encoding="utf-8")
    domicile(workspace, "emit", "--check", exits=1)
    domicile(workspace, "emit")
    at = {load: entries(workspace, load) for load in (HEALTH, ORDINARY)}
    with Load(at, threads=1, pause=0.4) as running:
        domicile(workspace, "up")
    assert total(plan_of(workspace)) > before
    assert running.failures == []
    assert len(running.answers) > 20


@pytest.mark.parametrize("lost", ["scw-par1", "ovh-gra"])
def test_a_killed_datacenter_sends_traffic_only_where_the_plan_proved_it(
    workspace: Path, lost: str
) -> None:
    """Shares after the loss are the plan's for it, and health stays at its certified hosts."""
    plan = plan_of(workspace)
    case = next(c for c in plan["contingencies"] if f"datacenter:{lost}" in c["contingency"])
    wanted = plan["nominal"] | case["changes"]
    faults.lose(workspace, "local", [lost])
    try:
        for load in (HEALTH, ORDINARY):
            assert eventually(
                lambda load=load: _shares(workspace, load) == pytest.approx(wanted[load], abs=1e-6)
            )
            assert eventually(lambda load=load: not enters(workspace, load, lost))
            for entry in entries(workspace, load):
                answer = ask(entry)
                assert answer.status == 200
                assert answer.datacenter in wanted[load]
    finally:
        faults.restore(workspace, "local", [lost])
    assert eventually(
        lambda: _shares(workspace, HEALTH) == pytest.approx(plan["nominal"][HEALTH], abs=1e-6)
    )


def test_where_no_lawful_place_is_left_requests_are_refused(workspace: Path) -> None:
    """With every admissible place of French health lost, it is refused; others are served."""
    lost = plan_of(workspace)["order"][HEALTH]
    faults.lose(workspace, "local", lost)
    try:
        for load in (HEALTH, AMERICAN):
            assert eventually(
                lambda load=load: not any(enters(workspace, load, place) for place in lost)
            )
        assert eventually(lambda: _refused(workspace))
        assert ask(entries(workspace, AMERICAN)[0]).status == 200
    finally:
        faults.restore(workspace, "local", lost)


def test_nobody_was_ever_served_at_an_inadmissible_place(workspace: Path) -> None:
    """Over everything above, each request stood at a place that its load may use."""
    order = plan_of(workspace)["order"]
    allowed: dict[tuple[str, str], set[str]] = {}
    for load, places in order.items():
        subject, service, _ = load.split("/")
        allowed.setdefault((subject, service), set()).update(places)
    found = served(workspace)
    assert sum(found.values()) > 50
    for subject, service, place in found:
        assert place in allowed[subject, service]


def _shares(root: Path, load: str) -> dict[str, float]:
    shares: dict[str, float] = fronts.director(root, "local").get("shares", {}).get(load, {})
    return shares


def _refused(root: Path) -> bool:
    at = entries(root, HEALTH)
    answers = [ask(entry) for entry in at]
    return bool(at) and all(a.status == 503 and a.refused == "no-lawful-place" for a in answers)
