"""What a report says does not hang on the order in which anything was read."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from judging import judge, lay, situation

from domicile.checker import Report, check
from domicile.cli.app import run
from domicile.model.finding import Finding, Observation, Route
from domicile.model.tokens import Enforcement
from domicile.rules import all_rules
from domicile.situation import Situation
from domicile.workspace import loading

POOLS = [
    "{service: voice, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends, existing: 1 backends}",  # noqa: E501
    "{service: voice, datacenter: beta-berlin, backend: alpha.small, maximum: 2 backends, existing: 4 backends}",  # noqa: E501
    "{service: directory, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends, existing: 8 backends}",  # noqa: E501
    "{service: directory, datacenter: beta-berlin, backend: beta.small, maximum: 9 backends}",
    "{service: directory, datacenter: beta-rome, backend: beta.small, maximum: 9 backends}",
]
DEMAND = [
    "{id: fr-voice, subject: FR, service: voice, data_classes: [communications], rate: 150 calls}",
    "{id: de-voice, subject: DE, service: voice, data_classes: [communications], rate: 50 calls}",
    "{id: fr-names, subject: FR, service: directory, data_classes: [communications, health], rate: 9 calls}",  # noqa: E501
]


def listing(key: str, items: list[str]) -> str:
    """A file that lists these items."""
    return f"{key}:\n" + "".join(f"  - {item}\n" for item in items)


def said(finding: Finding) -> tuple[object, ...]:
    """All of a finding but the number of its line."""
    return (
        finding.code,
        finding.enforcement,
        finding.message,
        finding.location.text,
        tuple(sorted((related.location.text, related.note) for related in finding.related)),
        finding.citation,
        repr(finding.witness),
        finding.help,
    )


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report]:
    """A world with findings of several rules, in several files."""
    folder = tmp_path_factory.mktemp("troubled")
    files = {
        "infra/pools.yaml": listing("pools", POOLS),
        "infra/demand.yaml": listing("demand", DEMAND),
    }
    return folder, judge(folder, files)


def test_the_world_of_these_tests_has_findings_of_many_rules(
    troubled: tuple[Path, Report],
) -> None:
    """Else what follows would compare nothing with nothing."""
    assert len({finding.code for finding in troubled[1].findings}) >= 5


def test_findings_are_ordered_by_their_place(troubled: tuple[Path, Report]) -> None:
    """By file, line and column, then by code: as one reads, and as one diffs."""
    places = [
        (each.location.file, each.location.line, each.location.column, each.code)
        for each in troubled[1].findings
    ]
    assert places == sorted(places)


def test_the_order_of_rules_does_not_matter(troubled: tuple[Path, Report]) -> None:
    """A report is the same whichever rule ran first."""
    folder, report = troubled
    assert check(situation(folder), list(reversed(all_rules()))) == report


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_files_does_not_matter(
    seed: int, troubled: tuple[Path, Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files found in any order make the same report, to the column."""
    folder, report = troubled
    find = loading.find

    def shuffled(root: Path | None):  # noqa: ANN202 - as `find`
        found, errors = find(root)
        random.Random(seed).shuffle(found)
        return found, errors

    monkeypatch.setattr(loading, "find", shuffled)
    assert check(situation(folder)) == report


@pytest.mark.parametrize("seed", range(3))
def test_the_order_within_files_does_not_matter(
    seed: int, troubled: tuple[Path, Report], tmp_path: Path
) -> None:
    """The same declarations in another order, in two files each, have the same findings."""
    drawn = random.Random(seed)
    pools, demand = drawn.sample(POOLS, len(POOLS)), drawn.sample(DEMAND, len(DEMAND))
    files = {
        "infra/pools.yaml": listing("pools", pools[:2]),
        "infra/pools.more.yaml": listing("pools", pools[2:]),
        "infra/demand.yaml": listing("demand", demand[:1]),
        "infra/demand.more.yaml": listing("demand", demand[1:]),
    }
    report = judge(tmp_path, files)
    assert Counter(map(said, report.findings)) == Counter(map(said, troubled[1].findings))
    assert report.summary() == troubled[1].summary()


@pytest.mark.parametrize(
    ("fail_on", "levels"),
    [
        (Enforcement.MANDATORY, {Enforcement.MANDATORY}),
        (Enforcement.ADVISORY, {Enforcement.MANDATORY, Enforcement.ADVISORY}),
    ],
)
def test_what_blocks_is_at_or_above_the_level(
    fail_on: Enforcement, levels: set[Enforcement], troubled: tuple[Path, Report]
) -> None:
    """`--fail-on` names the least strict level that fails the check."""
    report = troubled[1]
    blocking = report.blocking(fail_on)
    assert blocking == tuple(each for each in report.findings if each.enforcement in levels)
    assert {each.enforcement for each in blocking} == levels


def test_the_exit_code_follows_the_level(tmp_path: Path) -> None:
    """A world with one advisory finding passes, unless advisory findings are to fail it."""
    mechanism = "{id: x, declares: [no-such-token], from: 2021-06-27, evidence: the file}"
    folder = lay(tmp_path, {"policies/mechanisms.yaml": listing("mechanisms", [mechanism])})
    command = ["check", "-w", str(folder), "--counts", "existing", "--as-of", "2026-11-23"]
    assert run(command) == 0
    assert run([*command, "--fail-on", "mandatory"]) == 0
    assert run([*command, "--fail-on", "advisory"]) == 1


def test_the_summary_counts_what_was_examined(troubled: tuple[Path, Report]) -> None:
    """By hand: five pools; three demands of two subjects; voice for both, directory for both."""
    summary = troubled[1].summary()
    assert summary["examined"] == {
        "services": 2,
        "datacenters": 2,
        "pools": 5,
        "demand": 3,
        "flows": 0,
        "subjects": 2,
        "loads": 4,
        "contingencies": 6,
    }
    assert summary["findings"] == len(troubled[1].findings)


def test_findings_of_one_place_keep_an_order(clean: Situation) -> None:
    """Two findings of one rule at one place are told in the order of their words."""
    at = Route("infra/pools.yaml", ("pools", 0))
    rule = all_rules()[0]
    told = [
        check(
            clean,
            [replace(rule, check=lambda _, words=words: [Observation(each, at) for each in words])],
        )
        for words in (["b", "a"], ["a", "b"])
    ]
    assert told[0] == told[1]
