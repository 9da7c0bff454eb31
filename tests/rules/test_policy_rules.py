"""Dates and names of waivers, mechanisms and certificates, to the day and to the letter."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from judging import WORLD, judge, of

ALPHA = (WORLD / "regions/alpha.yaml").read_text(encoding="utf-8")


def mechanism(**fields: str) -> dict[str, str]:
    """A world with one mechanism."""
    given = {
        "id": "one",
        "declares": "[scc]",
        "from": "2021-06-27",
        "evidence": "the file",
    } | fields
    inside = ", ".join(f"{key}: {value}" for key, value in given.items())
    return {"policies/mechanisms.yaml": f"mechanisms:\n  - {{{inside}}}\n"}


def certified(*certificates: str) -> dict[str, str]:
    """A world whose provider alpha has these certificates."""
    lines = "".join(f"    - {{{each}, evidence: official text}}\n" for each in certificates)
    return {
        "regions/alpha.yaml": ALPHA.replace("  source:", f"  certifications:\n{lines}  source:", 1)
    }


@pytest.mark.parametrize(
    ("fields", "messages"),
    [
        ({"until": "2026-11-23"}, []),
        ({"until": "2026-11-22"}, ["mechanism `one` ended on 2026-11-22"]),
        ({"from": "2026-11-23"}, []),
        ({"from": "2026-11-24"}, ["mechanism `one` begins only on 2026-11-24"]),
    ],
)
def test_a_mechanism_holds_from_its_first_day_to_its_last(
    fields: dict[str, str], messages: list[str], tmp_path: Path
) -> None:
    """Both days are inside; the day before and the day after are not."""
    found = of(judge(tmp_path, mechanism(**fields)), "DOM503")
    assert [each.message for each in found] == messages


@pytest.mark.parametrize("token", ["scc", "recipient:dpf", "not:actor:bank", "host:HDS"])
def test_tokens_that_the_law_asks_for_are_known(token: str, tmp_path: Path) -> None:
    """Needs of rules and of adequacy lists, and conditions that are declared not to hold."""
    assert of(judge(tmp_path, mechanism(declares=f"[{token}]")), "DOM504") == []


def test_each_token_that_nothing_asks_for_is_told_at_its_own_column(tmp_path: Path) -> None:
    """A slip opens no way in silence: the near miss is offered."""
    (found,) = of(judge(tmp_path, mechanism(declares="[scc, asessment]")), "DOM504")
    assert found.message == "no rule of law asks for `asessment`"
    assert found.help == "did you mean `assessment`?"
    assert found.location.text[found.location.column - 1 :].startswith("asessment]")


@pytest.mark.parametrize(
    ("certificates", "messages"),
    [
        (["id: HDS, until: 2026-11-23"], []),
        (["id: HDS, until: 2026-11-22"], ["certificate `HDS` of `alpha` ended on 2026-11-22"]),
        (["id: HDS, until: 2026-11-22", "id: HDS, from: 2026-11-23"], []),
        (["id: HDS, from: 2027-01-01"], ["certificate `HDS` of `alpha` begins only on 2027-01-01"]),
        (
            ["id: HDS, until: 2026-11-22", "id: ISO27001, from: 2025-01-01"],
            ["certificate `HDS` of `alpha` ended on 2026-11-22"],
        ),
    ],
    ids=["last-day", "ended", "renewed", "not-yet", "another-is-no-renewal"],
)
def test_a_certificate_that_ended_is_told_unless_another_follows(
    certificates: list[str], messages: list[str], tmp_path: Path
) -> None:
    """One that was renewed under the same name is met still."""
    found = of(judge(tmp_path, certified(*certificates)), "DOM505")
    assert [each.message for each in found] == messages


def test_certificates_of_places_without_a_pool_are_left_alone(tmp_path: Path) -> None:
    """What is not used needs no certificate: shipped providers end no one's check."""
    files = certified("id: HDS, until: 2020-01-01") | {
        "infra/pools.yaml": (WORLD / "infra/pools.yaml")
        .read_text(encoding="utf-8")
        .replace("alpha-paris", "beta-paris")
        .replace("alpha.small", "beta.small")
    }
    assert of(judge(tmp_path, files), "DOM505") == []


def test_a_waiver_holds_to_its_last_day(tmp_path: Path) -> None:
    """Its end is a finding from the day after on."""
    waiver = {
        "policies/waivers.yaml": "waivers:\n  - {id: one, rule: DOM304, reason: a trial, "
        "approver: A. Person, until: 2026-11-23}\n"
    }
    assert of(judge(tmp_path / "last", waiver), "DOM501") == []
    assert of(judge(tmp_path / "after", waiver, as_of=date(2026, 11, 24)), "DOM501")


def test_settings_of_rules_that_do_not_exist_are_told_too(tmp_path: Path) -> None:
    """A setting that misspells its rule would leave the rule as it was, unseen."""
    setting = {
        "policies/waivers.yaml": "enforcement:\n  - {rule: law/home-copi, enforcement: mandatory, "
        "reason: we must}\n"
    }
    (found,) = of(judge(tmp_path, setting), "DOM502")
    assert found.message == "rule `law/home-copi` does not exist"
    assert found.help == "did you mean `law/home-copy`?"


def test_the_general_policy_holds_for_what_no_other_names(tmp_path: Path) -> None:
    """A second policy for all is shadowed by the first, whatever stands between them."""
    policy = (WORLD / "policies/headroom.yaml").read_text(encoding="utf-8")
    general = policy.partition("headroom:\n")[2]
    named = general.replace("id: all", "id: voice\n    services: [voice]")
    second = general.replace("id: all", "id: rest")
    files = {"policies/headroom.yaml": "headroom:\n" + general + named + second}
    (found,) = of(judge(tmp_path, files), "DOM306")
    assert found.message == (
        "headroom policy `rest` does not hold for the services that no policy names: `all` "
        "comes first"
    )
