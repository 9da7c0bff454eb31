"""Resources of any cloud, whoever declared them: where each stands, what it holds, what is lawful.

`Rows` is the table of resource types, `Resource` what a preview or a state knows of one,
`Judge` says what is wrong. Nothing here knows of Pulumi's policies or of any command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domicile.lazy import exports

if TYPE_CHECKING:
    from domicile.resources.catalogue import Catalogue
    from domicile.resources.judging import Assumed, Judge, Judged
    from domicile.resources.resource import SECRET, UNKNOWN, Provider, Resource
    from domicile.resources.rows import Rows
    from domicile.resources.rules import RULES, ResourceRule

__all__ = [
    "RULES",
    "SECRET",
    "UNKNOWN",
    "Assumed",
    "Catalogue",
    "Judge",
    "Judged",
    "Provider",
    "Resource",
    "ResourceRule",
    "Rows",
]

# A policy pack starts with rules alone.
__getattr__ = exports(
    __name__,
    {
        "RULES": "domicile.resources.rules",
        "SECRET": "domicile.resources.resource",
        "UNKNOWN": "domicile.resources.resource",
        "Assumed": "domicile.resources.judging",
        "Catalogue": "domicile.resources.catalogue",
        "Judge": "domicile.resources.judging",
        "Judged": "domicile.resources.judging",
        "Provider": "domicile.resources.resource",
        "Resource": "domicile.resources.resource",
        "ResourceRule": "domicile.resources.rules",
        "Rows": "domicile.resources.rows",
    },
)
