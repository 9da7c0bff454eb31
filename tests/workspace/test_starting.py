"""A first workspace is right, and is never laid over anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from domicile.model.errors import SourceError
from domicile.workspace import files, find_root, load
from domicile.workspace.starting import start

SHIPPED = files.catalogue


@pytest.fixture
def _shipped(catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped catalogue itself, whose datacenters the first workspace names."""
    assert SHIPPED() != catalogue
    monkeypatch.setattr("domicile.workspace.files.catalogue", SHIPPED)


@pytest.mark.usefixtures("_shipped")
def test_it_loads_and_every_name_leads_somewhere(tmp_path: Path) -> None:
    """Its pools stand in shipped datacenters and run what is declared."""
    folder = tmp_path / "mine"
    written = start(folder)
    assert all(path.is_file() for path in written)
    assert find_root(folder / "infra") == folder
    workspace = load(folder)
    pools = workspace.pools["production"]
    assert {pool.datacenter for pool in pools} <= workspace.datacenters.keys()
    assert {pool.backend for pool in pools} <= workspace.backends.keys()
    assert {pool.service for pool in pools} <= workspace.services.keys()
    assert {each.subject for each in workspace.demand["production"]} <= workspace.entries.keys()
    # one provider is lost at a time, so there are two
    assert len({workspace.provider_of[pool.datacenter] for pool in pools}) == 2


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Where a file stands already, none is written."""
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra/pools.yaml").write_text("mine")
    with pytest.raises(SourceError, match="stands there already"):
        start(tmp_path)
    assert (tmp_path / "infra/pools.yaml").read_text() == "mine"
    assert list(tmp_path.glob("infra/*")) == [tmp_path / "infra/pools.yaml"]


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    """What cannot be written is a plain error."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SourceError, match="cannot be written"):
        start(tmp_path / "file")


def test_the_program_is_the_one_that_runs_here(tmp_path: Path) -> None:
    """A new workspace runs the same Pulumi program as the repository's own."""
    start(tmp_path / "mine")
    for name in ("Pulumi.yaml", "__main__.py"):
        here = Path(__file__).parents[2] / "infra" / name
        assert (tmp_path / "mine" / "infra" / name).read_text() == here.read_text()
