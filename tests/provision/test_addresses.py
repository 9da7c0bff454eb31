"""Leases of loopback blocks."""

from __future__ import annotations

from pathlib import Path

import pytest

from domicile.model.errors import OutsideError
from domicile.provision.local import addresses
from domicile.provision.local.run_folder import RunFolder

NAMES = (["ber", "par"], ["CH", "FR"], ["web"], ["web/c"])


@pytest.fixture(autouse=True)
def _own_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = tmp_path / "machine"
    machine.mkdir()
    monkeypatch.setattr(addresses, "machine_folder", lambda: machine)


def test_numbers_are_in_the_order_of_names_and_stay(tmp_path: Path) -> None:
    """A datacenter that comes later gets the next number, and moves nobody."""
    folder = RunFolder(tmp_path, "local")
    first = addresses.lease(folder, NAMES, keep=True)
    assert first.backend("par", "web", 3) == (f"127.{first.block}.2.1", 10003)
    assert first.entry("ber", "FR", "web/c") == f"127.{first.block}.1.3:8000"
    later = addresses.lease(folder, (["aaa"], ["AT"], ["chat"], ["chat/c"]), keep=True)
    assert later.backend("par", "web", 3) == first.backend("par", "web", 3)
    assert later.datacenters["aaa"] == 3
    assert later.subjects["AT"] == 4


def test_two_environments_never_share_a_block(tmp_path: Path) -> None:
    """Blocks differ while both hold, even where both begin at the same one."""
    start = 16 + int(RunFolder(tmp_path, "one").identity, 16) % 239
    other = next(
        name
        for name in (f"e{number}" for number in range(10_000))
        if 16 + int(RunFolder(tmp_path, name).identity, 16) % 239 == start
    )
    one = addresses.lease(RunFolder(tmp_path, "one"), NAMES, keep=True)
    two = addresses.lease(RunFolder(tmp_path, other), NAMES, keep=True)
    assert one.block == start
    assert two.block != start


def test_a_preview_leaves_nothing(tmp_path: Path) -> None:
    """What is not kept is written nowhere."""
    folder = RunFolder(tmp_path, "local")
    addresses.lease(folder, NAMES, keep=False)
    assert not folder.path.exists()


def test_a_released_block_is_free(tmp_path: Path) -> None:
    """After its release the same environment, or any other, may take it."""
    folder = RunFolder(tmp_path, "local")
    block = addresses.lease(folder, NAMES, keep=True).block
    addresses.release(folder)
    folder.remove()
    assert addresses.lease(folder, NAMES, keep=True).block == block


def test_what_does_not_fit_is_said(tmp_path: Path) -> None:
    """The 501st backend of a pool has no port."""
    leased = addresses.lease(RunFolder(tmp_path, "local"), NAMES, keep=False)
    with pytest.raises(OutsideError, match="no port for backend 500 of `web`"):
        leased.backend("par", "web", 500)
