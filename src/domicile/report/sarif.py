"""Findings as SARIF 2.1.0, which code scanning and editors read.

A result's level follows from what its finding does, then from how bad it is:

| enforcement | severity | level |
|---|---|---|
| mandatory | any | `error` |
| advisory, waived ones too | critical, high, medium | `warning` |
| advisory, waived ones too | low | `note` |

So `error` is what makes the command exit with 1 by default. Code scanning refuses a run of more
than 25,000 results and shows 5,000 of a smaller one, the gravest: beyond the first number the
gravest are written alone, and either is said, in the log and to whoever runs the command.
"""

from __future__ import annotations

import json as encoding
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import isfinite
from typing import Any, Final

from domicile import __version__
from domicile.checker import FAILED
from domicile.model.finding import Finding, Location, RuleRun
from domicile.model.policy import Waiver
from domicile.model.tokens import Enforcement, Severity
from domicile.report import json
from domicile.report.judgement import BASES, Artifact, Judgement, Locator, reasons
from domicile.report.rule_pages import FOLDER, body
from domicile.report.rule_texts import rule_texts
from domicile.report.terminal import plain

MOST_RESULTS: Final = 25_000
"""Results of one run beyond which code scanning refuses all of them."""
MOST_SHOWN: Final = 5_000
"""Results of one run that it shows, the gravest first."""

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_GRAVEST = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)
_AMOUNT = re.compile(r"(?<![\w`.-])\d[\d,.]*(?![\w`-])")
"""A number that stands by itself: what changes while a finding stays the same."""
_CRASH = "A rule could not run, so what it guards is not known."
_CUT = "results-cut"

Record = dict[str, Any]

_NOTIFICATIONS: Final[list[Record]] = [
    {"id": FAILED, "shortDescription": {"text": _CRASH}},
    {"id": _CUT, "shortDescription": {"text": "Not all findings are, or will be shown, here."}},
]


@dataclass(frozen=True, slots=True)
class Log:
    """A SARIF log, and what its reader must be told beside it."""

    text: str
    """The log as JSON, in one line of ASCII."""
    notices: tuple[str, ...]
    """What was left out, or will not be shown; empty: nothing."""


def log(found: Judgement, category: str, locate: Locator) -> Log:
    """Findings as a log with one run.

    Args:
        found: what was judged, and the findings.
        category: tells runs apart whose results do not replace each other: `check/production`.
        locate: how files of findings are told of.
    """
    kept = _kept(found.findings)
    notices = _notices(len(found.findings), len(kept))
    rules = list(_rules(found))
    indices = {rule["id"]: index for index, rule in enumerate(rules)}
    results = list(_results(kept, indices, locate))
    run: Record = {
        "tool": {
            "driver": {
                "name": "domicile",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": rules,
                "notifications": _NOTIFICATIONS,
            }
        },
        "automationDetails": {"id": f"domicile/{plain(category)}/"},
        "invocations": [_invocation(found, indices, notices)],
        "originalUriBaseIds": {
            base: {"description": {"text": said}} for base, said in BASES.items()
        },
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": _summary(found, locate),
    }
    written = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    # In one line: only the slower of Python's encoders indents, and a log may have 25,000 results.
    return Log(encoding.dumps(written, allow_nan=False), notices)


def level(severity: Severity, enforcement: Enforcement) -> str:
    """What SARIF calls how bad something is, by the table above."""
    if enforcement is Enforcement.MANDATORY:
        return "error"
    return "note" if severity is Severity.LOW else "warning"


