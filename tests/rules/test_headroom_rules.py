"""What a shortfall says is worked out by hand here, and its remedy is tried."""

from __future__ import annotations

from pathlib import Path

from judging import WORLD, judge, of

POOLS = (
    (WORLD / "infra/pools.yaml").read_text(encoding="utf-8").replace("existing: 4", "existing: 3")
)
DEMAND = """\
demand:
  - {id: fr-voice, subject: FR, service: voice, data_classes: [communications], rate: 120 calls}
"""
SHORT = {"infra/pools.yaml": POOLS, "infra/demand.yaml": DEMAND}
"""Three backends of 50 calls at each of two places, 120 calls, surge 1.2, 90 % after a loss."""


def test_a_shortfall_is_what_is_missing_after_the_worst_contingency(tmp_path: Path) -> None:
    """By hand: 120 x 1.2 = 144 calls; one place left: 3 x 50 x 0.9 = 135; 9 are missing.

    The loss of either datacenter or of either provider leaves one place: four contingencies.
    """
    (found,) = of(judge(tmp_path, SHORT), "DOM301")
    assert found.message == (
        "`voice` is 9 calls short for FR in `datacenter:alpha-paris and surge:1.2`, "
        "and in 3 other contingencies"
    )
    assert found.witness is not None
    assert found.witness | {"shortfall": round(found.witness["shortfall"], 6)} == {
        "contingency": ["datacenter:alpha-paris", "surge:1.2"],
        "shortfall": 9.0,
        "unit": "calls",
        "subjects": ["FR"],
        "binding": ["beta-berlin"],
        "contingencies_short": 4,
    }
    assert [str(related.location) for related in found.related] == ["infra/demand.yaml:2:87"]


def test_the_remedy_closes_the_shortfall(tmp_path: Path) -> None:
    """By hand: 144 / 45 = 3.2, so a fourth backend at each place; 0.10 + 0.12 EUR/h. Then tried."""
    (found,) = of(judge(tmp_path / "before", SHORT), "DOM301")
    assert found.help == (
        "2 more backends of `voice` (1 at alpha-paris, 1 at beta-berlin) close it, at "
        "0.22 EUR/h; `domicile plan` finds the least"
    )
    mended = SHORT | {"infra/pools.yaml": POOLS.replace("existing: 3", "existing: 4")}
    assert judge(tmp_path / "after", mended).findings == ()


def test_where_no_pool_may_grow_the_places_that_bind_are_named(tmp_path: Path) -> None:
    """A maximum of three leaves no remedy, and none is offered."""
    full = SHORT | {
        "infra/pools.yaml": POOLS.replace("9 backends, existing: 3", "3 backends, existing: 3")
    }
    (found,) = of(judge(tmp_path, full), "DOM301")
    assert found.help == (
        "no pool of `voice` may grow enough; the places that bind are `beta-berlin`"
    )


def test_free_backends_where_the_law_lets_nothing_go_are_no_headroom(tmp_path: Path) -> None:
    """Nine backends that stand free in Tehran close no French shortfall: it stays nine calls."""
    beta = (WORLD / "regions/beta.yaml").read_text(encoding="utf-8")
    tehran = """\
  - id: beta-tehran
    name: Tehran
    country: IR
    city: Tehran
    coordinates: {latitude: 35.69, longitude: 51.39}
    source: invented for a test
    checked: 2026-11-23
"""
    links = (WORLD / "regions/links.yaml").read_text(encoding="utf-8")
    files = SHORT | {
        "regions/beta.yaml": beta + tehran,
        "regions/links.yaml": links
        + "  - {between: [beta-berlin, beta-tehran], capacity: 100 Gbit/s}\n",
        "infra/pools.yaml": POOLS
        + "  - {service: voice, datacenter: beta-tehran, backend: beta.small, "
        "maximum: 9 backends, existing: 9 backends}\n",
    }
    (found,) = of(judge(tmp_path, files), "DOM301")
    assert found.message.startswith("`voice` is 9 calls short for FR in ")
    assert "beta-tehran" not in (found.help or "")


def test_nothing_standing_is_a_shortfall_and_no_error(tmp_path: Path) -> None:
    """Zero existing backends: all of the surge is missing, 144 calls, in every contingency."""
    bare = SHORT | {"infra/pools.yaml": POOLS.replace(", existing: 3 backends", "")}
    (voice,) = [f for f in of(judge(tmp_path, bare), "DOM301") if "`voice`" in f.message]
    assert voice.message.startswith("`voice` is 144 calls short for FR in ")


def test_latency_names_the_nearest_lawful_place_and_the_limit(tmp_path: Path) -> None:
    """Madrid to Paris is about 1,050 km: x 1.5 / 200 km per ms is about 7.9 ms."""
    policy = (WORLD / "policies/headroom.yaml").read_text(encoding="utf-8")
    files = {
        "policies/headroom.yaml": policy.replace("60 ms", "5 ms"),
        "infra/demand.yaml": DEMAND.replace("FR", "ES"),
    }
    first, second = of(judge(tmp_path, files), "DOM303")
    assert second.message == (
        "the nearest lawful place for ES of `voice`, `alpha-paris`, is 7.9 ms away; "
        "the policy allows 5 ms"
    )
    assert "`directory`" in first.message
    assert [related.note for related in second.related] == ["the limit"]


def test_the_worst_contingency_may_be_that_nothing_is_lost(tmp_path: Path) -> None:
    """A tight nominal limit: 6 x 50 x 0.3 = 90 of 120 calls, so 30 are missing day by day."""
    policy = (WORLD / "policies/headroom.yaml").read_text(encoding="utf-8")
    files = SHORT | {"policies/headroom.yaml": policy.replace("nominal: 60 %", "nominal: 30 %")}
    (found,) = [f for f in of(judge(tmp_path, files), "DOM301") if "`voice`" in f.message]
    assert found.message == (
        "`voice` is 30 calls short for FR while nothing is lost, and in 4 other contingencies"
    )
