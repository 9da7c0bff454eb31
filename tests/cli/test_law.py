"""`domicile law …`: one jurisdiction, the matrix, and what changes when."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import small_worlds
from commanding import Asker

from domicile.cli.app import run

DAY = ["--as-of", "2026-11-24"]


@pytest.fixture
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("_nowhere")
def test_a_jurisdiction_is_told_without_a_workspace(capsys: pytest.CaptureFixture[str]) -> None:
    """France: its own rules and the Union's, with sources, evidence and the disclaimer."""
    assert run(["law", "FR", *DAY]) == 0
    said = capsys.readouterr().out
    assert said.startswith("FR  France, 2026-11-24\n")
    for part in ("EU:gdpr-44", "FR:hds-cert", "host:HDS", "EU:GB", "not legal advice", "CNIL"):
        assert part in said


@pytest.mark.usefixtures("_nowhere")
@pytest.mark.parametrize(
    ("code", "effects"),
    [
        ("IN", {"IN:rbi": "stays in the country"}),
        ("KZ", {"KZ:store-12": "a copy stays"}),
        ("RU", {"RU:first-recording": "the first recording stays"}),
        ("FR", {"FR:hds-eea": "stays in a region", "FR:hds-cert": "conditions everywhere"}),
        ("US", {"US:free": "free", "US:202-vendor": "forbidden to named countries"}),
        ("DE", {"EU:gdpr-44": "leaves the country on conditions"}),
    ],
)
def test_effects_are_kept_apart(
    code: str, effects: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Staying, a copy, a first recording, a region, conditions, named countries, freedom."""
    assert run(["law", code, *DAY, "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    told = {state["id"]: state["effect"] for state in answer["transfer"] + answer["rules"]}
    assert {rule: told[rule] for rule in effects} == effects


@pytest.mark.usefixtures("_nowhere")
def test_an_unknown_code_is_refused_with_a_guess(capsys: pytest.CaptureFixture[str]) -> None:
    """A country's name or a code that nobody has is no jurisdiction."""
    assert run(["law", "UK"]) == 2
    assert "did you mean `GB`?" in capsys.readouterr().err


@pytest.mark.usefixtures("_nowhere")
def test_the_matrix_is_the_verdicts(capsys: pytest.CaptureFixture[str]) -> None:
    """French data in Germany and Japan, Indian payment data abroad: as the worked cases say."""
    asked = ["law", "matrix", "--subject", "FR,IN", "--place", "DE,JP,IN", "--data", "payment"]
    assert run([*asked, *DAY, "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {row["subject"]: row["verdicts"] for row in answer["rows"]} == {
        "FR": {"DE": "permitted", "JP": "permitted", "IN": "conditional"},
        "IN": {"DE": "prohibited", "JP": "prohibited", "IN": "permitted"},
    }
    assert run([*asked, *DAY, "--without", "EU:JP"]) == 0
    shown = capsys.readouterr().out
    assert "FR P c c" in shown
    assert "IN x x P" in shown


@pytest.mark.usefixtures("_nowhere")
def test_where_data_was_before_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """American data may be seen from India; by way of Berlin EU law asks for clauses."""
    asked = ["explain", "US", "personal", "IN", "--activity", "access", *DAY, "--format", "json"]
    verdicts = []
    for more in (
        [],
        ["--via", "DE"],
        ["--via", "DE", "--declare", "scc", "--declare", "assessment"],
    ):
        assert run([*asked, *more]) == 0
        verdicts.append(json.loads(capsys.readouterr().out)["verdict"])
    assert verdicts == ["permitted", "conditional", "permitted-with-mechanism"]


def test_changes_of_a_workspace(ask: Asker) -> None:
    """A schema of its own; what was withdrawn stands first."""
    answer = ask(
        "law", "changes", "--from", "2026-11-24", "--to", "2027-11-24", "--without", "EU:JP",
        "--counts", "existing", "--format", "json",
    )  # fmt: skip
    assert answer.code == 0
    assert answer.json["changes"][0]["facts"][0] == {
        "id": "EU:JP",
        "what": "withdrawn",
        "says": "Implementing Decision (EU) 2019/419",
    }


def test_a_horizon_fails_ci(ask: Asker) -> None:
    """Nothing may fall within so many days: the end of clauses in 30 days does."""
    small_worlds.write(ask.root, demand={"AU": 100})
    (ask.root / "policies/mechanisms.yaml").write_text(
        "mechanisms:\n  - {id: clauses, declares: [contract], from: 2021-06-27, "
        "until: 2026-12-24, evidence: the contract file}\n"
    )
    asked = ("law", "changes", "--from", "2026-11-24", "--counts", "existing", "--horizon")
    assert ask(*asked, "30").code == 0
    assert ask(*asked, "31").code == 1


def test_days_the_wrong_way_round_are_refused(ask: Asker) -> None:
    """An empty span would read as: nothing changes."""
    answer = ask("law", "changes", "--from", "2027-01-01", "--to", "2026-01-01")
    assert answer.code == 2
    assert "lies before" in answer.err
