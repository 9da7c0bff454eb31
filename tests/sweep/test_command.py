"""`domicile sweep`: at three sites 90, 90 and 45 calls may be used, 120 are asked for."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from commanding import Asker

from domicile.sweep import running


def policy(asker: Asker, *more: dict[str, Any], **changes: Any) -> None:  # noqa: ANN401
    """Change the world's policy, and add others."""
    path = asker.root / "policies/headroom.yaml"
    given = json.loads(path.read_text())
    given["headroom"][0] |= changes
    given["headroom"] += more
    path.write_text(json.dumps(given))


CHANCES: dict[str, Any] = {
    "probability": {"datacenter": 0.1},
    "contingencies": [
        {
            "id": "flood",
            "lost": ["datacenter:p", "datacenter:q"],
            "probability": 0.01,
            "reason": "both stand at one river",
        }
    ],
}


def test_sets_of_two(emitted: Asker) -> None:
    """Any one may be lost; p and q together leave 45 for 120. The policy asks for one: exit 0."""
    answer = emitted("sweep", "--losses", "2", "--format", "json")
    assert answer.code == 0
    assert (answer.json["method"], answer.json["proved"]) == ("losses", True)
    assert answer.json["scenarios"] == 1 + 3 + 3
    (found,) = answer.json["services"]
    assert (found["fewest"], found["demand"], found["asked"], found["asked_short"]) == (
        2,
        120,
        4,
        0,
    )
    assert [(its["short"], its["worst"]) for its in found["sizes"]] == [(0, 0), (0, 0), (3, 75)]
    assert found["sizes"][2]["losses"] == ["datacenter:p", "datacenter:q"]
    assert found["subjects"][0]["subject"] == "FR"
    assert "risk" not in found


def test_two_is_the_default_and_all_subsets_agree(emitted: Asker) -> None:
    """Without an option every pair; all subsets hold those and the loss of everything."""
    pairs = emitted("sweep", "--format", "json").json["services"][0]["sizes"]
    every = emitted("sweep", "--all-subsets", "--format", "json").json
    assert every["scenarios"] == 8
    assert every["services"][0]["sizes"][:3] == pairs
    assert every["services"][0]["sizes"][3]["worst"] == 120


def test_asked_for_and_short(emitted: Asker) -> None:
    """A policy that asks for any two fails with exit 1; one that combines links alone does not."""
    policy(emitted, together={"most": 2})
    answer = emitted("sweep", "--losses", "2")
    assert answer.code == 1
    assert "3 sets of losses that the policy asks to survive: short" in answer.out
    policy(emitted, losses=["datacenter", "link"], together={"most": 2, "kinds": ["link"]})
    assert emitted("sweep", "--losses", "2").code == 0


def test_more_than_can_be_listed_is_swept(emitted: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a policy combines too many losses for `headroom`, which says so, a sweep answers."""
    monkeypatch.setattr("domicile.headroom.losses.MOST_COMBINATIONS", 2)
    policy(emitted, together={"most": 2})
    refused = emitted("headroom")
    assert refused.code == 2
    assert "domicile sweep" in refused.err
    assert emitted("sweep").code == 1


def test_probabilities(emitted: Asker) -> None:
    """The named flood is one event beside the losses of sites.

    Served unless two sites are lost or the river floods: .99 of .972. In the
    worst thousandth all is lost with .00099 + .001, the rest of it 75 of 120.
    """
    policy(emitted, **CHANCES)
    answer = emitted("sweep", "--losses", "4", "--format", "json")
    (found,) = answer.json["services"]
    assert found["events"] == 4
    assert found["examined"] == pytest.approx(1)
    assert found["risk"]["availability"]["least"] == pytest.approx(0.99 * 0.972)
    assert found["risk"]["availability"]["most"] == pytest.approx(0.99 * 0.972)
    assert found["subjects"][0]["risk"] == found["risk"]
    assert found["risk"]["worst_mean"]["least"] == pytest.approx(1.0)
    wider = emitted("sweep", "--losses", "4", "--confidence", "99", "--format", "json")
    lost = 0.001 * 0.99 + 0.01 * 0.1
    mean = (lost + (0.01 - lost) * 75 / 120) / 0.01
    assert wider.json["services"][0]["risk"]["worst_mean"]["least"] == pytest.approx(mean, abs=1e-4)


def test_random_scenarios(emitted: Asker) -> None:
    """The same seed answers the same; what is not proved says so."""
    policy(emitted, **CHANCES)
    one, same, other = (
        emitted("sweep", "--samples", "5000", "--seed", seed, "--format", "json").json
        for seed in ("1", "1", "2")
    )
    assert one == same
    assert one != other
    assert one["proved"] is False
    risk = one["services"][0]["risk"]["availability"]
    assert risk["least"] < 0.99 * 0.972 < risk["most"]
    assert "not proved" in emitted("sweep", "--samples", "100").out


def test_a_policy_for_some_subjects_asks_for_their_demand_alone(emitted: Asker) -> None:
    """A second policy, with emptier places for the French alone, stands beside the first."""
    second = {
        "id": "french",
        "subjects": ["FR"],
        "losses": ["provider"],
        "utilisation": {"nominal": "60 %", "after": "45 %"},
        "surge": 1.0,
        "latency": "60 ms",
        "reason": "invented for a test",
    }
    policy(emitted, second)
    found = emitted("sweep", "--losses", "1", "--format", "json").json["services"]
    assert [its["policy"] for its in found] == ["all", "french"]
    # 45 % of 100, 100 and 50 is 112.5; without p 67.5 for 100 calls.
    assert found[1]["sizes"][1]["worst"] == pytest.approx(32.5)
    assert found[1]["sizes"][1]["losses"] == ["provider:of-p"]


def test_people_read_it(emitted: Asker) -> None:
    """By numbers of losses, by country, by risk, and what was examined."""
    policy(emitted, **CHANCES)
    out = emitted("sweep", "--service", "voice").out
    assert "datacenter:r, flood" in out
    assert "The fewest losses that leave a country short:" in out
    assert "in the worst 0.1 %" in out
    assert "of all probability was examined" in out
    assert "11 sets, each of them judged exactly" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--losses", "2", "--samples", "5"), "exclude each other"),
        (("--workers", "1", "--scheduler", "tcp://127.0.0.1:1"), "exclude each other"),
        (("--samples", "5"), "gives no probabilities to draw by"),
        (("--confidence", "100"), "`--confidence` must be"),
        (("--service", "voise"), "did you mean `voice`?"),
        (("--losses", "-1"), "invalid value for `--losses`"),
    ],
)
def test_what_cannot_be_asked(emitted: Asker, arguments: tuple[str, ...], said: str) -> None:
    """A plain error, exit 2."""
    answer = emitted("sweep", *arguments)
    assert answer.code == 2
    assert said in answer.err


def test_no_dask(emitted: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 3 and how to install it; in this process a sweep needs none."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    answer = emitted("sweep", "--workers", "2")
    assert answer.code == 3
    assert "pip install 'domicile[sweep]'" in answer.err
    assert emitted("sweep", "--workers", "0").code == 0


def test_no_scheduler(emitted: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 3, with what starts one; so is an address that is none."""
    monkeypatch.setattr(running, "_PATIENCE", 0.3)
    for address in ("tcp://127.0.0.1:1", "nonsense://x"):
        answer = emitted("sweep", "--scheduler", address)
        assert answer.code == 3
        assert f"the scheduler `{address}` cannot be reached" in answer.err
        assert "`dask scheduler` starts one" in answer.err
