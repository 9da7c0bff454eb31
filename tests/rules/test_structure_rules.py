"""What the examples cannot show of the rules on structure."""

from __future__ import annotations

from pathlib import Path

import pytest
from judging import WORLD, judge, lay, of, situation

DEMAND = "{{id: one, subject: FR, service: voice, data_classes: [{classes}], rate: 9 calls}}"


def demand(classes: str) -> dict[str, str]:
    """A world with one demand that brings these data classes."""
    return {"infra/demand.yaml": f"demand:\n  - {DEMAND.format(classes=classes)}\n"}


@pytest.mark.parametrize(
    ("path", "text", "message", "help"),
    [
        (
            "infra/flows.yaml",
            "flows:\n  - {id: a, service: voice, subjects: [EEAX], activity: log, to: [DE], purpose: p}\n",  # noqa: E501
            "country or group `EEAX` is not declared",
            "did you mean `EEA`?",
        ),
        (
            "infra/flows.yaml",
            "flows:\n  - {id: a, service: voice, activity: log, to: [alpha-pari], purpose: p}\n",
            "datacenter `alpha-pari` is not declared",
            "did you mean `alpha-paris`?",
        ),
        (
            "policies/mechanisms.yaml",
            "mechanisms:\n  - {id: a, declares: [scc], providers: [gamma], from: 2021-06-27, evidence: e}\n",  # noqa: E501
            "provider `gamma` is not declared",
            "declare it, or remove the line that names it",
        ),
        (
            "policies/mechanisms.yaml",
            "mechanisms:\n  - {id: a, declares: [scc], to: [fr], from: 2021-06-27, evidence: e}\n",
            "country or group `fr` is not declared",
            "declare it, or remove the line that names it",
        ),
    ],
)
def test_a_name_that_leads_nowhere_is_told(
    path: str, text: str, message: str, help: str, tmp_path: Path
) -> None:
    """A flow or a mechanism for nobody would be judged for nobody, and pass."""
    (found,) = of(judge(tmp_path, {path: text}), "DOM101")
    assert (found.message, found.help) == (message, help)
    assert found.location.file == path


def test_shipped_places_are_not_held_against_their_reader(tmp_path: Path) -> None:
    """The world's own links cover the shipped file in which shipped failure domains are declared.

    Whoever writes the world cannot mend that, and loses nothing by it.
    """
    world = situation(lay(tmp_path, {}))
    dangling = {
        name
        for datacenter in world.workspace.datacenters.values()
        for name in datacenter.failure_domains
        if name not in world.workspace.failure_domains
    }
    assert dangling, "the case that this test is about"
    assert judge(tmp_path).findings == ()


def test_a_data_class_that_is_not_declared_is_undetermined_everywhere(tmp_path: Path) -> None:
    """A slip in a data class blocks as a slip, and as data that no law is known to let through."""
    report = judge(tmp_path, demand(classes="comunications"))
    assert {finding.code for finding in report.blocking()} >= {"DOM102", "DOM201"}
    assert not of(report, "DOM000")
    (first, *_) = of(report, "DOM201")
    assert first.message.endswith("is undetermined")
    assert first.help == "no rule of law can speak of data class `comunications`"


def test_every_unhandled_data_class_is_told(tmp_path: Path) -> None:
    """Each class that no service on the way handles, with the services that could."""
    found = of(judge(tmp_path, demand(classes="communications, health, genetic")), "DOM112")
    assert [finding.message for finding in found] == [
        "demand `one` brings `health` data, which no service on its way handles",
        "demand `one` brings `genetic` data, which no service on its way handles",
    ]


def test_every_contradiction_of_a_pool_is_told(tmp_path: Path) -> None:
    """Minimum above maximum, existing above maximum: two findings, each with its remedy."""
    pools = (
        (WORLD / "infra/pools.yaml")
        .read_text(encoding="utf-8")
        .replace(
            "maximum: 9 backends, existing: 4",
            "minimum: 5 backends, maximum: 3 backends, existing: 4",
            1,
        )
    )
    found = of(judge(tmp_path, {"infra/pools.yaml": pools}), "DOM107")
    assert [(finding.message, finding.help) for finding in found] == [
        (
            (
                "pool of `voice` at `alpha-paris` has a minimum of 5 backends above its maximum of "
                "3 backends"
            ),
            "lower the minimum or raise the maximum",
        ),
        (
            "pool of `voice` at `alpha-paris` has 4 backends, above its maximum of 3 backends",
            "raise the maximum to 4 backends",
        ),
    ]
