"""The local provider: every datacenter on one machine, each backend a real process.

Backends import this package, so nothing heavy is imported here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domicile.provision.adapters import Adapter


def adapter() -> Adapter:
    """What puts pools and traffic on this machine."""
    from domicile.provision.local.resources import Local

    return Local()
