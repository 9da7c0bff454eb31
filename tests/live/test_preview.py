"""A preview says what would be made, and makes nothing."""

from __future__ import annotations

from world import COUNTS, ENVIRONMENT, World

from domicile.provision import lifecycle
from domicile.provision.local.run_folder import RunFolder


def test_a_preview_of_what_never_ran_counts_it_and_starts_nothing(world: World) -> None:
    """Each stack would be made: itself, its two pools, and one resource for each backend."""
    found = {stack.name: stack for stack in lifecycle.preview(world.root, ENVIRONMENT).stacks}
    for place in ("acme-par", "acme-lyo", "acme-ber", "acme-zrh"):
        backends = sum(count for (_, at), count in COUNTS.items() if at == place)
        assert found[f"local.{place}"].changes == {"create": 1 + 2 + backends}
    assert found["local.traffic"].did == "would be changed"
    assert not (RunFolder(world.root, ENVIRONMENT).path / "supervisor.pid").exists()
