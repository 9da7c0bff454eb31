"""Which verdicts change, on which day, and because of what."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from judging import WORLD, lay, situation

from domicile.changes import Change, changes, fall_of
from domicile.model.errors import SourceError

BETA = (WORLD / "regions/beta.yaml").read_text(encoding="utf-8")
HEADROOM = (WORLD / "policies/headroom.yaml").read_text(encoding="utf-8")
FAR = {"policies/headroom.yaml": HEADROOM.replace("latency: 60 ms", "latency: 900 ms")}
LONDON = FAR | {
    "regions/beta.yaml": BETA.replace(
        "country: DE\n    city: Berlin", "country: GB\n    city: London"
    )
}
NEW_YORK = FAR | {
    "regions/beta.yaml": BETA.replace(
        "country: DE\n    city: Berlin", "country: US\n    city: New York"
    )
}
FIRST, LAST = date(2026, 11, 24), date(2032, 1, 31)


def clauses(until: str, start: str = "2021-06-27") -> dict[str, str]:
    """Clauses with an end."""
    return {
        "policies/mechanisms.yaml": "mechanisms:\n  - {id: clauses, declares: [scc, assessment], "
        f"from: {start}, until: {until}, evidence: the contract file}}\n"
    }


def found(folder: Path, files: dict[str, str], first: date = FIRST) -> tuple[Change, ...]:
    """The changes of a world."""
    return changes(situation(lay(folder, files)), first, LAST)


def test_the_end_of_a_decision_is_the_day_after_its_last(tmp_path: Path) -> None:
    """The EU's decision on the United Kingdom holds to 2031-12-27: French voice falls in London."""
    (change,) = [each for each in found(tmp_path, LONDON) if each.fallen]
    assert change.day == date(2031, 12, 28)
    assert [(fact.id, fact.what) for fact in change.facts] == [("EU:GB", "ends")]
    assert sorted(each.name for each in change.fallen) == [
        "FR/directory/communications",
        "FR/voice/communications",
    ]
    assert {each.place for each in change.fallen} == {"beta-berlin"}
    assert {(str(each.before), str(each.after)) for each in change.fallen} == {
        ("permitted", "conditional")
    }
    assert change.fallen[0].reason.rule == "EU:gdpr-44"


def test_what_the_workspace_declares_ends_too(tmp_path: Path) -> None:
    """Clauses that end on 2027-03-31 hold that day and are missed on the next."""
    (change,) = [e for e in found(tmp_path, NEW_YORK | clauses("2027-03-31")) if e.fallen]
    assert change.day == date(2027, 4, 1)
    assert [(fact.id, fact.what) for fact in change.facts] == [("mechanism:clauses", "ends")]


def test_what_begins_lets_through(tmp_path: Path) -> None:
    """Clauses that begin later let voice through from their first day."""
    (change,) = [
        e for e in found(tmp_path, NEW_YORK | clauses("2099-01-01", "2027-02-01")) if e.risen
    ]
    assert change.day == date(2027, 2, 1)
    assert change.fallen == ()


def test_nothing_changes_where_nothing_begins_or_ends(tmp_path: Path) -> None:
    """Paris and Berlin stay lawful for French voice as far as the law is known."""
    assert [each for each in found(tmp_path, {}) if each.fallen or each.risen] == []


def test_every_change_is_what_the_two_days_say(tmp_path: Path) -> None:
    """A change's before and after are the verdicts on the eve and on the day, asked alone."""
    world = situation(lay(tmp_path, LONDON | clauses("2031-12-30")))
    for change in changes(world, FIRST, LAST):
        eve = world.on(date.fromordinal(change.day.toordinal() - 1))
        then = world.on(change.day)
        for moved in change.moved:
            load = next(each for each in world.loads if each.key == moved.name)
            assert eve.explain(load, moved.place).verdict == moved.before
            assert then.explain(load, moved.place).verdict == moved.after


def test_a_flow_falls_too(tmp_path: Path) -> None:
    """A support desk in London is barred when the decision has ended."""
    desk = "flows:\n  - {id: desk, service: voice, activity: access, to: [GB], purpose: a desk}\n"
    moved = [
        m for c in found(tmp_path, {"infra/flows.yaml": desk}) for m in c.fallen if m.kind == "flow"
    ]
    assert [(each.name, each.place, str(each.after)) for each in moved] == [
        ("desk", "GB", "conditional")
    ]


@pytest.mark.parametrize(
    ("fallen", "count"), [("EU:GB", 2), ("EU", 2), ("EU:JP", 0), ("EU:gdpr-44#1", 2)]
)
def test_what_falls_with_a_decision(fallen: str, count: int, tmp_path: Path) -> None:
    """Without the decision on the United Kingdom both loads fall; without Japan's none."""
    change = fall_of(situation(lay(tmp_path, LONDON)), [fallen])
    assert len(change.fallen) == count
    assert [fact.what for fact in change.facts] == ["withdrawn"]


def test_a_mechanism_of_the_workspace_can_fall(tmp_path: Path) -> None:
    """By the name that the workspace gives it, or by the token that it declares."""
    world = situation(lay(tmp_path, NEW_YORK | clauses("2099-01-01")))
    assert len(fall_of(world, ["clauses"]).fallen) == 2
    assert len(fall_of(world, ["scc"]).fallen) == 2


def test_a_name_that_nothing_has_is_refused(tmp_path: Path) -> None:
    """A slip of the pen must not read as: nothing falls."""
    with pytest.raises(SourceError, match="nothing named `EU:UK`"):
        fall_of(situation(lay(tmp_path, LONDON)), ["EU:UK"])
