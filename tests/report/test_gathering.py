"""What the report says of a world that was worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import judging
import pytest
import reporting

from domicile.model.errors import SourceError
from domicile.model.tokens import Counts, Evidence, Verdict
from domicile.report.residency.gathering import gather
from domicile.report.residency.records import ResidencyReport, TransferKind, Use


def test_every_placement_has_its_verdict(report: ResidencyReport) -> None:
    """Each load at each place stands once, with what its law says."""
    found = [(each.load, each.place) for each in reporting.placements(report)]
    assert sorted(found) == sorted(reporting.EXPECTED)
    said = {(each.load, each.place): str(each.verdict) for each in reporting.placements(report)}
    assert said == reporting.EXPECTED


def test_every_placement_says_what_it_is_for(report: ResidencyReport) -> None:
    """What stands may serve; an empty pool is only open; what is not lawful is blocked."""
    use = {(each.load, each.place): each.use for each in reporting.placements(report)}
    assert use["CH/vault/communications", "alpha-zurich"] is Use.NOMINAL
    assert use["CH/vault/communications", "alpha-tokyo"] is Use.NOMINAL
    assert use["CH/vault/communications", "alpha-singapore"] is Use.BLOCKED
    assert use["JP/vault/communications", "alpha-singapore"] is Use.OPEN
    assert report.summary.used == 5
    assert report.summary.used_unlawful == ()


def test_each_reasoning_names_the_rule_that_decides(report: ResidencyReport) -> None:
    """Health data abroad is barred by the one rule about storing; the list lets the rest go."""
    why = {
        (each.load, each.place): part.reasoning
        for dossier in report.dossiers
        for group in dossier.groups
        for part in group.groups
        for each in part.placements
    }
    barred = why["CH/vault/communications+health", "alpha-tokyo"].deciding
    assert [(each.rule, each.verdict) for each in barred] == [
        ("CH:health-home", Verdict.PROHIBITED)
    ]
    (listed,) = why["CH/vault/communications", "alpha-tokyo"].deciding
    assert [each.instrument.id for each in listed.relies_on] == ["CH:JP"]
    (open_,) = why["CH/vault/communications", "alpha-singapore"].deciding
    assert [each.declare for each in open_.settled_by] == [("scc",)]
    provisions = {each.id: each for dossier in report.dossiers for each in dossier.provisions}
    assert provisions["CH:export"].citation is not None
    assert provisions["CH:export"].citation.quote == "Wörter"


def test_a_declared_mechanism_is_named_with_its_evidence(tmp_path: Path) -> None:
    """Clauses let Swiss data go to Singapore, and the report says who has them until when."""
    files = reporting.files()
    files["policies/mechanisms.yaml"] = {
        "mechanisms": [
            {
                "id": "clauses",
                "declares": ["scc"],
                "to": ["SG"],
                "from": "2026-01-01",
                "until": "2027-01-31",
                "evidence": "contract 7",
            }
        ]
    }
    report = reporting.reported(reporting.write(tmp_path, files))
    found = {(each.load, each.place): each for each in reporting.placements(report)}
    assert found["CH/vault/communications", "alpha-singapore"].verdict is Verdict.WITH_MECHANISM
    (ground,) = (
        ground
        for part in report.dossiers[0].groups[0].groups
        if any(each.place == "alpha-singapore" for each in part.placements)
        for ground in part.reasoning.deciding
    )
    (token,) = ground.relies_on[0].tokens
    assert (token.token, token.declared_by, token.evidence) == (
        "scc",
        ("clauses",),
        ("contract 7",),
    )
    assert token.until == date(2027, 1, 31)


def test_the_register_holds_what_leaves(report: ResidencyReport) -> None:
    """Swiss data served in Japan, Japanese in Switzerland, and the declared flow."""
    rows = {(each.kind, each.subjects[0].code, each.to): each for each in report.transfers}
    assert set(rows) == {
        (TransferKind.SERVING, "CH", ("alpha-tokyo",)),
        (TransferKind.SERVING, "JP", ("alpha-zurich",)),
        (TransferKind.FLOW, "CH", ("alpha-tokyo",)),
    }
    served = rows[TransferKind.SERVING, "CH", ("alpha-tokyo",)]
    assert served.data_classes == ("communications",)
    assert served.until == date(2027, 6, 30)
    assert served.evidence is Evidence.OFFICIAL
    assert served.recipient.name == "Alpha AG"
    flow = rows[TransferKind.FLOW, "CH", ("alpha-tokyo",)]
    assert (flow.flow, flow.purpose) == ("twin", "a twin far away")
    assert flow.leaves == ("alpha-tokyo", "alpha-zurich")


def test_what_ends_is_said_with_what_falls(report: ResidencyReport) -> None:
    """The listing's last day is 30 June 2027; on the next day Swiss data may not be in Japan."""
    assert [(each.day, each.id, each.relied) for each in report.endings] == [
        (date(2027, 6, 30), "CH:JP", True)
    ]
    (shift,) = report.shifts
    assert shift.day == date(2027, 7, 1)
    assert shift.falls == (
        "CH/vault/communications, flow twin of CH at alpha-tokyo (permitted, then conditional)",
    )
    assert shift.rises == ()


def test_open_questions_say_what_would_settle_them(report: ResidencyReport) -> None:
    """One thing is open: Swiss data in Singapore, which clauses would settle."""
    (question,) = report.questions
    assert (question.rule, question.countries) == ("CH:export", ("SG",))
    assert (question.placements, question.alone) == (1, 1)
    assert question.settled_by[0].words.startswith("declare scc")


def test_withdrawal_is_reported_as_such(world: Path) -> None:
    """Without the listing, Swiss data in Japan waits for clauses."""
    report = reporting.reported(world, ("CH:JP",))
    assert report.without == ("CH:JP",)
    said = {(each.load, each.place): each.verdict for each in reporting.placements(report)}
    assert said["CH/vault/communications", "alpha-tokyo"] is Verdict.CONDITIONAL
    assert report.summary.transfers_unlawful == 1


def test_weak_law_and_unsaid_side_paths_are_told(tmp_path: Path) -> None:
    """A rule that nobody verified bars, and is named; so is a side path that nobody speaks of."""
    files = reporting.files()
    files["policies/residency/ch.yaml"]["rules"][1]["evidence"] = "unverified"
    gone = files["infra/side_paths.yaml"]["side_paths"].pop()
    report = reporting.reported(reporting.write(tmp_path, files))
    assert report.unknowns.weak_blocking == (("CH:health-home", 2),)
    assert [each.id for each in report.unknowns.weak] == ["CH:health-home"]
    assert {each.id for each in report.unknowns.side_paths} <= {gone["path"]}


def test_nothing_to_report_on_is_said(tmp_path: Path) -> None:
    """An environment without demand has nothing to sign off."""
    files = reporting.files()
    files["infra/demand.yaml"] = {"demand": []}
    situation = judging.situation(reporting.write(tmp_path, files), Counts.EXISTING)
    with pytest.raises(SourceError, match="nothing to report on"):
        gather(situation)
