"""Facts about side paths that can be wrong: where they lead, what they carry, what avoids them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pycountry
import pytest

from domicile.model.place import SidePath
from domicile.workspace import Workspace

ANYWHERE = "anywhere"
SEEN = {"official text", "reproduced", "secondary"}
LEAD_ABROAD = [
    ("azure:geo-redundant-storage", "azure-brazilsouth", {"US"}),
    ("azure:geo-redundant-storage", "azure-northeurope", {"NL"}),
    ("azure:geo-redundant-storage", "azure-westeurope", {"IE"}),
    ("azure:geo-redundant-storage", "azure-eastasia", {"SG"}),
    ("azure:geo-redundant-storage", "azure-southeastasia", {"HK"}),
    ("azure:recovery-services-vault", "azure-brazilsouth", {"US"}),
    ("azure:sql-database-backups", "azure-brazilsouth", {"US"}),
    ("aws:organizations", "aws-eu-central-1", {"US"}),
    ("aws:iam", "aws-ap-northeast-1", {"US"}),
    ("gcp:storage-multi-region", "gcp-southamerica-east1", {"US"}),
    ("gcp:compute-snapshots", "gcp-northamerica-northeast1", {"US"}),
    ("hetzner:account-data", "hetzner-sin", {"DE"}),
]
"""Side path, a datacenter, and countries to which it leads from there."""
STAY = [
    "azure-brazilsoutheast",
    "azure-francecentral",
    "azure-japaneast",
    "azure-koreacentral",
    "azure-norwayeast",
    "azure-southafricanorth",
    "azure-switzerlandnorth",
    "azure-uaenorth",
    "azure-uksouth",
    "azure-westus2",
]
"""Datacenters whose pair stands in the same country."""
NO_PAIR = [
    "azure-austriaeast",
    "azure-chilecentral",
    "azure-indonesiacentral",
    "azure-israelcentral",
    "azure-italynorth",
    "azure-malaysiawest",
    "azure-mexicocentral",
    "azure-newzealandnorth",
    "azure-polandcentral",
    "azure-qatarcentral",
    "azure-spaincentral",
    "azure-taiwannorth",
]
"""Datacenters without a pair."""


def provider_of(name: str) -> str:
    """The provider of a side path, by the name that answers give it."""
    return name.partition(":")[0]


def countries(workspace: Workspace, provider: str, names: tuple[str, ...]) -> set[str]:
    """The countries that datacenters, countries or `anywhere` stand for."""
    found: set[str] = set()
    for name in names:
        if name == ANYWHERE:
            own = (p for p, whose in workspace.provider_of.items() if whose == provider)
            found |= {workspace.datacenters[place].country for place in own}
        else:
            place = workspace.datacenters.get(name)
            found.add(place.country if place else name)
    return found


def leads_to(workspace: Workspace, name: str, datacenter: str) -> set[str]:
    """The countries to which a side path leads from a datacenter, its own among them or not."""
    place = workspace.datacenters[datacenter]
    found: set[str] = set()
    for path in workspace.side_paths[name].paths:
        if not path.from_ or {place.id, place.country} & set(path.from_):
            found |= countries(workspace, provider_of(name), path.to)
    return found


def abroad(workspace: Workspace) -> Iterator[tuple[str, SidePath]]:
    """Side paths that may lead from one country to another."""
    for name, side in workspace.side_paths.items():
        own = [p for p, whose in workspace.provider_of.items() if whose == provider_of(name)]
        away = (leads_to(workspace, name, at) - {workspace.datacenters[at].country} for at in own)
        if any(away) or (side.paths and not own):
            yield name, side


def test_every_end_is_known(workspace: Workspace) -> None:
    """A path leads between datacenters of its own provider, countries and `anywhere`."""
    unknown = []
    for name, side in workspace.side_paths.items():
        own = {p for p, whose in workspace.provider_of.items() if whose == provider_of(name)}
        for path in side.paths:
            for end in (*path.from_, *path.to):
                country = len(end) == 2 and pycountry.countries.get(alpha_2=end) is not None
                if not (country or end in own or (end == ANYWHERE and end in path.to)):
                    unknown.append((name, end))
    assert unknown == []


@pytest.mark.parametrize(("name", "datacenter", "to"), LEAD_ABROAD)
def test_these_lead_abroad(workspace: Workspace, name: str, datacenter: str, to: set[str]) -> None:
    """Well-known ways out of a country are in the catalogue."""
    assert to <= leads_to(workspace, name, datacenter)


@pytest.mark.parametrize("datacenter", STAY)
def test_these_pairs_stay_in_their_country(workspace: Workspace, datacenter: str) -> None:
    """Most geo-redundant storage never leaves the country."""
    there = workspace.datacenters[datacenter].country
    assert leads_to(workspace, "azure:geo-redundant-storage", datacenter) == {there}


@pytest.mark.parametrize("datacenter", NO_PAIR)
def test_a_place_without_a_pair_is_copied_nowhere(workspace: Workspace, datacenter: str) -> None:
    """What has no pair has no copy by default."""
    assert leads_to(workspace, "azure:geo-redundant-storage", datacenter) == set()


def test_pairs_are_pairs(workspace: Workspace) -> None:
    """Each place is copied to one other; only four pairs go one way."""
    pairs = {}
    for path in workspace.side_paths["azure:geo-redundant-storage"].paths:
        (start,), (end,) = path.from_, path.to
        assert start not in pairs
        pairs[start] = end
    one_way = {start for start, end in pairs.items() if pairs.get(end) != start}
    assert one_way == {
        "azure-brazilsouth",
        "azure-brazilsoutheast",
        "azure-westindia",
        "azure-westus3",
    }


def test_backups_follow_the_same_pairs(workspace: Workspace) -> None:
    """Whatever is kept in geo-redundant storage is copied where such storage is."""
    pairs = workspace.side_paths["azure:geo-redundant-storage"].paths
    for name in ("recovery-services-vault", "sql-database-backups", "cosmos-db-backups"):
        assert workspace.side_paths[f"azure:{name}"].paths == pairs


def test_what_leaves_by_itself_can_be_avoided(workspace: Workspace) -> None:
    """Each says how, in more than a word; so does all else."""
    leaving = [s for _, s in abroad(workspace) if s.default and s.carries == "content"]
    assert len(leaving) >= 15
    assert [side.id for side in leaving if len(side.avoid) < 10] == []
    assert [name for name, side in workspace.side_paths.items() if len(side.avoid) < 10] == []


def test_what_leaves_by_itself_says_where_to(workspace: Workspace) -> None:
    """Content that leaves unasked has a known end, or none within the service's own geography."""
    without = {
        name
        for name, side in workspace.side_paths.items()
        if side.default and side.carries == "content" and not side.paths
    }
    assert without == {"microsoft365:core-data"}


