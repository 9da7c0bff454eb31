"""Data is followed wherever flows take it, under the law of its subjects and of each place passed.

The world: `alpha` and `beta` in Paris and Berlin, one of them moved where a test needs it. Verdicts
follow from the cases in `tests/law/cases/`: EU law asks for clauses towards India, Indian and
American law (of ordinary data, today) for nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from judging import WORLD, judge, lay, of, situation

POOLS = (WORLD / "infra/pools.yaml").read_text(encoding="utf-8")
BETA = (WORLD / "regions/beta.yaml").read_text(encoding="utf-8")
HEADROOM = (WORLD / "policies/headroom.yaml").read_text(encoding="utf-8")
FAR = HEADROOM.replace("latency: 60 ms", "latency: 900 ms")
MUMBAI = BETA.replace("country: DE\n    city: Berlin", "country: IN\n    city: Mumbai")
US_VOICE = (
    "demand:\n  - {id: us-voice, subject: US, service: voice, data_classes: [communications], "
    "rate: 90 calls}\n"
)


def flows(*lines: str) -> dict[str, str]:
    """A world with flows of the service `voice`."""
    body = "\n".join(f"  - {{service: voice, purpose: a test, {line}}}" for line in lines)
    return {"infra/flows.yaml": f"flows:\n{body}\n", "policies/headroom.yaml": FAR}


def clauses(subject: str) -> dict[str, str]:
    """Clauses towards India for data that leaves under one law."""
    return {
        "policies/mechanisms.yaml": "mechanisms:\n  - {id: clauses, declares: [scc, assessment], "
        f"subjects: [{subject}], to: [IN], from: 2021-06-27, evidence: the contract file}}\n"
    }


def allowed(folder: Path, files: dict[str, str], load: str) -> set[str]:
    """Where a load may be served."""
    return set(situation(lay(folder, files)).allowed[load])


def test_the_law_of_the_place_bars_what_that_of_the_subject_allows(tmp_path: Path) -> None:
    """American data may be in Paris, and in Mumbai; from Paris to Mumbai it needs clauses."""
    files = flows("id: logs, activity: log, to: [IN]") | {"infra/demand.yaml": US_VOICE}
    assert allowed(tmp_path / "a", files, "US/voice/communications") == set()
    assert allowed(tmp_path / "b", files | clauses("EU"), "US/voice/communications") == {
        "alpha-paris",
        "beta-berlin",
    }
    # Clauses for American data do not serve what leaves under French law.
    assert allowed(tmp_path / "c", files | clauses("US"), "US/voice/communications") == set()


def test_a_place_from_which_it_may_go_on_stays(tmp_path: Path) -> None:
    """Logs that are kept in India may come from Mumbai, and not from Paris."""
    files = flows("id: logs, activity: log, to: [IN]") | {
        "infra/demand.yaml": US_VOICE,
        "regions/beta.yaml": MUMBAI,
    }
    assert allowed(tmp_path, files, "US/voice/communications") == {"beta-berlin"}


def test_flows_are_followed_along_their_chain(tmp_path: Path) -> None:
    """Data of Indians in India: a backup in Berlin brings EU law to bear on the desk behind it."""
    demand = US_VOICE.replace("us-voice, subject: US", "in-voice, subject: IN")
    chain = flows(
        "id: backup, activity: backup, to: [DE]",
        "id: desk, activity: access, to: [US], after: [backup]",
    ) | {"infra/demand.yaml": demand, "regions/beta.yaml": MUMBAI}
    assert "beta-berlin" not in allowed(tmp_path / "a", chain, "IN/voice/communications")
    direct = chain | flows("id: desk, activity: access, to: [US]")
    assert "beta-berlin" in allowed(tmp_path / "b", direct, "IN/voice/communications")


def test_coming_home_is_a_transfer(tmp_path: Path) -> None:
    """American data in Paris may not go back to America without what EU law asks for."""
    files = flows("id: back, activity: replicate, to: [US]") | {"infra/demand.yaml": US_VOICE}
    assert allowed(tmp_path, files, "US/voice/communications") == set()


def test_a_circle_of_flows_ends(tmp_path: Path) -> None:
    """Flows that carry each other on are followed once around."""
    files = flows(
        "id: one, activity: log, to: [DE]",
        "id: two, activity: log, to: [FR], after: [one, three]",
        "id: three, activity: log, to: [DE], after: [two]",
    )
    assert allowed(tmp_path, files, "FR/voice/communications") == {"alpha-paris", "beta-berlin"}


def test_the_explanation_names_the_flow_and_the_law(tmp_path: Path) -> None:
    """Whoever asks why Paris may not serve Americans hears of the flow, and of EU law."""
    files = flows("id: logs, activity: log, to: [IN]") | {"infra/demand.yaml": US_VOICE}
    looked_at = situation(lay(tmp_path, files))
    judged = looked_at.explain(looked_at.loads[1], "alpha-paris")
    assert judged.verdict == "conditional"
    assert judged.rule == "EU:gdpr-44"
    assert judged.help.startswith("onward by `logs` from FR to `IN`: `EU:gdpr-44`: IN is outside")


def side_path(evidence: str, default: str = "true", to: str = "[US]") -> dict[str, str]:
    """The world, whose provider `alpha` takes content along."""
    region = (WORLD / "regions/alpha.yaml").read_text(encoding="utf-8")
    return {
        "regions/alpha.yaml": region
        + "side_paths:\n  - {id: twin, feature: Twin, does: copies, "
        + f"default: {default}, carries: content, activity: replicate, sets_off: [process], "
        + f"paths: [{{from: [alpha-paris], to: {to}}}], avoid: choose single, "
        + f"evidence: {evidence}, source: invented for a test, checked: 2026-11-23}}\n"
    }


def said(state: str, path: str = "alpha:twin", to: str = "[]") -> dict[str, str]:
    """What the workspace says about a side path."""
    return {
        "infra/side_paths.yaml": f'side_paths:\n  - {{path: "{path}", state: "{state}", '
        f"to: {to}, evidence: a ticket}}\n"
    }


@pytest.mark.parametrize(
    ("files", "served"),
    [
        # seen in a text, on by default, and nobody said that it is off: it happens
        (side_path("reproduced"), False),
        (side_path("secondary"), False),
        # said by nobody who saw a text: told of, and not counted
        (side_path("unverified"), True),
        (side_path("reproduced") | said("off"), True),
        (side_path("unverified") | said("used"), False),
        (side_path("reproduced", default="false"), True),
        (side_path("reproduced", default="false") | said("used"), False),
        # inside the EEA it may go, and where it goes was chosen
        (side_path("reproduced", to="[DE]"), True),
        (side_path("reproduced") | said("used", to="[DE]"), True),
        # whoever hosts nothing gets only what is sent there
        (said("used", path="datadog:site"), False),
    ],
)
def test_side_paths_are_flows(files: dict[str, str], served: bool, tmp_path: Path) -> None:
    """French data may be served in Paris unless a provider takes it to America."""
    assert ("alpha-paris" in allowed(tmp_path, files, "FR/voice/communications")) == served


def test_an_unsaid_default_is_told_with_how_to_avoid_it(tmp_path: Path) -> None:
    """The finding names the feature, whether it counts, and what to write down."""
    (found,) = of(judge(tmp_path / "a", side_path("reproduced")), "DOM209")
    assert "so it is counted as happening" in found.message
    assert (found.help or "").startswith('choose single; then say `state: "off"` of `alpha:twin`')
    (doubted,) = of(judge(tmp_path / "b", side_path("unverified")), "DOM209")
    assert "so it is not counted" in doubted.message
    assert of(judge(tmp_path / "c", side_path("reproduced") | said("off")), "DOM209") == []


def test_what_barred_places_lose_is_told(tmp_path: Path) -> None:
    """One finding for each flow and law, at the flow's target, with all subjects and places."""
    files = flows("id: logs, activity: log, to: [IN]") | {"infra/demand.yaml": US_VOICE}
    (found,) = of(judge(tmp_path, files), "DOM207")[:1]
    assert found.location.file == "infra/flows.yaml"
    assert found.witness is not None
    assert found.witness["subjects"] == ["US"]
    assert found.citation is not None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("id: desk, activity: access, to: [FR], after: [log]", "flow of `voice` `log`"),
        ("id: desk, activity: access, to: [alpha-pari]", "datacenter `alpha-pari`"),
    ],
)
def test_flows_that_name_nothing_are_found(line: str, message: str, tmp_path: Path) -> None:
    """A chain that begins nowhere would be followed by nobody."""
    found = of(judge(tmp_path, flows(line)), "DOM101")
    assert [each.message for each in found] == [f"{message} is not declared"]


def test_side_paths_that_name_nothing_are_found(tmp_path: Path) -> None:
    """Saying that something is off which does not exist switches nothing off."""
    found = of(judge(tmp_path, side_path("reproduced") | said("off", path="alpha:twins")), "DOM101")
    assert [each.message for each in found] == ["side path `alpha:twins` is not declared"]
    assert found[0].help == "did you mean `alpha:twin`?"
