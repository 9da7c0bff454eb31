"""Findings as JUnit XML, which CI servers show as tests.

A category is a suite and a rule a test of it, so that what passed is seen to have run. Findings at
or above `--fail-on` are its failures, and a rule that could not run is an error. What is below does
not fail the test: it stands in its output. A rule of which there is nothing but what waivers accept
is skipped, with their reasons, and so is one that the workspace disables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from domicile.model.finding import Finding, RuleRun
from domicile.model.tokens import Enforcement
from domicile.report.judgement import Judgement, Locator, reasons
from domicile.report.terminal import plain

_ENDINGS = {"error": "errors", "failure": "failures", "skipped": "skipped"}
"""How a test ended, worst first → the attribute that counts such tests."""
_NO_CHARACTERS = {0xFFFE: "\\u{fffe}", 0xFFFF: "\\u{ffff}"}
"""What XML forbids beside controls and surrogates, made visible as `plain` does with those."""


def text(found: Judgement, fail_on: Enforcement, category: str, locate: Locator) -> str:
    """Findings as an XML document, in ASCII alone.

    Args:
        found: what was judged, and the findings.
        fail_on: the enforcement level from which on a finding is a failure.
        category: what was judged: `check/production`.
        locate: how files of findings are told of.
    """
    document = Element("testsuites", {"name": _allowed(f"domicile/{category}")})
    blocking = {id(each) for each in found.blocking(fail_on)}
    tests = sorted(_tests(found), key=lambda test: _category(test[0]))
    for category_, members in groupby(tests, key=lambda test: _category(test[0])):
        suite = SubElement(document, "testsuite", {"name": _allowed(category_)})
        for run, findings in members:
            case = _case(suite, run, (*findings, *([run.failure] if run.failure else ())), locate)
            _judge(case, run, findings, blocking, locate)
        _count(suite)
    _count(document)
    indent(document)
    written: bytes = tostring(document, encoding="us-ascii", xml_declaration=True)
    return written.decode("ascii")


def _tests(found: Judgement) -> Iterator[tuple[RuleRun, Sequence[Finding]]]:
    """Every rule with its findings; then those of no rule, such as that counting failed."""
    told = {id(run.failure) for run in found.judged_by}
    of: dict[str, list[Finding]] = {}
    for finding in found.findings:
        if id(finding) not in told:
            of.setdefault(finding.code, []).append(finding)
    for run in found.judged_by:
        yield run, of.pop(run.code, ())
    for code, others in of.items():
        first = others[0]
        level = first.enforcement
        yield RuleRun(code, first.name, first.severity, level, level, failure=first), others[1:]


def _category(run: RuleRun) -> str:
    return run.name.partition("/")[0]


def _case(suite: Element, run: RuleRun, findings: Sequence[Finding], locate: Locator) -> Element:
    """A test, at the place of the first finding."""
    case = SubElement(suite, "testcase")
    case.set("classname", f"domicile.{suite.get('name')}")
    case.set("name", _allowed(f"{run.code} {run.name}"))
    for first in findings[:1]:
        case.set("file", _allowed(locate(first.location.file).uri))
        case.set("line", str(max(first.location.line, 1)))
    return case


def _judge(
    case: Element, run: RuleRun, findings: Iterable[Finding], blocking: set[int], locate: Locator
) -> None:
    """How a test ended."""
    passing = []
    if run.failure is not None:
        _ended(case, "error", run.failure, locate)
    for each in findings:
        if id(each) in blocking:
            _ended(case, "failure", each, locate)
        else:
            passing.append(each)
    waivers = [each.waiver for each in passing if each.waiver is not None]
    if run.enforcement is Enforcement.DISABLED:
        SubElement(case, "skipped", {"message": _allowed(f"disabled here: {run.reason}")})
    elif waivers and len(waivers) == len(passing) and not len(case):
        grounds = "; ".join(dict.fromkeys(each.grounds for each in waivers))
        SubElement(case, "skipped", {"message": _allowed(grounds)})
    if passing:
        output = SubElement(case, "system-out")
        output.text = "\n\n".join(_told(each, locate) for each in passing)


def _ended(case: Element, ending: str, finding: Finding, locate: Locator) -> None:
    ended = SubElement(case, ending, {"message": _allowed(finding.message)})
    ended.set("type", str(finding.severity))
    ended.text = _told(finding, locate)


def _told(finding: Finding, locate: Locator) -> str:
    """Where, what, by which law, and what would help; one line each."""
    at = finding.location
    where = f"{locate(at.file).uri}:{max(at.line, 1)}:{max(at.column, 1)}"
    lines = [f"{where}: {finding.severity} {finding.code} ({finding.enforcement})"]
    lines.append(finding.message)
    for related in finding.related:
        there = related.location
        lines.append(f"{locate(there.file).uri}:{there.line}:{there.column}: {related.note}")
    lines += reasons(finding)
    if finding.waiver is not None:
        lines.append(f"waived: {finding.waiver.grounds}")
    return "\n".join(map(_allowed, lines))


def _count(of: Element) -> None:
    """Say how many tests there are, and how many ended otherwise than well: each counts once."""
    cases = list(of.iter("testcase"))
    endings = [
        next((ending for ending in _ENDINGS if case.find(ending) is not None), "") for case in cases
    ]
    of.set("tests", str(len(cases)))
    for ending, attribute in _ENDINGS.items():
        of.set(attribute, str(endings.count(ending)))


def _allowed(text: str) -> str:
    """Text on one line, with what XML forbids, or a reader might obey, made visible."""
    return plain(text).translate(_NO_CHARACTERS)
