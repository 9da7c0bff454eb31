"""What arrays must look like before anything is computed from them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]


def booleans(name: str, given: npt.ArrayLike, shape: tuple[int | None, ...]) -> Bools:
    """Read a bool array of this shape; `None` leaves a length open.

    Raises:
        ValueError: naming the argument, when shape or kind differ.
    """
    array = np.asarray(given)
    _shaped(name, array, shape)
    if array.dtype != np.bool_:
        if array.size and not np.isin(array, (0, 1)).all():
            raise ValueError(f"`{name}` must hold only true and false")
        array = array.astype(np.bool_)
    return array


def amounts(name: str, given: npt.ArrayLike, shape: tuple[int | None, ...]) -> Floats:
    """Read an array of finite numbers of at least 0.

    Raises:
        ValueError: naming the argument, for a wrong shape, NaN, a negative or infinite value.
    """
    try:
        array = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"`{name}` must hold numbers") from error
    _shaped(name, array, shape)
    if array.size and not (array.min() >= 0 and np.isfinite(array.max())):
        where = np.argwhere(~(np.isfinite(array) & (array >= 0)))[0]
        position = ", ".join(str(index) for index in where)
        value = array[tuple(where)]
        raise ValueError(f"`{name}` must be finite and at least 0, not `{value}` at [{position}]")
    return array


def shares(name: str, given: npt.ArrayLike, shape: tuple[int | None, ...]) -> Bools | Floats:
    """Read what is lost: a bool array, or shares between 0 and 1.

    Raises:
        ValueError: naming the argument.
    """
    array = np.asarray(given)
    if array.dtype == np.bool_:
        _shaped(name, array, shape)
        return array
    lost = amounts(name, array, shape)
    if lost.size and lost.max() > 1:
        raise ValueError(f"`{name}` must be shares between 0 and 1, not `{lost.max()}`")
    return lost


def counts(name: str, given: npt.ArrayLike, shape: tuple[int | None, ...]) -> Integers:
    """Read an array of whole numbers of at least 0.

    Raises:
        ValueError: naming the argument.
    """
    array = amounts(name, given, shape)
    if array.size and ((array != np.floor(array)).any() or array.max() > _LARGEST_COUNT):
        raise ValueError(f"`{name}` must hold whole numbers of at most {_LARGEST_COUNT}")
    return array.astype(np.int64)


_LARGEST_COUNT = 10**9


def _shaped(name: str, array: npt.NDArray[Any], shape: tuple[int | None, ...]) -> None:
    fits = array.ndim == len(shape) and all(
        wanted is None or wanted == length
        for wanted, length in zip(shape, array.shape, strict=True)
    )
    if not fits:
        wanted = ", ".join("any" if length is None else str(length) for length in shape)
        raise ValueError(f"`{name}` must have shape [{wanted}], not {list(array.shape)}")
