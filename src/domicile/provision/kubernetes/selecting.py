"""By which labels a pool's pods are found."""

from __future__ import annotations

from collections.abc import Mapping

from domicile.provision.labels import DOTTED, POOL

_LASTING = (DOTTED.key(POOL), DOTTED.key("environment"))


def whose(said: Mapping[str, str]) -> dict[str, str]:
    """Those of a pool's labels that no plan changes: a deployment's selector can never change."""
    return {key: said[key] for key in _LASTING}
