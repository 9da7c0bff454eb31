"""The smallest network that asks the same question.

Demands with equal admissible places are one *class*: capacity that serves one serves the
other. Places that the same classes may use are one *group*: what stands in one could stand
in the other. Neither changes the largest flow, whatever is lost. Classes and groups that
hang together are one *part*; parts never help each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from domicile.headroom.arrays import Bools, Floats, Integers


@dataclass(frozen=True, slots=True)
class Part:
    """Classes and groups that hang together.

    Attributes:
        classes: int [classes of the part], indices into the network's classes.
        groups: int [groups of the part], indices into the network's groups.
        adjacency: bool [classes of the part, groups of the part].
        closed: bool [sets, classes of the part]: every set of classes that can be the worst
            one (each class whose groups lie within the set's groups is in it); None where
            there are too many to list.
    """

    classes: Integers
    groups: Integers
    adjacency: Bools
    closed: Bools | None


@dataclass(frozen=True, slots=True)
class Network:
    """Which class may use which group.

    Attributes:
        homeless: bool [demands]: no place is admissible at all; such a demand has no class.
        class_of: int [demands], -1 for the homeless.
        group_of: int [places], -1 for places that no demand may use.
        adjacency: bool [classes, groups].
        parts: what hangs together.
    """

    homeless: Bools
    class_of: Integers
    group_of: Integers
    adjacency: Bools
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, admissible: Bools) -> Network:
        """Collapse bool [demands, places]; the same one again is the same network."""
        return _of(admissible.shape, np.packbits(admissible).tobytes(), _MOST_CLOSED_SETS)

    @classmethod
    def collapsed(cls, admissible: Bools) -> Network:
        """Collapse bool [demands, places]."""
        homeless: Bools = np.logical_not(np.any(admissible, axis=1))
        class_of, rows = _merge(admissible, homeless)
        unused: Bools = np.logical_not(np.any(rows, axis=0))
        group_of, columns = _merge(rows.T, unused)
        adjacency = columns.T
        return cls(homeless, class_of, group_of, adjacency, tuple(_parts(adjacency)))

    def of_demands(self, demand: Floats) -> Floats:
        """Sum float [..., demands] over classes: float [..., classes]."""
        return demand @ _indicator(self.class_of, self.adjacency.shape[0])

    def of_places(self, capacity: Floats) -> Floats:
        """Sum float [..., places] over groups: float [..., groups]."""
        return capacity @ _indicator(self.group_of, self.adjacency.shape[1])

    def demands_of(self, classes: Bools) -> Bools:
        """Unfold bool [..., classes] to bool [..., demands]; the homeless are False."""
        return _unfold(classes, self.class_of)

    def places_of(self, groups: Bools) -> Bools:
        """Unfold bool [..., groups] to bool [..., places]; unusable places are False."""
        return _unfold(groups, self.group_of)

    def used_by(self, classes: Bools) -> Bools:
        """Groups that any class of bool [..., classes] may use: bool [..., groups]."""
        return (classes.astype(np.float64) @ self.adjacency.astype(np.float64)) > 0


_MOST_CLOSED_SETS = 1024
"""Beyond this, searching for the worst set beats listing all of them."""


@lru_cache(maxsize=64)
def _of(shape: tuple[int, int], bits: bytes, most: int) -> Network:
    """The network of a matrix in packed bits: after an edit, few are others.

    `most` closed sets are listed: told, since another limit makes another network.
    """
    del most
    count = shape[0] * shape[1]
    flat = np.unpackbits(np.frombuffer(bits, dtype=np.uint8), count=count)
    return Network.collapsed(flat.astype(np.bool_).reshape(shape))


def _merge(rows: Bools, left_out: Bools) -> tuple[Integers, Bools]:
    """Number equal rows by first appearance; rows left out get -1."""
    numbers: dict[bytes, int] = {}
    kept: list[int] = []
    of = np.full(len(rows), -1, dtype=np.int64)
    for index in np.flatnonzero(~left_out):
        key = rows[index].tobytes()
        if key not in numbers:
            numbers[key] = len(kept)
            kept.append(int(index))
        of[index] = numbers[key]
    return of, np.ascontiguousarray(rows[kept])


def _indicator(of: Integers, length: int) -> Floats:
    indicator = np.zeros((len(of), length))
    inside = of >= 0
    indicator[inside, of[inside]] = 1.0
    return indicator


def _unfold(chosen: Bools, of: Integers) -> Bools:
    if not chosen.shape[-1]:
        return np.zeros((*chosen.shape[:-1], len(of)), dtype=np.bool_)
    unfolded: Bools = chosen[..., of] & (of >= 0)
    return unfolded


def _parts(adjacency: Bools) -> list[Part]:
    parts = []
    left = set(range(len(adjacency)))
    while left:
        classes = {min(left)}
        frontier = classes
        groups = np.zeros(adjacency.shape[1], dtype=np.bool_)
        while frontier:
            groups |= adjacency[sorted(frontier)].any(axis=0)
            touching = set(np.flatnonzero(adjacency[:, groups].any(axis=1)).tolist())
            frontier = touching - classes
            classes |= frontier
        left -= classes
        rows = np.array(sorted(classes), dtype=np.int64)
        columns = np.flatnonzero(groups)
        inner = np.ascontiguousarray(adjacency[np.ix_(rows, columns)])
        parts.append(Part(rows, columns, inner, _closed(inner)))
    return parts


def _closed(adjacency: Bools) -> Bools | None:
    """Every union of rows of the adjacency, as the set of classes that lie within it."""
    masks = [int.from_bytes(row.tobytes(), "big") for row in np.packbits(adjacency, axis=1)]
    unions = {0}
    for mask in masks:
        unions |= {union | mask for union in unions}
        if len(unions) > _MOST_CLOSED_SETS:
            return None
    length = (adjacency.shape[1] + 7) // 8
    packed = b"".join(union.to_bytes(length, "big") for union in sorted(unions - {0}))
    bits = np.frombuffer(packed, dtype=np.uint8).reshape(-1, length)
    outside = 1 - np.unpackbits(bits, axis=1, count=adjacency.shape[1]).astype(np.float64)
    closed: Bools = outside @ adjacency.T == 0
    return closed
