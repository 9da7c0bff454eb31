"""What is loaded: the workspace's files over the shipped ones, each record with its place."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from domicile.model.errors import SourceError, SourceErrors
from domicile.model.finding import Route
from domicile.workspace import find_root, load

Writer = Callable[..., Path]


def test_everything_is_found_by_name(write: Writer) -> None:
    """Each kind of record is there, by id, in the order of ids, with the shipped ones below."""
    workspace = load(write())
    assert list(workspace.providers) == ["ovh", "shipped"]
    assert list(workspace.datacenters) == ["ovh-gra", "ovh-osl", "shipped-par"]
    assert dict(workspace.provider_of) == {
        "ovh-gra": "ovh",
        "ovh-osl": "ovh",
        "shipped-par": "shipped",
    }
    assert [link.name for link in workspace.links] == ["ovh-gra~ovh-osl"]
    assert list(workspace.entries) == ["FR", "NO"]
    assert list(workspace.groups) == ["EEA"]
    assert list(workspace.jurisdictions) == ["FR"]
    assert [each.id for each in workspace.data_classes.data_classes] == [
        "personal",
        "communications",
    ]
    assert [policy.id for policy in workspace.headroom] == ["everything"]
    assert list(workspace.environments) == ["local", "production"]
    assert [pool.datacenter for pool in workspace.pools["production"]] == ["ovh-gra", "ovh-osl"]
    assert workspace.pools["local"] == workspace.demand["local"] == ()
    assert workspace.demand["production"][0].rate.value == 31000
    assert workspace.plans == {}


def test_norway_needs_no_quotes(write: Writer) -> None:
    """`country: NO` is Norway."""
    assert load(write()).datacenters["ovh-osl"].country == "NO"


def test_route_and_place(write: Writer) -> None:
    """A record knows the file and the line where it was declared, and so does each part of it."""
    workspace = load(write())
    pool = workspace.pools["production"][0]
    route = workspace.route(pool, "maximum")
    assert route == Route("infra/pools.yaml", ("pools", 1, "maximum"))
    place = workspace.locate(route)
    assert (str(place), place.text) == ("infra/pools.yaml:7:14", "    maximum: 40 backends")
    operator = workspace.providers["ovh"].operator
    assert workspace.route(operator).keys == ("provider", "operator")
    utilisation = workspace.headroom[0].utilisation
    assert str(workspace.locate(workspace.route(utilisation))) == "policies/headroom.yaml:4:18"


def test_places_of_shipped_files(write: Writer) -> None:
    """A shipped record's place is named as part of the package."""
    workspace = load(write())
    place = workspace.locate(workspace.route(workspace.datacenters["shipped-par"], "city"))
    assert str(place) == "domicile/catalogue/regions/shipped.yaml:11:11"


def test_equal_records_have_places_of_their_own(write: Writer) -> None:
    """Two records of the same content stand in two places."""
    pool = "  - {service: a, datacenter: b, backend: c, maximum: 1 backends}\n"
    workspace = load(write({"infra/pools.yaml": "pools:\n" + pool * 2}))
    first, second = workspace.pools["production"]
    assert first == second
    assert workspace.route(first).keys != workspace.route(second).keys


def test_a_stranger_has_no_route(write: Writer) -> None:
    """A record that no file of this workspace declares has no place in it."""
    workspace = load(write())
    with pytest.raises(KeyError):
        workspace.route(workspace.services["telephony"].model_copy())


def test_own_file_covers_the_shipped_one(write: Writer) -> None:
    """A file of the same path replaces the shipped one whole."""
    text = "entries: []\nsource: nobody\nchecked: 2026-11-23\n"
    assert load(write({"regions/entries.yaml": text})).entries == {}


def test_own_jurisdiction_covers_the_shipped_one(write: Writer) -> None:
    """The law of a jurisdiction can be replaced by its file's name."""
    text = "jurisdiction: FR\nname: Our France\n"
    workspace = load(write({"policies/residency/fr.yaml": text}))
    assert workspace.jurisdictions["FR"].name == "Our France"


def test_a_kind_may_be_spread_over_files(write: Writer) -> None:
    """`pools.local.yaml` holds pools too, of the environment that it names."""
    text = (
        "environment: local\npools:\n"
        "  - {service: a, datacenter: b, backend: c, maximum: 1 backends}\n"
    )
    workspace = load(write({"infra/pools.local.yaml": text}))
    assert [pool.service for pool in workspace.pools["local"]] == ["a"]
    assert len(workspace.pools["production"]) == 2


def test_references_that_lead_nowhere_are_kept(write: Writer) -> None:
    """A pool of an unknown service loads: a rule will say more about it."""
    text = "pools:\n  - {service: fax, datacenter: moon, backend: x, maximum: 1 backends}\n"
    assert load(write({"infra/pools.yaml": text})).pools["production"][0].service == "fax"


def test_no_pool_and_no_demand(tmp_path: Path) -> None:
    """A workspace without anything to check loads; the checker will say so."""
    workspace = load(tmp_path)
    assert workspace.pools == workspace.demand == {}
    assert list(workspace.providers) == ["shipped"]


def test_pulumi_keeps_its_files(write: Writer) -> None:
    """Pulumi's own files beside ours are not read."""
    root = write(
        {
            "infra/Pulumi.yaml": "name: domicile\nruntime: python\n",
            "policies/PulumiPolicy.yaml": "runtime: python\n",
            "stacks/Pulumi.local.ovh-gra.yaml": "config: {}\n",
            "stacks/other.yaml": "- 1\n",
        }
    )
    assert load(root).plans == {}


def test_country_names(write: Writer) -> None:
    """A code has ISO's name, a territory that of its own law, and anything else its code."""
    text = "jurisdiction: AE-DIFC\nname: Dubai International Financial Centre\n"
    workspace = load(write({"policies/residency/ae-difc.yaml": text}))
    assert workspace.country_name("NO") == "Norway"
    assert workspace.country_name("AE-DIFC") == "Dubai International Financial Centre"
    assert workspace.country_name("QQ") == "QQ"


def test_graph(write: Writer) -> None:
    """Datacenters are nodes and links edges by name; a link to nowhere is left out."""
    links = """\
links:
  - {id: second, between: [ovh-gra, ovh-osl], capacity: 10 Gbit/s}
  - {id: loose, between: [ovh-gra, moon], capacity: 10 Gbit/s}
"""
    graph = load(write({"regions/links.yaml": links})).graph()
    assert set(graph) == {"ovh-gra", "ovh-osl", "shipped-par"}
    assert sorted(key for _, _, key in graph.edges(keys=True)) == ["ovh-gra~ovh-osl", "second"]


def test_the_workspace_around_a_folder(write: Writer, tmp_path: Path) -> None:
    """From any folder within, the nearest workspace around it is meant."""
    root = write()
    deep = root / "infra" / "notes"
    deep.mkdir()
    assert find_root(deep) == root
    with pytest.raises(SourceError, match="is not within a workspace") as caught:
        find_root(tmp_path)
    assert "`--workspace`" in str(caught.value.help)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    """A mistyped folder is an error, not an empty workspace."""
    with pytest.raises(SourceErrors, match="is not a folder"):
        load(tmp_path / "nowhere")


def test_loading_is_light() -> None:
    """Loading needs no graph library, solver, engine nor country database."""
    script = (
        "import sys, domicile; assert 'pydantic' not in sys.modules; domicile.load;"
        "heavy = {'networkx', 'pulumi', 'pycountry', 'highspy', 'jsonschema', 'numpy', 'rich'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
