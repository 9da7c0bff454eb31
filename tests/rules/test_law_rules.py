"""A finding of the law names the rule that decides, where it stands, and what would do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from judging import WORLD, judge, of

from domicile.model.finding import Finding
from domicile.model.tokens import Enforcement

BETA = (WORLD / "regions/beta.yaml").read_text(encoding="utf-8")
POOLS = (WORLD / "infra/pools.yaml").read_text(encoding="utf-8")
TEHRAN = BETA.replace("country: DE\n    city: Berlin", "country: IR\n    city: Tehran")
CLAUSES = """\
mechanisms:
  - {id: clauses, declares: [scc, assessment], from: 2021-06-27, evidence: the contract file}
"""


def flow(**fields: str) -> dict[str, str]:
    """A world with one flow of French voice data."""
    given = {"id": "desk", "service": "voice", "activity": "access", "purpose": "a desk"} | fields
    inside = ", ".join(f"{key}: {value}" for key, value in given.items())
    return {"infra/flows.yaml": f"flows:\n  - {{{inside}}}\n"}


def unlawful(tmp_path: Path, files: dict[str, str]) -> list[Finding]:
    """The findings on flows."""
    return of(judge(tmp_path, files), "DOM202")


def only_tehran() -> dict[str, str]:
    """The world with its Berlin place of beta in Tehran, and pools nowhere else."""
    pools = [line for line in POOLS.splitlines() if "alpha-paris" not in line]
    return {"regions/beta.yaml": TEHRAN, "infra/pools.yaml": "\n".join(pools)}


def test_no_lawful_place_names_the_deciding_rule_with_its_citation(tmp_path: Path) -> None:
    """French data in Iran alone: Article 44 of the GDPR decides, and says what would do."""
    found = of(judge(tmp_path, only_tehran()), "DOM201")
    voice = next(each for each in found if "`voice`" in each.message)
    assert voice.message == (
        "no place of `voice` may serve FR (`communications`): the best, `beta-berlin`, is "
        "conditional"
    )
    assert voice.enforcement is Enforcement.MANDATORY
    assert voice.citation is not None
    assert "2016/679" in voice.citation.instrument
    assert voice.witness == {
        "load": "FR/voice/communications",
        "verdicts": {"beta-berlin": "conditional"},
        "rule": "EU:gdpr-44",
    }
    assert (voice.help or "").startswith("`EU:gdpr-44`: beta-berlin (IR) is outside")
    assert "`scc`" in (voice.help or "")


def test_what_the_help_names_makes_the_place_lawful(tmp_path: Path) -> None:
    """The help says that clauses with an assessment would do: declared, they do."""
    files = only_tehran() | {"policies/mechanisms.yaml": CLAUSES}
    assert of(judge(tmp_path, files), "DOM201") == []


def test_a_mechanism_that_ended_opens_no_way(tmp_path: Path) -> None:
    """The same clauses, ended the day before: the place is conditional again, and the end told."""
    ended = CLAUSES.replace("evidence:", "until: 2026-11-22, evidence:")
    report = judge(tmp_path, only_tehran() | {"policies/mechanisms.yaml": ended})
    assert of(report, "DOM201")
    assert [each.message for each in of(report, "DOM503")] == [
        "mechanism `clauses` ended on 2026-11-22"
    ]


def test_an_unlawful_flow_names_place_rule_and_subjects(tmp_path: Path) -> None:
    """At the target's own line and column: subject, activity, verdict, rule, citation."""
    (found,) = unlawful(tmp_path, flow(to="[DE, IR]"))
    assert found.message == (
        "flow `desk` takes data of FR to `IR` (access), which is conditional for FR "
        "(`communications`)"
    )
    assert found.location.text[found.location.column - 1 :].startswith("IR]")
    assert found.citation is not None
    assert "2016/679" in found.citation.instrument
    assert found.witness == {"subjects": {"FR": "conditional"}, "rule": "EU:gdpr-44"}


