"""Judgements made by hand or at random, for the formats that tell of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from domicile.checker import FAILED
from domicile.model.finding import Finding, Location, Related, RuleRun
from domicile.model.law import Citation
from domicile.model.policy import Waiver
from domicile.model.tokens import Enforcement, Severity

_STRICT = [Enforcement.DISABLED, Enforcement.ADVISORY, Enforcement.MANDATORY]


@dataclass(frozen=True)
class Found:
    """A judgement as formats see it."""

    findings: tuple[Finding, ...]
    judged_by: tuple[RuleRun, ...]

    def blocking(self, fail_on: Enforcement = Enforcement.MANDATORY) -> tuple[Finding, ...]:
        """The findings at or above a level."""
        level = _STRICT.index(fail_on)
        return tuple(each for each in self.findings if _STRICT.index(each.enforcement) >= level)

    def summary(self) -> dict[str, object]:
        """What was examined."""
        return {"environment": "production", "examined": {"pools": 2}}


WAIVER = Waiver(
    id="trial", rule="DOM304", reason="one \x07 year", approver="A. Person", until="2027-03-31"
)
CITED = Citation(instrument="Regulation (EU) 2016/679", article="44", url="https://law.example/44")


def run(code: str, name: str, **more: Any) -> RuleRun:  # noqa: ANN401
    """A rule as it says itself: critical and mandatory."""
    given: dict[str, Any] = {
        "severity": Severity.CRITICAL,
        "default": Enforcement.MANDATORY,
        "enforcement": Enforcement.MANDATORY,
    }
    return RuleRun(code, name, **(given | more))


def finding(code: str, name: str, message: str, at: Location, **more: Any) -> Finding:  # noqa: ANN401
    """A finding that blocks, unless it is said otherwise."""
    severity = more.pop("severity", Severity.CRITICAL)
    return Finding(
        code, name, severity, more.pop("enforcement", Enforcement.MANDATORY), message, at, **more
    )


SHORT = finding(
    "DOM301",
    "headroom/shortfall",
    "`voice` is 1,200.5 calls short in `provider:ovh`",
    Location("infra/services.yaml", 9, 5, "  - id: voice"),
    related=(Related(Location("infra/demand.yaml", 3, 7, "x"), "asks for it"),),
    witness={"shortfall": 1200.5, "unit": "calls"},
    help="4 more backends at scw-par1 close it",
)
UNLAWFUL = finding(
    "DOM202",
    "law/unlawful-flow",
    "`logs` takes data of FR to IR, which is prohibited",
    Location("infra/flows of ours.yaml", 2, 5, "  - {id: logs}"),
    citation=CITED,
)
ACCEPTED = finding(
    "DOM304",
    "headroom/one-provider",
    "all places of FR are of `ovh`",
    Location("infra/demand.yaml", 4, 5, "  - id: fr"),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ADVISORY,
    waiver=WAIVER,
)
ADVICE = finding(
    "DOM504",
    "policy/mechanism-token",
    "no rule asks for `sccs`",
    Location("policies/mechanisms.yaml", 7, 3, "  - sccs"),
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
)
CRASH = finding(
    FAILED,
    "checker/rule-failed",
    "rule `law/home-copy` could not run, so what it guards is not known: ValueError: x",
    Location("", 0, 0),
)
PASSED = run("DOM101", "structure/unknown-reference")
HAND = Found(
    findings=(ACCEPTED, SHORT, UNLAWFUL, ADVICE),
    judged_by=(
        PASSED,
        run("DOM202", "law/unlawful-flow"),
        run("DOM301", "headroom/shortfall"),
        run(
            "DOM304",
            "headroom/one-provider",
            severity=Severity.MEDIUM,
            default=Enforcement.ADVISORY,
        ),
        run(
            "DOM504",
            "policy/mechanism-token",
            severity=Severity.LOW,
            default=Enforcement.ADVISORY,
            enforcement=Enforcement.ADVISORY,
        ),
        run("DOM505", "policy/certification-ended", enforcement=Enforcement.DISABLED, reason="no"),
    ),
)
"""A rule that passed, one that is disabled, and one each: waived, short, unlawful, advised."""
CRASHED = Found(
    findings=(CRASH, *HAND.findings),
    judged_by=(
        *HAND.judged_by[:2],
        run("DOM204", "law/home-copy", failure=CRASH),
        *HAND.judged_by[2:],
    ),
)

_TEXTS = st.one_of(
    st.text(st.characters(), max_size=30),
    st.sampled_from(
        ["\x00\x1b[31m", "]]></failure>", "<b>&amp;\ufffe\uffff", "[a](b) {0}", "\ud800", "\u202e"]
    ),
)


@st.composite
def judgements(draw: st.DrawFn) -> Found:
    """Any findings of any of the rules above, with any text in every place."""

    def location() -> Location:
        file = draw(st.one_of(_TEXTS, st.sampled_from(["infra/pools.yaml", "/etc/x", "../../x"])))
        return Location(file, draw(st.integers(0, 9)), draw(st.integers(0, 9)), draw(_TEXTS))

    def one() -> Finding:
        rule = draw(st.sampled_from(HAND.judged_by[:5]))
        accepted = draw(st.booleans())
        waiver = WAIVER.model_copy(update={"reason": draw(_TEXTS), "approver": draw(_TEXTS)})
        level = draw(st.sampled_from(_STRICT[1:]))
        return finding(
            rule.code,
            rule.name,
            draw(_TEXTS),
            location(),
            severity=rule.severity,
            enforcement=Enforcement.ADVISORY if accepted else level,
            waiver=waiver if accepted else None,
            related=tuple(
                Related(location(), draw(_TEXTS)) for _ in range(draw(st.integers(0, 2)))
            ),
            help=draw(st.none() | _TEXTS),
            citation=draw(st.none() | st.just(CITED.model_copy(update={"quote": "\x00é"}))),
            witness=draw(st.none() | st.dictionaries(_TEXTS, _TEXTS | st.floats(), max_size=2)),
        )

    found = tuple(one() for _ in range(draw(st.integers(0, 6))))
    if not draw(st.booleans()):
        return replace(HAND, findings=found)
    crash = replace(CRASH, message=draw(_TEXTS))
    broken = run("DOM204", "law/home-copy", failure=crash)
    return Found((crash, *found), (*HAND.judged_by, broken))
