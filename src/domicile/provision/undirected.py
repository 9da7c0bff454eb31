"""Providers whose DNS is not used: what is said where an environment names one for its names."""

from __future__ import annotations

from domicile.model.errors import OutsideError


def undirected(provider: str) -> OutsideError:
    """What to raise: this provider directs no traffic."""
    return OutsideError(
        f"{provider} directs no traffic here",
        help="give `names` of the environment the adapter `aws`, `azure`, `gcp` or `ovh` in"
        " `infra/environments.yaml`, then emit again",
    )
