"""`emit --check` fails where the input or a verdict changed, and never by the date alone."""

from __future__ import annotations

import subprocess
import sys

import pytest
import small_worlds
from commanding import Asker


@pytest.mark.parametrize("day", ["2026-11-24", "2027-06-01", "2031-01-01"])
def test_a_date_alone_makes_nothing_stale(emitted: Asker, day: str) -> None:
    """The same law on a later day: the same bytes."""
    assert emitted("emit", "--check", "--as-of", day).code == 0
    answer = emitted("emit", "--as-of", day, "--format", "json")
    assert not any(each["changed"] for each in answer.json["files"])


def test_a_changed_input_makes_it_stale(emitted: Asker) -> None:
    """One call more, and the plan is stale, with no word of what the new one will be."""
    small_worlds.write(emitted.root, demand={"FR": 101})
    answer = emitted("emit", "--check", "--format", "json")
    assert answer.code == 1
    assert answer.json["files"] == [{"path": "stacks/plan.production.yaml", "changed": True}]
    assert "stale" in emitted("emit", "--check").out
    assert emitted("emit").code == 0
    assert emitted("emit", "--check").code == 0


def test_words_make_nothing_stale(emitted: Asker) -> None:
    """A comment, a new name and another order of keys say the same."""
    path = emitted.root / "infra/services.yaml"
    path.write_text("# a comment\n" + path.read_text().replace('"name": "voice"', '"name": "Vox"'))
    assert emitted("emit", "--check").code == 0


def test_a_changed_verdict_makes_it_stale(ask: Asker) -> None:
    """French health data may be processed by certified hosts only; a certificate ends."""
    services = (ask.root / "infra/services.yaml").read_text()
    (ask.root / "infra/services.yaml").write_text(services.replace("communications", "health"))
    demand = (ask.root / "infra/demand.yaml").read_text()
    (ask.root / "infra/demand.yaml").write_text(demand.replace("communications", "health"))
    for path in (ask.root / "regions").glob("of-*.yaml"):
        held = '"certifications": [{"id": "HDS", "evidence": "official text"%s}],\n "source"'
        until = ', "until": "2027-03-31"' if path.stem == "of-r" else ""
        path.write_text(path.read_text().replace('"source"', held % until, 1))
    assert ask("emit", "--as-of", "2026-11-23").code == 0
    assert ask("emit", "--check", "--as-of", "2027-03-31").code == 0
    assert ask("emit", "--check", "--as-of", "2027-04-01").code == 1
    assert ask("emit", "--as-of", "2027-04-01").code == 0
    assert ask("emit", "--check", "--as-of", "2027-04-02").code == 0


def test_a_fresh_plan_needs_no_solver(emitted: Asker) -> None:
    """`emit` and `emit --check` of what is fresh load no solver, no pulumi, no rich."""
    script = (
        "import sys\n"
        "from domicile.cli.app import run\n"
        "assert run(sys.argv[1:]) == 0\n"
        "heavy = {'highspy', 'pulumi', 'networkx', 'rich', 'jsonschema'} & sys.modules.keys()\n"
        "assert not heavy, heavy\n"
    )
    for more in ((), ("--check",)):
        arguments = ["emit", "-w", str(emitted.root), *more]
        subprocess.run([sys.executable, "-c", script, *arguments], check=True, timeout=60)
