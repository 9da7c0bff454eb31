"""The SDK of Yandex Cloud: `from domicile.provision.yandex.sdk import yandex`.

Its last version is of 2022. While it loads it asks `pkg_resources` for its own version, which
setuptools has had no more since version 82; so it is lent one that knows as much as it asks.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from types import ModuleType

_ASKED = "pkg_resources"


class _Lent(ModuleType):
    """As much of `pkg_resources` as the SDK uses."""

    @staticmethod
    def require(name: str) -> list[metadata.Distribution]:
        """The distribution of that name, in a list of one.

        Raises:
            PackageNotFoundError: it is not installed.
        """
        return [metadata.distribution(name)]


@contextmanager
def _lent() -> Iterator[None]:
    """Lend it, and give back what was there. What compiling the SDK warns of is not the user's."""
    own = sys.modules.get(_ASKED)
    sys.modules[_ASKED] = _Lent(_ASKED)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        del sys.modules[_ASKED]
        if own is not None:
            sys.modules[_ASKED] = own


with _lent():
    import pulumi_yandex as yandex

__all__ = ["yandex"]