def test_features_that_are_asked_for_are_no_defaults(workspace: Workspace) -> None:
    """Inference in other regions, and copies that somebody sets up, happen only where asked for."""
    for name in (
        "aws:ai-services-content",
        "aws:backup-copies",
        "aws:bedrock-cross-region-inference",
        "aws:s3-cross-region-replication",
        "azure:openai-global-deployments",
        "gcp:vertex-ai-global",
        "oci:replication",
        "snowflake:cortex-cross-region",
    ):
        assert not workspace.side_paths[name].default, name


def test_accounts_are_not_content(workspace: Workspace) -> None:
    """Control planes hold names and operators, which is no subject's data."""
    for name in ("aws:iam", "aws:organizations", "aws:billing", "azure:resource-manager-metadata"):
        assert workspace.side_paths[name].carries == "account"


def test_logs_are_set_off_by_logging_or_by_anything(workspace: Workspace) -> None:
    """Nothing that carries logs alone is set off by storing or backing up alone."""
    for name, side in workspace.side_paths.items():
        if side.carries == "logs" and side.sets_off:
            assert "log" in side.sets_off, name


def test_every_side_path_says_where_it_was_seen(workspace: Workspace) -> None:
    """What was not seen says so, and cannot be trusted; what was seen names a page."""
    for name, side in workspace.side_paths.items():
        assert side.source.startswith("not verified") != (side.evidence in SEEN), name
        assert side.checked.year >= 2026, name
        assert len(side.does) >= 7, name


def test_side_paths_are_many(workspace: Workspace) -> None:
    """At least 95 of at least 35 providers; a third of them, and the worst, were seen."""
    sides = workspace.side_paths
    assert len(sides) >= 95
    assert len({provider_of(name) for name in sides}) >= 35
    assert sum(side.evidence in SEEN for side in sides.values()) >= len(sides) / 3
    content = [s for _, s in abroad(workspace) if s.default and s.carries == "content"]
    assert sum(side.evidence in SEEN for side in content) >= len(content) / 2


def test_those_that_host_nothing_have_only_side_paths(workspace: Workspace) -> None:
    """A provider without datacenters is in the catalogue for what its features do."""
    hosting = set(workspace.provider_of.values())
    named = Counter(provider_of(name) for name in workspace.side_paths)
    assert [name for name in workspace.providers if name not in hosting and not named[name]] == []