def _kept(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """All findings; of too many the gravest, in their order."""
    if len(findings) <= MOST_RESULTS:
        return findings

    def gravity(index: int) -> tuple[bool, int, int]:
        finding = findings[index]
        blocks = finding.enforcement is Enforcement.MANDATORY
        return not blocks, _GRAVEST.index(finding.severity), index

    kept = sorted(range(len(findings)), key=gravity)[:MOST_RESULTS]
    return tuple(findings[index] for index in sorted(kept))


def _notices(found: int, kept: int) -> tuple[str, ...]:
    said = []
    if kept < found:
        said.append(
            f"{found - kept:,} of {found:,} findings are not in the log: code scanning refuses "
            f"more than {MOST_RESULTS:,}; the gravest were kept, `--format json` has all"
        )
    if kept > MOST_SHOWN:
        said.append(f"code scanning shows {MOST_SHOWN:,} of the {kept:,} findings in the log")
    return tuple(said)


def _rules(found: Judgement) -> Iterator[Record]:
    """Every rule that judged or might have; and whatever else findings are of."""
    for run in found.judged_by:
        yield _rule(run.code, run.name, run.severity, run.default)
    known = {run.code for run in found.judged_by}
    for finding in found.findings:
        if finding.code not in known:
            known.add(finding.code)
            yield _rule(finding.code, finding.name, finding.severity, finding.enforcement)


def _rule(code: str, name: str, severity: Severity, enforcement: Enforcement) -> Record:
    text = next((each for each in rule_texts() if each.code == code), None)
    category = name.partition("/")[0]
    sentence = _CRASH if code == FAILED else name
    described: Record = {"help": {"text": sentence}}
    if text is not None:
        sentence, page = text.said.sentence, (FOLDER / text.page).as_posix()
        told = (sentence, text.said.reason, text.steps or "", f"Its page: {page}")
        described = {
            "fullDescription": {"text": f"{sentence} {' '.join(text.said.reason.split())}".strip()},
            "help": {"text": "\n\n".join(filter(None, told)), "markdown": body(text)},
        }
    return {
        "id": code,
        "name": name,
        "shortDescription": {"text": sentence},
        **described,
        "defaultConfiguration": {"level": level(severity, enforcement)},
        "properties": {
            "category": category,
            "severity": str(severity),
            "enforcement": str(enforcement),
            **({} if text is None else {"page": (FOLDER / text.page).as_posix()}),
            "tags": [category, str(severity)],
        },
    }


def _invocation(found: Judgement, indices: Mapping[str, int], notices: Iterable[str]) -> Record:
    failed = any(each.code == FAILED for each in found.findings)
    told: list[Record] = [
        {"level": "error", "message": {"text": each}, "descriptor": {"id": _CUT, "index": 1}}
        for each in notices
    ]
    told += [
        {
            "level": "error",
            "message": {"text": plain(run.failure.message)},
            "descriptor": {"id": FAILED, "index": 0},
            "associatedRule": {"id": run.code, "index": indices[run.code]},
        }
        for run in found.judged_by
        if run.failure is not None
    ]
    return {
        "executionSuccessful": not failed,
        "ruleConfigurationOverrides": [
            _override(run, indices) for run in found.judged_by if run.enforcement is not run.default
        ],
        "toolExecutionNotifications": told,
    }


def _override(run: RuleRun, indices: Mapping[str, int]) -> Record:
    """How a workspace has a rule enforced otherwise than it says itself."""
    runs = run.enforcement is not Enforcement.DISABLED
    said = {"level": level(run.severity, run.enforcement)} if runs else {"enabled": False}
    return {
        "descriptor": {"id": run.code, "index": indices[run.code]},
        "configuration": said,
        "properties": {"reason": plain(run.reason or "")},
    }


def _summary(found: Judgement, locate: Locator) -> Record:
    """What was examined and how it came out; a file that was audited as readers are told of it."""
    said = found.summary()
    if "file" in said:
        said["file"] = locate(str(said["file"])).uri
    properties: Record = _plain(said)
    return properties


def _results(
    findings: Iterable[Finding], indices: Mapping[str, int], locate: Locator
) -> Iterator[Record]:
    alike = Counter[str]()
    for finding in findings:
        at = locate(finding.location.file)
        same = _fingerprint(finding, at)
        alike[same] += 1
        marks = f"{same}:{alike[same]}"
        result: Record = {
            "ruleId": finding.code,
            "ruleIndex": indices[finding.code],
            "level": level(finding.severity, finding.enforcement),
            "message": {"text": _message(finding)},
            "locations": [{"physicalLocation": _physical(finding.location, at)}],
            # The second is the one that code scanning goes by.
            "partialFingerprints": {"domicileFinding/v1": marks, "primaryLocationLineHash": marks},
        }
        if finding.related:
            result["relatedLocations"] = [
                {
                    "id": number,
                    "physicalLocation": _physical(each.location, locate(each.location.file)),
                    "message": {"text": _unlinked(each.note)},
                }
                for number, each in enumerate(finding.related, 1)
            ]
        if finding.waiver is not None:
            result["suppressions"] = [_suppression(finding.waiver)]
        result["properties"] = _properties(finding)
        yield result


def _message(finding: Finding) -> str:
    """The sentence; then the law and the help, which code scanning would not show otherwise."""
    return "\n".join(map(_unlinked, (finding.message, *reasons(finding))))


def _unlinked(text: str) -> str:
    """Text in which SARIF sees neither a link nor a place for an argument."""
    return re.sub(r"\{(\d+)\}", r"{{\1}}", plain(text).replace("](", "] ("))


def _physical(location: Location, at: Artifact) -> Record:
    return {
        "artifactLocation": {"uri": at.uri, "uriBaseId": at.base},
        "region": {
            "startLine": max(location.line, 1),
            "startColumn": max(location.column, 1),
        },
    }


def _fingerprint(finding: Finding, at: Artifact) -> str:
    """What stays the same while lines move and amounts change."""
    said = _AMOUNT.sub("#", finding.message)
    what = (finding.code, at.base, at.uri, finding.location.text.strip(), said)
    return sha256("\0".join(what).encode(errors="replace")).hexdigest()[:32]


def _suppression(waiver: Waiver) -> Record:
    return {"kind": "external", "justification": plain(waiver.grounds)}


def _properties(finding: Finding) -> Record:
    """What SARIF has no word for, as `--format json` says it."""
    shown = json.finding(finding).model_dump(mode="json", by_alias=True, exclude_none=True)
    keys = ("severity", "enforcement", "citation", "witness", "help", "waived")
    properties: Record = _plain({key: shown[key] for key in keys if key in shown})
    return properties


def _plain(value: Any) -> Any:  # noqa: ANN401 - any part of a JSON record
    """The same record, controls made visible, and infinity as text: JSON has no such number."""
    if isinstance(value, Mapping):
        return {plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not isfinite(value):
        return encoding.dumps(value)
    return plain(value) if isinstance(value, str) else value
