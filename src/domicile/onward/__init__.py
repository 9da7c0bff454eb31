"""Data that leaves a place again: along declared flows, and along side paths of providers.

The flows of a service form a graph. What they carry starts where a backend runs, and goes from
flow to flow (`after`). At each leg the laws of all places that the data passed count, beside that
of its subject: so where it may go on to decides where it may be in the first place.
"""

from __future__ import annotations

from domicile.onward.asking import Leg
from domicile.onward.handovers import Handover, barred_handovers
from domicile.onward.transfers import Barred, Onward

__all__ = ["Barred", "Handover", "Leg", "Onward", "barred_handovers"]
