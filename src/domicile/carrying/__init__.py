"""What a plan's routing puts on networks, and which routings they carry."""

from domicile.carrying.asking import asking, shares_of, working
from domicile.carrying.moments import BASE, Key, Moments, key_of
from domicile.carrying.overloads import SLACK, Carrying, Overload, judged, to_judge
from domicile.carrying.ways import Ways

__all__ = [
    "BASE",
    "SLACK",
    "Carrying",
    "Key",
    "Moments",
    "Overload",
    "Ways",
    "asking",
    "judged",
    "key_of",
    "shares_of",
    "to_judge",
    "working",
]