@pytest.mark.parametrize("subjects", ["[FR]", "[EEA]", "[EU]", "[EU27, JP]"])
def test_a_flow_of_a_group_or_a_union_is_a_flow_of_its_members(
    subjects: str, tmp_path: Path
) -> None:
    """However the subjects are named, French data in them is judged."""
    (found,) = unlawful(tmp_path, flow(to="[IR]", subjects=subjects))
    assert found.witness == {"subjects": {"FR": "conditional"}, "rule": "EU:gdpr-44"}


def test_a_flow_of_others_takes_no_french_data(tmp_path: Path) -> None:
    """Only the subjects that a flow names move in it."""
    assert unlawful(tmp_path, flow(to="[IR]", subjects="[JP]")) == []


def test_a_flow_is_judged_by_the_data_that_it_says_it_moves(tmp_path: Path) -> None:
    """A flow of data that no demand is known to bring is no way round the law."""
    (found,) = unlawful(tmp_path, flow(to="[IR]", data_classes="[recordings]"))
    assert "(`recordings`)" in found.message


def test_a_recipient_abroad_makes_a_flow_at_home_one_abroad(tmp_path: Path) -> None:
    """A desk in Germany of a company in Iran: its own law reaches the data."""
    (found,) = unlawful(tmp_path, flow(to="[DE]", recipient="IR"))
    assert found.message.startswith(
        "flow `desk` takes data of FR to `DE` and a recipient in IR (access), which is"
    )


KZ = {
    "infra/demand.yaml": "demand:\n  - {id: kz-voice, subject: KZ, service: voice, "
    "data_classes: [identity], rate: 90 calls}\n",
    "infra/services.yaml": "services:\n  - {id: voice, name: Voice, unit: calls, "
    "activities: [store], data_classes: [identity]}\n",
}


def test_home_copy_names_the_duty_and_its_law(tmp_path: Path) -> None:
    """Kazakhstan asks for a copy at home; no flow keeps one, so abroad is no place for the data."""
    report = judge(tmp_path, KZ)
    (found,) = of(report, "DOM204")
    assert found.message == (
        "rule `KZ:store-12` asks for a copy of KZ's data of `voice` at home, and no flow keeps "
        "one there"
    )
    assert found.enforcement is Enforcement.ADVISORY
    assert found.citation is not None
    assert found.citation.instrument.startswith("Law 94-V")
    assert of(report, "DOM201"), "and until then no place of the world is lawful for it"


@pytest.mark.parametrize(
    ("activity", "to", "kept"),
    [("store", "KZ", True), ("backup", "KZ", True), ("log", "KZ", False), ("store", "FR", False)],
)
def test_only_a_copy_at_home_fulfils_the_duty(
    activity: str, to: str, kept: bool, tmp_path: Path
) -> None:
    """A flow that stores or backs up at home does; logs at home, or a copy abroad, do not."""
    files = KZ | flow(activity=activity, to=f"[{to}]", subjects="[KZ]")
    assert (of(judge(tmp_path, files), "DOM204") == []) is kept


def test_what_lapses_is_said_with_the_rule_that_will_decide(tmp_path: Path) -> None:
    """Clauses that end in December: in November what stands in Tehran is told, in July not yet."""
    ending = CLAUSES.replace("evidence:", "until: 2026-12-31, evidence:")
    files = only_tehran() | {"policies/mechanisms.yaml": ending}
    found = of(judge(tmp_path / "november", files), "DOM206")
    voice = next(each for each in found if "`voice`" in each.message)
    assert voice.message == (
        "`voice` may serve FR (`communications`) at `beta-berlin` today, but no longer on "
        "2027-02-21: conditional by then"
    )
    assert voice.witness is not None
    assert voice.witness["rule"] == "EU:gdpr-44"
    assert of(judge(tmp_path / "july", files, as_of=date(2026, 7, 1)), "DOM206") == []
