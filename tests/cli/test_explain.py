"""`explain` answers every question in the contract's form, and refuses the rest plainly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domicile.cli.app import run

ASKED = ["--activity", "store", "--as-of", "2026-11-23", "--format", "json"]
WORDS = ("FR", "CA-QC", "XX", "fr", "ovh-gra", "health", "", " ", ",", "\0", "é", "EU")


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def verdict(capsys: pytest.CaptureFixture[str], *question: str) -> str:
    """The verdict on a question asked outside any workspace."""
    assert run(["explain", *question, *ASKED]) == 0
    return str(json.loads(capsys.readouterr().out)["verdict"])


def test_the_shipped_law_answers_without_a_workspace(capsys: pytest.CaptureFixture[str]) -> None:
    """French health data abroad needs a certified host; whoever declares it may store it."""
    assert verdict(capsys, "FR", "health", "DE") == "conditional"
    certified = verdict(capsys, "FR", "health", "DE", "--declare", "host:HDS")
    assert certified == "permitted-with-mechanism"


def test_what_is_withdrawn_helps_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    """Without its adequacy decision Japan is reached by declared clauses alone."""
    assert verdict(capsys, "FR", "personal", "JP") == "permitted"
    without = verdict(capsys, "FR", "personal", "JP", "--without", "EU:JP")
    assert without == "conditional"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (["FR", "healt", "DE"], "did you mean `health`?"),
        (["fr", "health", "DE"], "did you mean `FR`?"),
        (["France", "health", "DE"], "did you mean `FR`?"),
        (["XX", "health", "DE"], "subject `XX` is neither"),
        (["FR", "health", "XX"], "place `XX` is neither"),
        (["FR", "health", "ovh-grb"], "did you mean `ovh-"),
        (["FR", "health", "DE", "--operator", "ovhh"], "did you mean `ovh`?"),
        (["FR", "health", "DE", "--recipient", "uk"], "did you mean `GB`?"),
        (["FR", "health", "DE", "--placed", "nowhere"], "`nowhere` is neither"),
        (["FR", "health", "DE", "--without", "EU:XX"], "nothing named `EU:XX`"),
        (["FR", "health", "DE", "--declare", "host:HSD"], "did you mean `host:HDS`?"),
        (["FR", "health", "DE", "--declare", "not:actor:bnak"], "did you mean `actor:bank`?"),
        (["FR", "health", "DE", "--declare", "nonsense"], "no rule of law asks for `nonsense`"),
    ],
)
def test_unknown_names_are_refused(
    question: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With exit code 2, and what was probably meant."""
    assert run(["explain", *question, *ASKED]) == 2
    assert said in capsys.readouterr().err


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    words=st.tuples(*[st.sampled_from(WORDS) | st.text(max_size=5)] * 3),
    option=st.sampled_from(["--operator", "--recipient", "--declare", "--placed", "--without"]),
    value=st.sampled_from(WORDS) | st.text(max_size=5),
)
def test_any_words_get_an_answer_or_a_plain_refusal(
    words: tuple[str, str, str], option: str, value: str
) -> None:
    """Never a traceback."""
    assert run(["explain", *ASKED, f"{option}={value}", "--", *words]) in {0, 2}


def test_what_is_no_law_cites_none(capsys: pytest.CaptureFixture[str]) -> None:
    """That a country's data may be at home is our own rule: the text cites nothing for it."""
    assert run(["explain", "FR", "personal", "ovh-gra", *ASKED]) == 0
    home = json.loads(capsys.readouterr().out)["trace"][0]
    assert home["rule"] == "FR:home"
    assert home["outcome"] == "satisfied: ovh-gra lies in FR"
    assert home["citation"]["instrument"].startswith("domicile's own rule")
    assert run(["explain", "FR", "personal", "ovh-gra", *ASKED[:-2]]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[2].startswith("→ FR:home") or said[2].startswith("  FR:home")
    assert said[3].strip() == "satisfied: ovh-gra lies in FR"
    assert said[4] == ""
