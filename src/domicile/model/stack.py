"""How Pulumi's stacks are named, and how they name the plan that they belong to."""

from __future__ import annotations

import hashlib

TRAFFIC = "traffic"
"""Name of the stack that directs traffic, after the environment."""


def plan_digest(text: str) -> str:
    """Digest by which a stack file names the plan that it belongs to."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def stack_name(environment: str, part: str) -> str:
    """`<environment>.<datacenter>` or `<environment>.traffic`."""
    return f"{environment}.{part}"
