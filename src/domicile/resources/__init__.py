"""Resources of any cloud, whoever declared them: where each stands, what it holds, what is lawful.

`Rows` is the table of resource types, `Resource` what a preview or a state knows of one,
`Judge` says what is wrong. Nothing here knows of Pulumi's policies or of any command.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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

_HOMES = {
    "RULES": "rules",
    "SECRET": "resource",
    "UNKNOWN": "resource",
    "Assumed": "judging",
    "Catalogue": "catalogue",
    "Judge": "judging",
    "Judged": "judging",
    "Provider": "resource",
    "Resource": "resource",
    "ResourceRule": "rules",
    "Rows": "rows",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  (a module's attribute may be anything)
    """Import what is exported when it is first asked for: a policy pack starts with rules alone."""
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
