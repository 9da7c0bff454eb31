"""Large clouds' adapters on the real engine: preview, up, change, refresh, destroy.

The clouds are stand-ins, which hold what they get against the SDKs' own types.
"""

# ruff: noqa: ANN401 -- values of any kind are what this is about

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from clouds import CLOUDS, Cloud
from hosted import ENVIRONMENT, Hosted
from standin import Standin

from domicile.provision.declared import POOLS

REPOSITORY = Path(__file__).parents[2]
GOLDEN = REPOSITORY / "tests" / "golden"
ZONES = {
    "aws": "aws:route53/zone:Zone",
    "azure-native": "azure-native:dns:Zone",
    "gcp": "gcp:dns/managedZone:ManagedZone",
}
"""Package → its type for a zone of names."""


@pytest.fixture(params=CLOUDS)
def cloud(request: pytest.FixtureRequest) -> Cloud:
    """Each of them."""
    return CLOUDS[request.param]


@pytest.fixture
def standin(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Standin]:
    """Its stand-in."""
    with Standin(
        cloud.package, replaces=cloud.replaces, computed=cloud.computed, answers=cloud.answers
    ) as made:
        monkeypatch.setenv("PULUMI_DEBUG_PROVIDERS", made.setting)
        yield made


@pytest.fixture
def hosted(tmp_path: Path, cloud: Cloud, standin: Standin) -> Hosted:
    """A world on two of its places, planned and emitted."""
    made = Hosted(
        tmp_path,
        cloud.provider,
        cloud.places,
        cloud.machine,
        cloud.image,
        standin,
        adapter=cloud.adapter,
        config=dict(cloud.config),
        zone="example.net",
    )
    made.declare()
    paths = yaml.safe_load((REPOSITORY / "infra" / "side_paths.yaml").read_text(encoding="utf-8"))
    kept = [path for path in paths["side_paths"] if path["path"].startswith(f"{cloud.provider}:")]
    declared = {"environment": ENVIRONMENT, "side_paths": kept}
    (tmp_path / "infra" / f"side_paths.{ENVIRONMENT}.yaml").write_text(yaml.safe_dump(declared))
    made.emit()
    for part in (*cloud.places, "traffic"):
        made.run(part, "stack", "init", "--no-select")
    return made


def test_a_pool_is_made_changed_and_removed(hosted: Hosted, cloud: Cloud, standin: Standin) -> None:
    """A preview makes nothing; a second look finds no change; count and image change at once."""
    place, (region, _) = next(iter(cloud.places.items()))
    foreseen = hosted.preview(place)
    assert standin.cloud.made == {}
    made = hosted.up(place)["created"]
    assert foreseen == {"create": made}
    _as_reviewed(cloud, hosted.graph(place))
    _holds(standin, cloud, 2)
    setting, pinned = cloud.pinned or ("region", region)
    assert {call.inputs[setting] for call in standin.called("Configure")} == {pinned}
    assert hosted.refresh(place) == {"unchanged": made}
    hosted.counts[place], hosted.image = 3, cloud.image_after
    hosted.emit()
    hosted.up(place)
    _holds(standin, cloud, 3)
    assert _images(standin, cloud) <= {cloud.image_after, *cloud.image_after.split(":")}
    assert len(standin.called("Delete", cloud.group)) == cloud.anew
    hosted.destroy(place)
    assert {made.token for made in standin.cloud.made.values()} == cloud.kept


@pytest.mark.soak
def test_a_pool_grows_in_place_and_leaves(hosted: Hosted, cloud: Cloud, standin: Standin) -> None:
    """What is declared again changes nothing; a count is updated; a leaving pool stays as it is."""
    place = next(iter(cloud.places))
    made = hosted.up(place)["created"]
    assert hosted.up(place) == {"unchanged": made}
    hosted.counts[place] = 3
    hosted.emit()
    # Pulumi counts what is unchanged on a line of its own only where all else is of one kind
    assert set(hosted.up(place)) == {"updated", "unchanged" if cloud.size else "created"}
    _holds(standin, cloud, 3)
    assert standin.called("Delete") == []
    _leaves(hosted, standin, place)


def _leaves(hosted: Hosted, standin: Standin, place: str) -> None:
    """A pool that is planned no more stands as it is until traffic has left it."""
    before = {made.id for made in standin.cloud.made.values()}
    standing = hosted.outputs(place)["declared"]
    hosted.counts[place] = 0
    hosted.emit()
    leaving = [{"service": service, **was, "leaving": True} for service, was in standing.items()]
    hosted.run(place, "up", "--yes", "--skip-preview", more={POOLS: json.dumps(leaving)})
    assert {made.id for made in standin.cloud.made.values()} == before


@pytest.mark.parametrize("cloud", [CLOUDS[name] for name in ZONES], ids=ZONES)
def test_names_lead_to_pools_and_go_again(hosted: Hosted, cloud: Cloud, standin: Standin) -> None:
    """Both countries' names are made over the pools' own outputs; the zone alone outlives them."""
    for place in cloud.places:
        hosted.up(place)
    pools = set(standin.cloud.made)
    made = hosted.up("traffic")["created"]
    fronts = hosted.outputs("traffic")["fronts"]["web"]
    assert {f"{country}.web.example.net" for country in ("fr", "de")} <= set(fronts)
    # A refresh also counts the references to the pools' stacks, which are read and not made.
    assert hosted.refresh("traffic") == {"unchanged": made + len(cloud.places)}
    hosted.destroy("traffic")
    left = [made.token for key, made in standin.cloud.made.items() if key not in pools]
    assert left == [ZONES[cloud.package]]


def _as_reviewed(cloud: Cloud, graph: str) -> None:
    """The graph is the one that was read; `GOLDEN=write` writes it anew."""
    path = GOLDEN / f"{cloud.name}.yaml"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(graph, encoding="utf-8")
    assert graph == path.read_text(encoding="utf-8")


def _holds(standin: Standin, cloud: Cloud, machines: int) -> None:
    groups = standin.cloud.of(cloud.group)
    if not cloud.size:
        assert len(groups) == machines
        return
    (group,) = groups
    assert _at(group.inputs, cloud.size) == machines


def _images(standin: Standin, cloud: Cloud) -> set[Any]:
    """What its machines are made from."""
    found = standin.cloud.of(cloud.template)
    assert len(found) == 1 or not cloud.size
    return {_at(each.inputs, cloud.image_at) for each in found}


def _at(value: Any, route: tuple[str | int, ...]) -> Any:
    for step in route:
        value = value[step]
    return value
