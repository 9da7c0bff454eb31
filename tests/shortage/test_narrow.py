"""Why networks do not carry a plan's routing, in worlds that are small enough to be solved by hand.

Voice at p asks directory at q, 100 calls of 1 Gbit/s, as the plan says. Another routing may do.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from commanding import Asker
from narrow_worlds import edit, world

from domicile.model.plan import ContingencyRouting, Cost, Plan, PlannedPool
from domicile.model.tokens import Counts
from domicile.shortage import Narrow, narrow
from domicile.situation import Situation

SAFE = {"p~q": "30 Gbit/s", "p~r": "10 Gbit/s", "q~r": "100 Gbit/s"}


def explained(
    folder: Path,
    links: dict[str, str],
    standing: tuple[str, ...] = ("voice p", "directory q"),
    **given: Any,  # noqa: ANN401 - as `world` takes it
) -> tuple[Narrow, ...]:
    """Voice at p and directory at q, whatever happens, with 9 backends wherever any stand."""
    situation = world(folder, links, **given)
    cases = {case.ids for strain in situation.strains.values() for case in strain.contingencies}
    subjects = sorted({load.subject for load in situation.loads})
    plan = Plan(
        environment="production",
        as_of=situation.as_of,
        inputs="",
        verdicts="",
        optimal=True,
        cost=Cost(now=0, after=0),
        pools=tuple(
            PlannedPool(
                service=service,
                datacenter=place,
                now=0,
                after=9 if f"{service} {place}" in standing else 0,
            )
            for service, place in situation.known_pools
        ),
        nominal={
            f"{subject}/{service}/communications": {place: 1.0}
            for subject in subjects
            for service, place in (("voice", "p"), ("directory", "q"))
        },
        contingencies=tuple(ContingencyRouting(contingency=ids) for ids in sorted(cases)),
        order={},
    )
    judged = Situation(
        situation.workspace, situation.law, "production", situation.as_of, Counts.EMITTED, plan
    )
    return narrow(judged, plan)


def says(found: Narrow) -> list[str]:
    """What would do."""
    return [each.says for each in found.remedies or ()]


def test_another_routing_comes_first(tmp_path: Path) -> None:
    """60 of 100 are missing over the 40 that lead from p; voice has backends at q, too."""
    (found,) = explained(tmp_path, SAFE, ("voice p", "voice q", "directory q"))
    assert found.missing == pytest.approx(60)
    assert not found.planned
    assert found.sides == (("p",), ("q", "r"))
    assert says(found) == [
        "another routing of the same backends fits: `domicile emit` finds it",
        "widen link `p~q` by 60 Gbit/s, to 90",
        "widen link `p~r` by 60 Gbit/s, to 70",
    ]


def test_no_other_routing_where_no_backends_stand(tmp_path: Path) -> None:
    """Only links can be wider then."""
    (found,) = explained(tmp_path, SAFE)
    assert [each.kind for each in found.remedies or ()] == ["link", "link"]


def test_a_congestion_may_leave_more(tmp_path: Path) -> None:
    """30 % of 100 are left, and 50 go round by r: 20 are missing.

    A link of 20 / 30 % = 66.667 more would leave 20 more; so would 50 % of it as it is.
    """
    slow = {"id": "slow", "congested": {"link:p~q": "30 %"}, "reason": "invented for a test"}
    links = {"p~q": "100 Gbit/s", "p~r": "50 Gbit/s", "q~r": "100 Gbit/s"}
    (found,) = explained(tmp_path, links, policy={"contingencies": [slow]})
    assert found.contingency == ("slow",)
    assert found.missing == pytest.approx(20)
    assert says(found)[0] == "widen link `p~r` by 20 Gbit/s, to 70"
    assert "widen link `p~q` by 66.667 Gbit/s, to 166.667" in says(found)
    assert "let `slow` leave 50 % of `p~q`, instead of 30 %" in says(found)


def test_two_links_that_only_together_do(tmp_path: Path) -> None:
    """One after the other on the only way from p to q, 40 and 30 of 100 are carried.

    The second alone binds. Wider by 70 it is no help, for the first is too narrow then, by 60.
    """
    (found,) = explained(tmp_path, {"p~r": "40 Gbit/s", "q~r": "30 Gbit/s"})
    assert found.missing == pytest.approx(70)
    assert [each.name for each in found.binding] == ["q~r"]
    assert says(found) == ["widen link `p~r` by 60 Gbit/s, to 100, link `q~r` by 70 Gbit/s, to 100"]


def test_a_places_network(tmp_path: Path) -> None:
    """100 go out of p, whose network carries 70: 30 more than it takes."""
    links = {"p~q": "100 Gbit/s", "q~r": "100 Gbit/s"}
    (found,) = explained(tmp_path, links, networks={"p": "70 Gbit/s"})
    assert [(each.name, each.link) for each in found.binding] == [("p", False)]
    assert (found.crossings[0].start, found.crossings[0].end) == ("p", "p")
    assert found.crossings[0].asked == pytest.approx(100)
    assert says(found) == ["widen the network of `p` by 30 Gbit/s, to 100"]


def test_losses_of_links_are_told_together(tmp_path: Path) -> None:
    """100 go straight, or 60 round by r where p~q is lost: 40 are missing in that alone."""
    links = {"p~q": "100 Gbit/s", "p~r": "60 Gbit/s", "q~r": "60 Gbit/s"}
    (found,) = explained(tmp_path, links, losses=("link",))
    assert found.contingency == ("link:p~q",)
    assert found.missing == pytest.approx(40)


def test_headroom_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The commands name the contingency, the pair, the cut, the room left and what closes it."""
    world(tmp_path, SAFE | {"p~q": "200 Gbit/s"}, places={"directory": "q", "voice": "p"})
    ask = Asker(tmp_path, capsys)
    assert ask("emit", "--as-of", "2026-11-23").code == 0
    edit(tmp_path, "regions/links.yaml", lambda data: data["links"][0].update(capacity="30 Gbit/s"))
    found = ask("headroom", "--as-of", "2026-11-23")
    assert found.code == 1
    for said in (
        "networks do not carry all that is sent while nothing is lost: 60 Gbit/s of 100 are",
        "between `p` and `q`: 60 Gbit/s of 100 (voice → directory)",
        "is link `p~q` with 30 Gbit/s, link `p~r` with 10 Gbit/s: together 40 Gbit/s",
        "room is left on `q~r` 90 Gbit/s",
        "widen link `p~q` by 60 Gbit/s, to 90",
    ):
        assert said in " ".join(found.out.split())
    answer = ask("headroom", "--as-of", "2026-11-23", "--format", "json").json
    assert answer["networks"][0]["missing"] == pytest.approx(60)
    answer = ask("check", "--as-of", "2026-11-23", "--format", "json").json
    (finding,) = [each for each in answer["findings"] if each["code"] == "DOM307"]
    assert finding["help"].startswith("widen link `p~q` by 60 Gbit/s, to 90")
    answer = ask("plan", "--as-of", "2026-11-23", "--format", "json").json
    assert not answer["feasible"]
    assert answer["networks"][0]["planned"]
    said = " ".join(ask("plan", "--as-of", "2026-11-23").out.split())
    assert "no routing carries all that is sent while nothing is lost: 60 Gbit/s of 100" in said
