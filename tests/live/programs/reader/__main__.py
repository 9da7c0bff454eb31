"""Reads the outputs of domicile's stacks, as any other project may."""

import pulumi

ENVIRONMENT = pulumi.Config().require("environment")


def stack(part: str) -> pulumi.StackReference:
    """The stack of a datacenter, or `traffic`."""
    return pulumi.StackReference(f"{pulumi.get_organization()}/domicile/{ENVIRONMENT}.{part}")


def addresses(pools: dict[str, list[dict[str, str]]]) -> list[str]:
    """Where the backends of `web` listen."""
    return [entry["address"] for entry in pools["web"]]


pulumi.export("web", stack("acme-par").require_output("pools").apply(addresses))
pulumi.export("fronts", stack("traffic").require_output("fronts"))
