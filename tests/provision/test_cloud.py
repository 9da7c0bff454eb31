"""Adapters made of functions: what a stack's pools share is made once, before the first of them."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from domicile.model.errors import OutsideError, SourceError
from domicile.provision.adapters import Place, PoolSpec, World
from domicile.provision.cloud import Cloud

PLACE = Place("here", "acme", "r-1", "FR")
WORLD: Any = object()
PARENT: Any = object()


def spec(service: str, **given: Any) -> PoolSpec:  # noqa: ANN401 -- fields of any kind
    """A pool that says what a machine needs."""
    said = {"machine": "m", "image": "i", **given}
    return PoolSpec(service, PLACE, "acme.small", 2, 100.0, "requests/s", **said)


def test_pools_share_a_ground_that_is_made_with_the_first() -> None:
    """Two pools of a stack stand on one ground; another stack's stand on another."""
    grounds: list[Place] = []

    def ground(_: World, place: Place) -> int:
        grounds.append(place)
        return len(grounds) - 1  # the first is 0: it is there, and not made again

    def pool(_: World, pool: PoolSpec, on: int, parent: pulumi.Resource) -> list[Any]:
        assert parent is PARENT
        return [pool.service, on]

    one, other = Cloud("Acme", ground, pool), Cloud("Acme", ground, pool)
    assert grounds == []
    assert one.pool(WORLD, spec("web"), PARENT) == ["web", 0]
    assert one.pool(WORLD, spec("voice"), PARENT) == ["voice", 0]
    assert other.pool(WORLD, spec("web"), PARENT) == ["web", 1]
    assert grounds == [PLACE, PLACE]


def test_a_pool_that_lacks_something_makes_no_ground() -> None:
    """It is refused before anything is made."""

    def never(*_: object) -> Any:  # noqa: ANN401 -- it makes nothing
        raise AssertionError

    with pytest.raises(SourceError, match="has no `image`"):
        Cloud("Acme", never, never).pool(WORLD, spec("web", image=""), PARENT)


def test_names_are_made_where_there_is_a_function_for_them() -> None:
    """Without one the provider is named, with those that direct traffic."""

    def nothing(*_: object) -> list[Any]:
        return []

    named = Cloud("Acme", nothing, nothing, lambda world, pools, parent: (world, pools, parent))
    assert named.traffic(WORLD, {}, PARENT) == (WORLD, {}, PARENT)
    with pytest.raises(OutsideError, match="Acme directs no traffic here"):
        Cloud("Acme", nothing, nothing).traffic(WORLD, {}, PARENT)
