"""Routings that networks carry: a plan's, mended; and what counts would have to give for one."""

from domicile.rerouting.mending import Rerouted, Unplaced
from domicile.rerouting.networks import Networks

__all__ = ["Networks", "Rerouted", "Unplaced"]
