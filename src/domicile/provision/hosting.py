"""What a stack's own configuration says beside the plan: keys `hosting:…`, which are the user's.

`domicile emit` never writes them and keeps them as they are. `docs/adapters.md` lists them.
"""

from __future__ import annotations

import pulumi

NAMESPACE = "hosting"


def own(name: str) -> str | None:
    """A setting as text; None where it is not given."""
    return pulumi.Config(NAMESPACE).get(name)


def protected() -> bool:
    """Whether stateful parts (keys, stored logs) refuse to be deleted; `hosting:protect: false`."""
    given = pulumi.Config(NAMESPACE).get_bool("protect")
    return True if given is None else given
