"""What the headroom report says of a world that was worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import headroom_reporting as by_hand
import pytest
import reporting
from commanding import Asker

from domicile.model.errors import SourceError
from domicile.report.headroom.records import HeadroomReport


@pytest.fixture(scope="module")
def headroom(world: Path) -> HeadroomReport:
    """The report on the small world."""
    return by_hand.reported(world)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> HeadroomReport:
    """The report on the world without Swiss health data, nothing standing in Tokyo."""
    folder = tmp_path_factory.mktemp("plain")
    return by_hand.reported(reporting.write(folder, by_hand.files(health=False, tokyo=0)))


def test_each_contingency_leaves_what_was_worked_out(headroom: HeadroomReport) -> None:
    """All demand grows alike until a set of it fills its places; what is short counts below 0."""
    found = {row.cells[0].contingency: row.cells[0].spare for row in headroom.rows if row.cells[0]}
    assert found == pytest.approx(by_hand.WHOLE)
    assert headroom.rows[0].name == ("datacenter:alpha-zurich",)
    assert [row.short for row in headroom.rows] == [True, False, False, False, False]


def test_each_country_has_what_was_worked_out(headroom: HeadroomReport) -> None:
    """One country's demand grows, all other being served."""
    found = {(case.subject, case.contingency[0]): case.spare for case in headroom.cases}
    assert {key: found[key] for key in by_hand.ALONE} == pytest.approx(by_hand.ALONE)


def test_the_worst_is_named(headroom: HeadroomReport) -> None:
    """For Switzerland what is short, for Japan what leaves least."""
    swiss, japanese = headroom.standings
    lost = ("datacenter:alpha-zurich", "surge:1.2")
    assert (swiss.worst, japanese.worst) == (lost, lost)
    assert (swiss.worst_demand, swiss.worst_shortfall) == pytest.approx((24.0, 12.0))
    assert (japanese.worst_shortfall, japanese.least) == pytest.approx((0.0, 5.5))
    assert swiss.places == ("alpha-tokyo", "alpha-zurich")
    (service,) = headroom.services
    assert (service.worst, service.short, service.most) == (lost, 1, 12.0)
    # Demand may grow sixfold before places are used to 60 %: a tenth is used.
    assert service.nominal_use == pytest.approx(0.1)
    assert service.worst_use is None
    assert [(each.subject.code, each.short) for each in headroom.countries] == [
        ("CH", ("Vault",)),
        ("JP", ()),
    ]


def test_what_binds_is_named(headroom: HeadroomReport) -> None:
    """Health data without a place first; then everyone in Zurich; then everyone everywhere."""
    said = [
        (each.places, each.contingency[0], each.demand, each.usable, each.shortfall)
        for each in headroom.bindings
    ]
    assert said[0] == ((), "datacenter:alpha-zurich", 12.0, 0.0, 12.0)
    assert headroom.bindings[0].data_classes == ("communications", "health")
    assert said[1][:2] == (("alpha-zurich",), "datacenter:alpha-tokyo")
    assert said[1][2:] == pytest.approx((36.0, 180.0, 0.0))
    assert headroom.bindings[1].others == 3


def test_headroom_has_its_price(plain: HeadroomReport) -> None:
    """One backend serves all; any one datacenter takes a second; the provider takes all."""
    found = {each.id: (each.feasible, each.cost, each.step) for each in plain.levels}
    assert found == {
        "nominal": (True, 0.1, None),
        "surge": (True, 0.1, 0.0),
        "n-1-datacenter": (True, 0.2, 0.1),
        "n-1-provider": (False, None, None),
        "n-1-failure-domain": (False, None, None),
        "n-1-link": (False, None, None),
        "policy": (True, 0.2, None),
        "n-2-datacenter": (False, None, None),
        "n-2-possible": (True, 0.2, 0.0),
    }
    assert all(each.proved for each in plain.levels)
    assert all(each.gap == (None if each.cost is None else 0) for each in plain.levels)
    (conflict,) = next(each.conflicts for each in plain.levels if each.id == "n-2-datacenter")
    assert conflict.subjects == ("CH",)
    assert conflict.missing == pytest.approx(12.0)
    assert plain.now == pytest.approx(0.2)


def test_what_is_not_feasible_is_said(headroom: HeadroomReport) -> None:
    """Nothing keeps Swiss health data when Zurich is lost: no price is made up."""
    one = next(each for each in headroom.levels if each.id == "n-1-datacenter")
    assert (one.feasible, one.proved, one.cost, one.step) == (False, True, None, None)
    assert [each.subjects for each in one.conflicts] == [("CH",)]
    assert one.short == 1


def test_pools_say_what_they_are_for(plain: HeadroomReport) -> None:
    """Each of the two places is needed when the other is lost."""
    found = {each.datacenter: (each.now, each.needed, each.reasons) for each in plain.pools}
    assert found["alpha-tokyo"][:2] == (0, 1)
    assert "datacenter:alpha-zurich and surge:1.2" in found["alpha-tokyo"][2]
    assert "datacenter:alpha-tokyo and surge:1.2" in found["alpha-zurich"][2]


def test_what_is_short_is_explained(plain: HeadroomReport, headroom: HeadroomReport) -> None:
    """Who, after what, how much: health data without Zurich; and what would close the other."""
    (one,) = headroom.shorts
    assert (one.subjects, one.contingency[0]) == (("CH",), "datacenter:alpha-zurich")
    assert one.missing == pytest.approx(12.0)
    said = [each.says for short in plain.shorts for each in short.remedies or ()]
    assert any("alpha-tokyo" in each for each in said)


def test_figures_are_those_of_the_command(
    world: Path, headroom: HeadroomReport, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every row of `domicile headroom --matrix`, and no other."""
    ask = Asker(world, capsys)
    on = ("--as-of", "2026-11-23", "--counts", "existing", "--matrix", "--format", "json")
    rows = json.loads(ask("headroom", *on).out)["rows"]
    assert [
        (r["service"], r["subject"], tuple(r["contingency"]), r["demand"], r["served"])
        for r in rows
    ] == [(c.service, c.subject, c.contingency, c.demand, c.served) for c in headroom.cases]
    assert [r["shortfall"] for r in rows] == [c.shortfall for c in headroom.cases]


def test_withdrawn_law_takes_headroom(world: Path) -> None:
    """Without the listing of Japan, Swiss plain data too has Zurich alone."""
    report = by_hand.reported(world, ("CH:JP",))
    assert report.standings[0].places == ("alpha-zurich",)
    assert report.standings[0].worst_shortfall == pytest.approx(24.0)


def test_nothing_to_report_on_is_said(tmp_path: Path) -> None:
    """An environment without demand has no headroom to speak of."""
    files = by_hand.files()
    files["infra/demand.yaml"] = {"demand": []}
    with pytest.raises(SourceError, match="nothing to report on"):
        by_hand.reported(reporting.write(tmp_path, files))
