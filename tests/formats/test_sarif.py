"""SARIF says what the findings say, is valid, and hides nothing.

The models of `pydantic_sarif` were generated from the official JSON Schema of SARIF 2.1.0: they
refuse unknown keys, missing ones and tokens that SARIF does not have.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judgements import (
    ACCEPTED,
    ADVICE,
    CRASH,
    CRASHED,
    HAND,
    SHORT,
    UNLAWFUL,
    Found,
    finding,
    judgements,
)
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Sarif

from domicile.model.finding import Location
from domicile.model.tokens import Enforcement, Severity
from domicile.report import sarif
from domicile.report.judgement import BASES, of_workspace
from domicile.report.rule_texts import rule_texts


def _run(found: Found) -> dict[str, Any]:
    """The one run of a log that is valid."""
    text = sarif.log(found, "check/production", of_workspace).text
    assert text.isascii()
    log: dict[str, Any] = json.loads(text)
    Sarif.model_validate(log)
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def _fingerprints(found: Found) -> list[str]:
    return [each["partialFingerprints"]["domicileFinding/v1"] for each in _run(found)["results"]]


def test_results_of_findings_written_out_by_hand() -> None:
    """Four findings: waived, short, unlawful, advised; every part where SARIF has it."""
    run = _run(HAND)
    for result in run["results"]:
        marks = result.pop("partialFingerprints")
        assert marks["domicileFinding/v1"] == marks["primaryLocationLineHash"]
    accepted, short, unlawful, advice = run["results"]
    assert short == {
        "ruleId": "DOM301",
        "ruleIndex": 2,
        "level": "error",
        "message": {
            "text": "`voice` is 1,200.5 calls short in `provider:ovh`\n"
            "help: 4 more backends at scw-par1 close it"
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "infra/services.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 9, "startColumn": 5},
                }
            }
        ],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": {"uri": "infra/demand.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 3, "startColumn": 7},
                },
                "message": {"text": "asks for it"},
            }
        ],
        "properties": {
            "severity": "critical",
            "enforcement": "mandatory",
            "witness": {"shortfall": 1200.5, "unit": "calls"},
            "help": "4 more backends at scw-par1 close it",
        },
    }
    place = unlawful["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == "infra/flows%20of%20ours.yaml"
    assert unlawful["message"]["text"].endswith("\nlaw: Regulation (EU) 2016/679, 44")
    assert unlawful["properties"]["citation"] == {
        "instrument": "Regulation (EU) 2016/679",
        "article": "44",
        "url": "https://law.example/44",
    }
    assert "suppressions" not in unlawful
    assert (accepted["level"], accepted["suppressions"]) == (
        "warning",
        [
            {
                "kind": "external",
                "justification": "one \\u{7} year (waiver trial, approved by A. Person, until "
                "2027-03-31)",
            }
        ],
    )
    assert (advice["ruleId"], advice["level"]) == ("DOM504", "note")
    assert run["automationDetails"]["id"] == "domicile/check/production/"


@pytest.mark.parametrize(
    ("severity", "mandatory", "advisory"),
    [
        ("critical", "error", "warning"),
        ("high", "error", "warning"),
        ("medium", "error", "warning"),
        ("low", "error", "note"),
    ],
)
def test_levels(severity: str, mandatory: str, advisory: str) -> None:
    """What blocks is an error; of what does not, the least is a note."""
    assert sarif.level(Severity(severity), Enforcement.MANDATORY) == mandatory
    assert sarif.level(Severity(severity), Enforcement.ADVISORY) == advisory


def test_rules_are_told_with_their_pages() -> None:
    """Sentence, reason and page as `docs/rules/` has them; and what the workspace sets."""
    run = _run(HAND)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [each.code for each in HAND.judged_by]
    texts = {each.code: each for each in rule_texts()}
    for rule in rules:
        text = texts[rule["id"]]
        assert rule["name"] == text.name
        assert rule["shortDescription"]["text"] == text.said.sentence
        assert all(
            each.strip() in rule["help"]["markdown"] for each in text.said.bad.files.values()
        )
        assert rule["properties"]["page"] == f"docs/rules/{text.name}.md"
        assert rule["properties"]["tags"][0] == rule["properties"]["category"]
    (softer,) = run["invocations"][0]["ruleConfigurationOverrides"][:1]
    assert softer["configuration"] == {"level": "error"}  # one-provider is mandatory here
    off = run["invocations"][0]["ruleConfigurationOverrides"][-1]
    assert (off["descriptor"], off["configuration"]) == (
        {"id": "DOM505", "index": 5},
        {"enabled": False},
    )


def test_a_rule_that_could_not_run_is_no_success() -> None:
    """The run says so, names the rule, and has the finding as a result with a place."""
    run = _run(CRASHED)
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    (told,) = invocation["toolExecutionNotifications"]
    assert told["associatedRule"] == {"id": "DOM204", "index": 2}
    assert told["message"]["text"] == CRASH.message
    first = run["results"][0]
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == "DOM000"
    assert first["locations"][0]["physicalLocation"]["region"]["startLine"] == 1
    assert _run(HAND)["invocations"][0]["executionSuccessful"] is True


def _moved(found: Found, lines: int) -> Found:
    return replace(
        found,
        findings=tuple(
            replace(each, location=replace(each.location, line=each.location.line + lines))
            for each in found.findings
        ),
    )


def test_fingerprints_stay_while_lines_move_and_amounts_change() -> None:
    """Text above, and a shortfall that grew, make no new alert; another service does."""
    before = _fingerprints(HAND)
    assert len(set(before)) == 4
    assert _fingerprints(_moved(HAND, 40)) == before
    grown = replace(SHORT, message="`voice` is 1,300 calls short in `provider:ovh`")
    assert _fingerprints(replace(HAND, findings=(ACCEPTED, grown, UNLAWFUL, ADVICE))) == before
    other = replace(SHORT, message="`mail` is 1,200.5 calls short in `provider:ovh`")
    assert _fingerprints(replace(HAND, findings=(other,)))[0] not in before


def test_alike_findings_have_fingerprints_of_their_own() -> None:
    """Two of one rule at two lines that read the same stay two alerts."""
    twice = replace(
        HAND, findings=(SHORT, replace(SHORT, location=replace(SHORT.location, line=1)))
    )
    one, two = _fingerprints(twice)
    assert (one[:-2], one[-2:], two[-2:]) == (two[:-2], ":1", ":2")


def _many(count: int) -> Found:
    advice = (
        replace(ADVICE, location=Location("policies/mechanisms.yaml", line, 3))
        for line in range(1, count)
    )
    return replace(HAND, findings=(*advice, SHORT))


def test_too_many_findings_are_cut_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    """One too many is left out, and not the one that blocks; a reader is told of what is unseen."""
    assert (sarif.MOST_RESULTS, sarif.MOST_SHOWN) == (25_000, 5_000)
    monkeypatch.setattr(sarif, "MOST_RESULTS", 25)
    monkeypatch.setattr(sarif, "MOST_SHOWN", 5)
    log = sarif.log(_many(26), "check/x", of_workspace)
    run = _run(_many(26))
    lines = [_line(each) for each in run["results"]]
    assert lines == [*range(1, 25), 9]  # the last of 25 that advise is gone; what blocks is on 9
    told = [each["message"]["text"] for each in run["invocations"][0]["toolExecutionNotifications"]]
    assert tuple(told) == log.notices
    assert "1 of 26 findings are not in the log" in told[0]
    assert told[1] == "code scanning shows 5 of the 25 findings in the log"
    assert len(sarif.log(_many(6), "check/x", of_workspace).notices) == 1
    assert sarif.log(_many(5), "check/x", of_workspace).notices == ()


def _line(result: dict[str, Any]) -> int:
    line = result["locations"][0]["physicalLocation"]["region"]["startLine"]
    assert isinstance(line, int)
    return line


def test_text_is_neither_a_link_nor_a_place_for_an_argument() -> None:
    """SARIF makes links of brackets, and puts arguments in braces: files do neither."""
    evil = finding(
        "DOM101", "structure/unknown-reference", "[x](https://e.example) {0}", SHORT.location
    )
    (result,) = _run(replace(HAND, findings=(evil,)))["results"]
    assert result["message"]["text"] == "[x] (https://e.example) {{0}}"


@given(judgements())
@settings(max_examples=150, deadline=None)
def test_any_findings_make_a_valid_log(found: Found) -> None:
    """One result for each, in order; waived ones suppressed; no path that leads out of its base."""
    run = _run(found)
    assert [each["ruleId"] for each in run["results"]] == [each.code for each in found.findings]
    rules = run["tool"]["driver"]["rules"]
    for each, result in zip(found.findings, run["results"], strict=True):
        assert rules[result["ruleIndex"]]["id"] == each.code
        assert ("suppressions" in result) is (each.waiver is not None)
        assert len(result.get("relatedLocations", ())) == len(each.related)
    assert len(set(_fingerprints(found))) == len(found.findings)
    for place in _artifacts(run["results"]):
        assert place["uriBaseId"] in BASES
        assert not place["uri"].startswith("/")
        assert ".." not in place["uri"].split("/")
        assert ":" not in place["uri"]
    assert not _controls(run)


def _artifacts(value: Any) -> list[dict[str, str]]:  # noqa: ANN401 - any part of a log
    if isinstance(value, dict):
        own = [value["artifactLocation"]] if "artifactLocation" in value else []
        return own + [each for item in value.values() for each in _artifacts(item)]
    return [each for item in value for each in _artifacts(item)] if isinstance(value, list) else []


def _controls(value: Any) -> bool:  # noqa: ANN401 - any part of a log
    """Whether any text has a control character but the line's end, or half of a pair."""
    if isinstance(value, dict):
        return any(_controls(key) or _controls(item) for key, item in value.items())
    if isinstance(value, list):
        return any(map(_controls, value))
    return isinstance(value, str) and any(
        (ord(letter) < 32 and letter not in "\n\t") or "\ud800" <= letter <= "\udfff"
        for letter in value
    )


@given(judgements(), st.integers(1, 50))
@settings(max_examples=50, deadline=None)
def test_the_same_findings_make_the_same_log(found: Found, lines: int) -> None:
    """Whenever it is asked; and with other lines the same fingerprints."""
    assert _run(found) == _run(found)
    assert _fingerprints(_moved(found, lines)) == _fingerprints(found)
