"""JUnit XML says which rules passed, which failed and why, and is XML whatever files hold."""

from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from judgements import ACCEPTED, CRASHED, HAND, SHORT, Found, judgements

from domicile.model.tokens import Enforcement
from domicile.report import junit
from domicile.report.judgement import of_workspace


def _read(found: Found, fail_on: Enforcement = Enforcement.MANDATORY) -> Element:
    text = junit.text(found, fail_on, "check/production", of_workspace)
    assert text.isascii()
    return fromstring(text)  # noqa: S314 - our own


def _case(document: Element, code: str) -> Element:
    (found,) = (each for each in document.iter("testcase") if each.get("name", "").startswith(code))
    return found


def test_tests_of_findings_written_out_by_hand() -> None:
    """A rule passes, two fail, a waived and a disabled one are skipped, advice is output."""
    document = _read(HAND)
    suites = {suite.get("name"): dict(suite.attrib) for suite in document}
    counts = ("tests", "failures", "errors", "skipped")
    assert {name: tuple(suite[each] for each in counts) for name, suite in suites.items()} == {
        "headroom": ("2", "1", "0", "1"),
        "law": ("1", "1", "0", "0"),
        "policy": ("2", "0", "0", "1"),
        "structure": ("1", "0", "0", "0"),
    }
    assert tuple(document.get(each) for each in counts) == ("6", "2", "0", "2")
    passed = _case(document, "DOM101")
    assert (passed.get("classname"), len(passed)) == ("domicile.structure", 0)
    short = _case(document, "DOM301")
    assert (short.get("file"), short.get("line")) == ("infra/services.yaml", "9")
    (failure,) = short
    assert (failure.tag, failure.get("message"), failure.get("type")) == (
        "failure",
        SHORT.message,
        "critical",
    )
    assert (failure.text or "").splitlines() == [
        "infra/services.yaml:9:5: critical DOM301 (mandatory)",
        "`voice` is 1,200.5 calls short in `provider:ovh`",
        "infra/demand.yaml:3:7: asks for it",
        "help: 4 more backends at scw-par1 close it",
    ]
    skipped, output = _case(document, "DOM304")
    grounds = "one \\u{7} year (waiver trial, approved by A. Person, until 2027-03-31)"
    assert (skipped.tag, skipped.get("message")) == ("skipped", grounds)
    assert ACCEPTED.message in (output.text or "")
    (advice,) = _case(document, "DOM504")
    assert advice.tag == "system-out"
    (off,) = _case(document, "DOM505")
    assert (off.tag, off.get("message")) == ("skipped", "disabled here: no")


def test_what_fails_the_command_fails_a_test() -> None:
    """With `--fail-on advisory` waived findings and advice do, as the exit code says."""
    document = _read(HAND, Enforcement.ADVISORY)
    assert document.get("failures") == "4"
    (failure,) = _case(document, "DOM304")
    assert failure.tag == "failure"
    assert "waived: one" in (failure.text or "")


def test_a_waived_finding_does_not_hide_another() -> None:
    """A rule with one waived and one open finding fails, and shows both."""
    open_ = replace(ACCEPTED, waiver=None, enforcement=Enforcement.MANDATORY, message="open")
    case = _case(_read(replace(HAND, findings=(ACCEPTED, open_))), "DOM304")
    assert [each.tag for each in case] == ["failure", "system-out"]


def test_a_rule_that_could_not_run_is_an_error() -> None:
    """Of its own test; a count that failed, which is of no rule, has a test beside them."""
    document = _read(CRASHED)
    assert document.get("errors") == "1"
    (error,) = _case(document, "DOM204")
    assert error.tag == "error"
    uncounted = replace(CRASHED.findings[0], message="what was examined cannot be counted")
    document = _read(replace(CRASHED, findings=(uncounted, *CRASHED.findings)))
    assert (document.get("errors"), document.get("tests")) == ("2", "8")
    assert _case(document, "DOM000").get("classname") == "domicile.checker"


@pytest.mark.parametrize("fail_on", list(Enforcement))
@given(found=judgements())
@settings(max_examples=60, deadline=None)
def test_any_findings_make_a_document(fail_on: Enforcement, found: Found) -> None:
    """As many failures as findings that block; the others are told; whatever their text is."""
    document = _read(found, fail_on)
    crashes = sum(each.code == "DOM000" for each in found.findings)
    ends = sum(len(list(document.iter(tag))) for tag in ("failure", "error"))
    assert ends == len(found.blocking(fail_on))
    assert len(list(document.iter("error"))) == crashes
    told = "".join(each.text or "" for each in document.iter("system-out"))
    assert sum(told.count(f" {each.code} (") for each in found.judged_by) >= (
        len(found.findings) - ends
    )
    assert (document.get("failures"), document.get("errors")) != ("0", "0") or not ends
    assert junit.text(found, fail_on, "x", of_workspace) == junit.text(
        found, fail_on, "x", of_workspace
    )
