"""SDKs that ask setuptools' `pkg_resources` for their own version while they load.

Setuptools has it no more since version 82, and warned of it long before. They are lent as much of
it as they ask.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from types import ModuleType

_NAME = "pkg_resources"


class _Lent(ModuleType):
    """As much of `pkg_resources` as these SDKs use."""

    @staticmethod
    def require(distribution: str) -> list[metadata.Distribution]:
        """The installed distribution, as a list of one.

        Raises:
            PackageNotFoundError: it is not installed.
        """
        return [metadata.distribution(distribution)]


@contextmanager
def pkg_resources_lent() -> Iterator[None]:
    """Import such an SDK within; what was there before is there again afterwards.

    What compiling its old texts warns of is not the user's, and kept from them.
    """
    own = sys.modules.pop(_NAME, None)
    sys.modules[_NAME] = _Lent(_NAME)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        del sys.modules[_NAME]
        if own is not None:
            sys.modules[_NAME] = own
